"""Our side: the program `finetune`, and LatencyBenchmark."""

import json
import shutil

from . import process
from .contest import Result
from .places import FINETUNE, LATENCY
from .rows import TASKS


def late_mean(losses):
    """The mean of the last quarter."""
    last = losses[-max(1, len(losses) // 4) :]
    return sum(last) / len(last)


def batch_flags(size):
    kind, count = size
    return [f"--batch-{'size' if kind == 'sequences' else 'tokens'}", count]


def train(context, model, rows, precision, warm_up, steps=None, method=None):
    """`finetune train` on the rows in their order; the seconds of each step after the first ones."""
    output = context.scratch / "run"
    shutil.rmtree(output, ignore_errors=True)
    steps = steps or len(rows.batches)
    outcome = process.run(
        [FINETUNE, "train", "--model", model, "--task", TASKS[rows.task], "--train", rows.path,
         "--order", "sequential", *batch_flags(rows.size), "--max-steps", steps, "--precision", precision,
         "--learning-rate", "5e-5", "--weight-decay", "0.01", "--schedule", "linear", "--max-grad-norm", "1",
         "--log-every", "1", "--evaluate-every", "none", "--save-every", "none", "--threads", context.threads,
         *(method.ours if method else []), "--output", output],
        context.threads, context.scratch)
    lines = (output / "metrics.jsonl").read_text().splitlines()
    records = [one for one in map(json.loads, lines) if one["kind"] == "train"]
    require_same_work(output, records, rows, steps)
    shutil.rmtree(output)
    moments = [record["time"] for record in records]
    # From the end of one step to the end of the next: what lies between steps counts too.
    seconds = [later - earlier for earlier, later in zip(moments, moments[1:])]
    return Result(
        seconds[max(0, warm_up - 1) :] if warm_up else [moments[0] - outcome.began], outcome.peak_mib,
        {"loss": late_mean([record["values"]["loss"] for record in records]),
         "first_step": moments[0] - outcome.began, "wall": outcome.wall})


def require_same_work(output, records, rows, steps):
    """Refuses a run that made other batches of the rows than the other side gets."""
    preflight = json.loads((output / "preflight.json").read_text())
    tokens = preflight["splits"][0]["lengths"]["tokens"]
    # Steps of an epoch, from the share of the epoch that they were.
    batches = round(steps / records[-1]["epoch"])
    if len(records) != steps or tokens != rows.tokens() or batches != len(rows.batches):
        raise process.Failure(
            f"finetune made {len(records)} steps of {batches} batches with {tokens} tokens; "
            f"{steps}, {len(rows.batches)}, {rows.tokens()} were meant")


def predict(context, model, rows, precision):
    """`finetune predict` on the rows: the seconds of computing."""
    summary, answers = context.scratch / "summary.json", context.scratch / "answers.jsonl"
    outcome = process.run(
        [FINETUNE, "predict", model, rows.path, "--precision", precision, *batch_flags(rows.size),
         "--threads", context.threads, "--all-scores", "--no-text", "--output", answers, "--summary", summary],
        context.threads, context.scratch)
    found = json.loads(summary.read_text())
    if found["tokens"] != rows.tokens():
        raise process.Failure(f"finetune saw {found['tokens']} tokens of {rows.tokens()}")
    lines = answers.read_text().splitlines()
    positive = [json.loads(line)["scores"]["positive"] for line in lines[:64]]
    return Result(
        [found["seconds"]["computing"]], outcome.peak_mib,
        {"positive": positive, "parts": found["seconds"], "wall": outcome.wall})


def latency(context, model, sentence, precision, repeats):
    """LatencyBenchmark: the median seconds of one answer without tokenizing."""
    outcome = process.run(
        [LATENCY, model, sentence, precision, context.threads, repeats], context.threads, context.scratch)
    return Result([outcome.report["computing"]["median"] / 1e6], outcome.peak_mib, outcome.report)
