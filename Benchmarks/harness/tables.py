"""The tables of Benchmarks/README.md, made of a run's figures."""

from .verdicts import Verdict, figure


def table(headings, rows):
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdicts(figures):
    rows = []
    for values in figures["verdicts"]:
        one = Verdict.from_json(values)
        notes = [part for part in (one.against, one.note) if part]
        pages = f"{one.large_pages_ratio:.2f} ×" if one.large_pages_ratio else ""
        rows.append([
            one.work, figure(one.ours, one.unit), figure(one.theirs, one.unit), "; ".join(notes),
            f"**{one.told(one.ratio)}**", one.limit, one.outcome, pages])
    for failure in figures["failures"]:
        rows.append([failure["key"], "", "", "failed: " + failure["reason"].splitlines()[-1], "", "", "", ""])
    return table(
        ["work", "ours", "theirs", "their best setting", "ratio", "asked for", "", "with their large pages"], rows)


def of_kind(figures, kind):
    return [one for one in figures["comparisons"] if one["kind"] == kind]


def entries(comparison):
    """Both sides of a comparison: ours, then each setting of the other side."""
    return [(True, comparison["ours"]), *((False, entry) for entry in comparison["theirs"])]


def ratio(comparison, entry):
    return f"{entry['seconds'] / comparison['ours']['seconds']:.2f}"


def throughput(figures, kind, last_heading, last):
    """Tokens a second of both sides in every setting."""
    rows = []
    for comparison in of_kind(figures, kind):
        for is_ours, entry in entries(comparison):
            side = f"**ours**, {comparison['precision']}" if is_ours else entry["name"]
            if "seconds" not in entry:
                rows.append(["", side, entry["note"], "", "", "", ""])
                continue
            rows.append([
                comparison["name"] if is_ours else "", side, f"{entry['tokens_per_second']:,.0f}",
                f"{entry['gflops']:.0f}", "" if is_ours else ratio(comparison, entry),
                f"{entry['peak_mib']:,.0f}", last(entry)])
    return table(
        ["work", "side and setting", "tokens/s", "useful GFLOP/s", "times ours is as fast", "peak MiB",
         last_heading], rows)


def training(figures):
    return throughput(figures, "training", "loss at the end", lambda entry: f"{entry['loss']:.3f}")


def prediction(figures):
    return throughput(figures, "prediction", "whole process", lambda entry: f"{entry['wall']:.1f} s")


def latency(figures):
    rows = []
    for comparison in of_kind(figures, "latency"):
        for is_ours, entry in entries(comparison):
            side = f"**ours**, {comparison['precision']}" if is_ours else entry["name"]
            if "seconds" not in entry:
                rows.append(["", side, entry["note"], "", "", ""])
                continue
            milliseconds = lambda key, part: f"{entry[key][part] / 1e3:.2f} ms"  # noqa: E731
            rows.append([
                comparison["name"] if is_ours else "", side, milliseconds("computing", "median"),
                f"{milliseconds('computing', 'p10')} to {milliseconds('computing', 'p90')}",
                "" if is_ours else ratio(comparison, entry), milliseconds("withTokenizing", "median")])
    return table(
        ["work", "side and setting", "median", "10th to 90th percentile", "times ours is as fast",
         "median with tokenizing"], rows)


def start(figures):
    rows = []
    for comparison in of_kind(figures, "start"):
        for is_ours, entry in entries(comparison):
            rows.append([
                f"**ours**, {comparison['precision']}" if is_ours else entry["name"],
                f"{entry['first_step']:.2f} s", f"{entry['wall']:.2f} s"])
    return table(["side and setting", "to the end of the first step", "whole process"], rows)


def tokenizing(figures):
    parts = []
    for comparison in of_kind(figures, "tokenizing"):
        headings, *rows = comparison["table"]
        parts.append(table(headings, rows))
        if comparison["load"]:
            _, mine, theirs, found = comparison["load"]
            parts.append(f"Loading `tokenizer.json`: {mine}; {theirs}; {found}.")
    return "\n\n".join(parts)


def peak(figures):
    """The best rate of each shape of all measurements."""
    if not figures.get("peaks"):
        return ""
    shapes = figures["peaks"][0]["bf16"]
    rows = [
        [shape, *(f"{max(rates[kind][shape] for rates in figures['peaks']):.0f}" for kind in ("bf16", "fp32"))]
        for shape in shapes]
    return table(["rows x inner x columns", "bf16, GFLOP/s", "fp32, GFLOP/s"], rows)


def chart(_):
    return "![Times as fast as Transformers at its best setting, and what was asked for](results.svg)"


def conditions(figures):
    return "\n\n".join(map(conditions_of_run, figures["runs"]))


def conditions_of_run(run):
    found = run["conditions"]
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    lines = [
        f"- command: `{run['command']}`, {run['date']}, {found['rounds']} "
        f"round{'s' if found['rounds'] > 1 else ''}, torch.compile given {run['compile_limit']:g} s",
        f"- processor: {found['processor']} ({found['instructions']}), {found['cores']} cores, "
        f"{found['threads']} threads on both sides, {found['memory_gib']} GiB, {found['system']}",
        f"- versions: {versions}, Python {found['python']}",
        f"- load of the machine: {found['load_before']} before, {found['load_after']} after",
    ]
    if not found["bf16"]:
        lines.append("- this processor has no bf16 products: both sides computed in fp32, without a floor")
    if found["quick"]:
        lines.append("- **a quick look**: too few steps for the figures to mean anything")
    return "\n".join(lines)


SECTIONS = {
    "conditions": conditions, "chart": chart, "verdicts": verdicts, "training": training, "prediction": prediction,
    "latency": latency, "start": start, "tokenizing": tokenizing, "peak": peak,
}
