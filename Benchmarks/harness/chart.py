"""A chart of the ratios with what was asked for, as SVG, readable on light and dark pages."""

import math
from xml.sax.saxutils import escape

from .verdicts import Verdict

WIDTH, LEFT, RIGHT, TOP, ROW, BAR = 860, 430, 70, 62, 26, 14

# The greys of the bare attributes are readable on white and on black, where a viewer ignores the style sheet.
STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #59636e; }
.title { font-weight: 600; }
.value { font-weight: 600; }
.grid { stroke: #8b949e; stroke-opacity: 0.3; }
.bar { fill: #2f81c7; }
.missed { fill: #c4702b; }
.floor { stroke: #1f2328; stroke-width: 2.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #b6bec8; }
  .bar { fill: #4a9be0; }
  .missed { fill: #e0924f; }
  .floor { stroke: #f0f3f6; }
}
"""


def ratio_and_floor(verdict):
    """How many times better ours is, and should be; None for what is no ratio of the two sides."""
    if verdict.is_share or verdict.unit == "million tokens/s":
        return None
    if verdict.at_most:
        return 1 / verdict.ratio, verdict.floor and 1 / verdict.floor
    return verdict.ratio, verdict.floor


def svg(figures):
    """The chart of a run's figures; bars begin at 1, on a scale where each line doubles."""
    bars = []
    for values in figures["verdicts"]:
        verdict = Verdict.from_json(values)
        found = ratio_and_floor(verdict)
        if found:
            name = verdict.work + (" (theirs / ours)" if verdict.at_most else "")
            bars.append((name, *found, verdict.is_met))
    largest = max([2.0, *(max(ratio, floor or 1) for _, ratio, floor, _ in bars)])
    doublings = math.ceil(math.log2(largest) * 2) / 2
    scale = (WIDTH - LEFT - RIGHT) / doublings
    at = lambda ratio: LEFT + math.log2(ratio) * scale  # noqa: E731
    height = TOP + ROW * len(bars) + 14
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-label="How many times as fast as Transformers at its best setting">',
        f"<style>{STYLE}</style>", *heading(), *grid(doublings, at, height),
        *(line for place, bar in enumerate(bars) for line in row(place, bar, at)), "</svg>", ""])


def heading():
    yield '<text class="title" x="0" y="16">Times as fast as Transformers at its best setting</text>'
    x = WIDTH - 330
    yield f'<rect class="bar" x="{x}" y="6" width="22" height="11" rx="2"/>'
    yield f'<text x="{x + 28}" y="16">as asked for</text>'
    yield f'<rect class="missed" x="{x + 118}" y="6" width="22" height="11" rx="2"/>'
    yield f'<text x="{x + 146}" y="16">below</text>'
    yield f'<line class="floor" x1="{x + 206}" y1="4" x2="{x + 206}" y2="19"/>'
    yield f'<text x="{x + 214}" y="16">asked for at least</text>'


def grid(doublings, at, height):
    for power in range(math.floor(doublings) + 1):
        x = at(2**power)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP - 12}" x2="{x:.1f}" y2="{height - 8}"/>'
        yield f'<text x="{x:.1f}" y="{TOP - 18}" text-anchor="middle">{2**power} ×</text>'


def row(place, bar, at):
    name, ratio, floor, is_met = bar
    middle = TOP + ROW * place + ROW / 2 - 6
    text = middle + 4.5
    yield f'<text x="{LEFT - 10}" y="{text:.1f}" text-anchor="end">{escape(short(name))}</text>'
    begin, end = at(1), at(max(1, ratio))  # what is slower has no bar, only its figure
    kind = "missed" if is_met is False else "bar"
    yield (f'<rect class="{kind}" x="{begin:.1f}" y="{middle - BAR / 2:.1f}" width="{max(1.5, end - begin):.1f}" '
           f'height="{BAR}" rx="2"/>')
    beside = max(end, at(floor) if floor else end)
    if floor:
        yield (f'<line class="floor" x1="{at(floor):.1f}" y1="{middle - BAR / 2 - 3:.1f}" x2="{at(floor):.1f}" '
               f'y2="{middle + BAR / 2 + 3:.1f}"/>')
    yield f'<text class="value" x="{beside + 8:.1f}" y="{text:.1f}">{ratio:.2f}</text>'


def short(name):
    """The name without what the legend of a chart has no room for."""
    for long, brief in (
        ("against the common tutorial (padded to 128, fp32, random order)", "against the common tutorial"),
        ("full fine-tuning", "fine-tuning"),
        ("peak memory of fine-tuning, fp32 weights on both sides", "peak memory, fp32 weights"),
        ("from process start to the end of the first training step", "process start to first step"),
    ):
        name = name.replace(long, brief)
    return name
