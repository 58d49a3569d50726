"""Ratios of two sides, as tables on the screen and JSON in a file."""

import json
import statistics
from pathlib import Path

COLUMNS = [
    ("work", "{}"), ("tokens/step", "{:.0f}"), ("ours, tokens/s", "{:,.0f}"), ("theirs", "{:,.0f}"),
    ("ours, GFLOP/s", "{:.0f}"), ("theirs", "{:.0f}"), ("speed ratio", "{:.2f}"), ("of rounds", "{}"),
    ("ours, MiB", "{:,.0f}"), ("theirs", "{:,.0f}"), ("memory ratio", "{:.2f}"),
]


def best_seconds(results, warm_up):
    """The measured steps' time, each step at its best over the rounds: what the machine does when left alone."""
    rounds = [result.seconds[warm_up:] for result in results]
    return sum(min(step) for step in zip(*rounds))


def compare(case, pairs):
    """The figures of one case from its rounds, each a pair of results: ours, theirs."""
    ours, theirs = zip(*pairs)
    measured = case.batches[case.warm_up : case.steps]
    tokens = sum(map(sum, measured))
    operations = sum(case.shape.useful_operations(batch) for batch in measured)
    our_best, their_best = (best_seconds(side, case.warm_up) for side in (ours, theirs))
    ratios = [
        sum(b.seconds[case.warm_up :]) / sum(a.seconds[case.warm_up :]) for a, b in pairs]
    our_peak, their_peak = (max(one.peak_mib for one in side) for side in (ours, theirs))
    return {
        "work": case.name, "precision": case.precision, "batch": case.batch_size,
        "steps": case.steps - case.warm_up, "tokens_per_step": tokens / len(measured),
        "ours_tokens_per_second": tokens / our_best, "theirs_tokens_per_second": tokens / their_best,
        "ours_gflops": operations / our_best / 1e9, "theirs_gflops": operations / their_best / 1e9,
        "ratio": their_best / our_best, "round_ratios": ratios,
        "median_ratio": statistics.median(ratios), "ours_peak_mib": our_peak,
        "theirs_peak_mib": their_peak, "memory_ratio": our_peak / their_peak,
        "ours_late_loss": ours[0].loss, "theirs_late_loss": theirs[0].loss,
    }


def training_row(figures):
    spread = " ".join(f"{ratio:.2f}" for ratio in figures["round_ratios"])
    return [
        figures["work"], figures["tokens_per_step"], figures["ours_tokens_per_second"],
        figures["theirs_tokens_per_second"], figures["ours_gflops"], figures["theirs_gflops"],
        figures["ratio"], spread, figures["ours_peak_mib"], figures["theirs_peak_mib"],
        figures["memory_ratio"],
    ]


def table(headings, rows):
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def training_table(all_figures):
    rows = [
        [pattern.format(value) for (_, pattern), value in zip(COLUMNS, training_row(figures))]
        for figures in all_figures]
    return table([name for name, _ in COLUMNS], rows)


def cold_start_table(figures):
    rows = [
        [name, f"{figures['ours'][key]:.2f} s", f"{figures['theirs'][key]:.2f} s",
         f"{figures['theirs'][key] / figures['ours'][key]:.1f}"]
        for name, key in (("to the end of the first step", "first_step"), ("whole process", "wall"))]
    return table(["cold start, best of rounds", "ours", "theirs", "ratio"], rows)


def write(figures, path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(figures, indent=2) + "\n")
