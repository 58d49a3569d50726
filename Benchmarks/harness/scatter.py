"""A plot of scores over the share of trained parameters, a panel for each task, as SVG for light and dark pages."""

import math
from xml.sax.saxutils import escape

from .chart import STYLE

WIDTH, PANEL, LEFT, RIGHT, TOP, BOTTOM = 860, 300, 60, 250, 34, 40


def scatter(points):
    """Points are (panel, name, whether ours, share of trained parameters, score)."""
    panels = list(dict.fromkeys(point[0] for point in points))
    height = PANEL * len(panels)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-label="Scores of the methods over the share of parameters that they train">',
        f"<style>{STYLE}</style>",
        *(line for place, panel in enumerate(panels)
          for line in drawn(panel, [point for point in points if point[0] == panel], place * PANEL)),
        "</svg>", ""])


def drawn(panel, points, offset):
    lowest, highest = min(point[4] for point in points), max(point[4] for point in points)
    room = max(0.01, (highest - lowest) * 0.1)
    lowest, highest = lowest - room, highest + room
    decades = math.floor(math.log10(min(point[3] for point in points)))
    x = lambda share: LEFT + (WIDTH - LEFT - RIGHT) * (1 - math.log10(share) / decades)  # noqa: E731
    base, top = offset + PANEL - BOTTOM, offset + TOP
    y = lambda score: base - (base - top) * (score - lowest) / (highest - lowest)  # noqa: E731
    yield f'<text class="title" x="0" y="{offset + 16}">{escape(panel)}: score over trained parameters</text>'
    for power in range(decades, 1):
        at = x(10**power)
        yield f'<line class="grid" stroke="#8b949e" x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{base}"/>'
        yield f'<text x="{at:.1f}" y="{base + 18}" text-anchor="middle">{10**power * 100:g} %</text>'
    for step in range(5):
        score = lowest + (highest - lowest) * step / 4
        yield f'<text x="{LEFT - 8}" y="{y(score) + 4:.1f}" text-anchor="end">{score:.3f}</text>'
    # Names stand in a column of their own, in the order of the scores: points lie close together.
    ranked = sorted(points, key=lambda point: -point[4])
    spacing = min(18, (base - top) / max(1, len(ranked)))
    for place, (_, name, is_ours, share, score) in enumerate(ranked):
        line = top + spacing * (place + 0.5)
        kind, fill = ("bar", "#2f81c7") if is_ours else ("missed", "#c4702b")
        yield (f'<line class="grid" stroke="#8b949e" x1="{x(share):.1f}" y1="{y(score):.1f}" '
               f'x2="{WIDTH - RIGHT + 14}" y2="{line:.1f}"/>')
        yield f'<circle class="{kind}" fill="{fill}" cx="{x(share):.1f}" cy="{y(score):.1f}" r="4.5"/>'
        yield f'<text x="{WIDTH - RIGHT + 18}" y="{line + 4:.1f}">{escape(name)}, {score:.3f}</text>'
