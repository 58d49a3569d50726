"""The other side: the scripts in `peers`, each with a setting."""

import json

from . import process
from .contest import Result, Unfinished
from .ours import late_mean


def run(name, context, setting, arguments):
    try:
        outcome = process.peer(
            name, [*setting.arguments(context.compile_limit), "--threads", context.threads, *arguments],
            context.threads, context.scratch, large_pages=setting.large_pages)
    except process.Failure as failure:
        if not setting.compiled:
            raise
        # A compiler that fails is told, and ends nothing.
        raise Unfinished(f"the compiler failed: {str(failure).strip().splitlines()[-1][:160]}") from failure
    if "unfinished" in outcome.report:
        raise Unfinished(outcome.report["unfinished"])
    return outcome


def train(context, setting, model, rows, warm_up, steps=None, method=None):
    steps = steps or len(rows.batches)
    outcome = run("training", context, setting, [
        model, rows.path, "--task", rows.task, "--counts", json.dumps(rows.counts), "--steps", steps,
        *(["--method", method.theirs] if method else [])])
    report = outcome.report
    if report["tokens"] != rows.tokens():
        raise process.Failure(f"Transformers saw {report['tokens']} tokens of {rows.tokens()}")
    first = report["first_step_at"] - outcome.began
    return Result(
        report["seconds"][warm_up:] if warm_up else [first], outcome.peak_mib,
        {"loss": late_mean(report["losses"]), "first_step": first, "wall": outcome.wall,
         "attention": report["attention"]})


def predict(context, setting, model, rows):
    outcome = run("prediction", context, setting, [model, rows.path, "--batch-size", rows.size[1]])
    report = outcome.report
    if report["tokens"] != rows.tokens():
        raise process.Failure(f"Transformers saw {report['tokens']} tokens of {rows.tokens()}")
    return Result(
        [report["seconds"]], outcome.peak_mib, {"positive": report["positive"], "wall": outcome.wall})


def latency(context, setting, model, sentence, repeats):
    if setting.precision == "onnx":
        outcome = process.peer(
            "onnx_latency", [model, sentence, "--threads", context.threads, "--repeats", repeats],
            context.threads, context.scratch)
        if "unfinished" in outcome.report:
            raise Unfinished(outcome.report["unfinished"])
    else:
        outcome = run("latency", context, setting, [model, sentence, "--repeats", repeats])
    return Result([outcome.report["computing"]["median"] / 1e6], outcome.peak_mib, outcome.report)
