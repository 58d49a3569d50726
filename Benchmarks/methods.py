"""Scores of the parameter-efficient methods beside full fine-tuning, and of LoRA beside PEFT, over seeds.

Each run's figures are kept in Benchmarks/results/methods as soon as it ends, and not made again: an interrupted call
goes on where it stopped. `--write` puts the table and the plot of what is stored into docs/results.md and
docs/methods.svg.
"""

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
from pathlib import Path

from harness import conditions, process
from harness.markers import write_sections, write_whole
from harness.places import DEMO_MODEL, FINETUNE, PROJECT, RESULTS
from harness.scatter import scatter
from harness.tables import table
from results import data_file
from tasks.data import make
from tasks.methods import METHODS
from tasks.settings import ALL as TASKS

STORE = RESULTS / "methods"
PAGE, PLOT = PROJECT / "docs" / "results.md", PROJECT / "docs" / "methods.svg"
WORK = ("reviews", "intents", "tokens")
TRAINABLE = re.compile(r"Trained: ([\d,]+) of ([\d,]+) parameters")


def ours(task, method, seed, options, scratch):
    """The score on the test file with the time, the memory and the trainable share of the run."""
    settings, folder, output = TASKS[task], make(task, RESULTS / "tasks" / "data" / task), scratch / "run"
    outcome = process.run(
        [FINETUNE, "train", "--model", DEMO_MODEL, *settings.flags, "--train", data_file(folder, "train"),
         "--test", data_file(folder, "test"), "--epochs", settings.epochs, "--learning-rate", rate(task, method),
         "--batch-size", settings.batch, "--max-length", settings.length, "--max-truncated-share", 1,
         "--order", "length-grouped", "--weight-decay", "0.01", "--schedule", "linear", "--max-grad-norm", 1,
         "--evaluate-every", "none", "--save-every", "none", "--precision", "bf16", "--seed", seed,
         "--threads", options.threads, *METHODS[method].flags, "--output", output], options.threads, scratch)
    scores = json.loads((output / "evaluation.json").read_text(encoding="utf-8"))["scores"]
    records = [json.loads(line) for line in (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    times = [one["time"] for one in records if one["kind"] == "train"]
    return {
        "score": scores[settings.metric], "seconds": times[-1] - outcome.began, "peak_mib": outcome.peak_mib,
        "trainable_share": trainable_share(outcome.output)}


def rate(task, method):
    """The learning rate: the method's, or the task's."""
    return METHODS[method].rate or TASKS[task].rate


def trainable_share(output):
    """The trained parameters' share of all, as the run says it; 1 where it says nothing."""
    found = TRAINABLE.search(output)
    if not found:
        return 1.0
    trained, all = (int(one.replace(",", "")) for one in found.groups())
    return trained / all


def theirs(task, method, seed, options, scratch):
    """The score, time and memory of PEFT on the same rows."""
    folder = make(task, RESULTS / "tasks" / "data" / task)
    outcome = process.peer(
        "tasks",
        [task, DEMO_MODEL, folder, "--seed", seed, "--threads", options.threads, "--rate", rate(task, method),
         "--method", METHODS[method].theirs], options.threads, scratch)
    return {
        "score": outcome.report["score"], "seconds": outcome.report["seconds"], "peak_mib": outcome.peak_mib,
        "trainable_share": outcome.report["trainable_share"]}


def stored(side, task, method, seed):
    return STORE / f"{side}-{task}-{method}-{seed}.json"


def wanted(options):
    """Every run: side, task, method, seed; a seed of all before the next one."""
    for seed in range(1, options.seeds + 1):
        for task in options.task or WORK:
            for method in options.method or METHODS:
                yield "ours", task, method, seed
                if METHODS[method].theirs:
                    yield "theirs", task, method, seed


def make_missing(options):
    """Makes the runs that are not stored; gives what failed, as texts."""
    failures = []
    for side, task, method, seed in wanted(options):
        path = stored(side, task, method, seed)
        if path.exists() and not options.again:
            continue
        try:
            with tempfile.TemporaryDirectory(prefix="finetune-methods-") as scratch:
                found = (ours if side == "ours" else theirs)(task, method, seed, options, Path(scratch))
        except process.Failure as failure:
            failures.append(f"{task}, {method}, seed {seed}, {side}: {failure}")
            print(failures[-1], file=sys.stderr, flush=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps({"metric": TASKS[task].metric, **found}) + "\n")
        print(f"{task}, {method}, seed {seed}, {side}: {TASKS[task].metric} {found['score']:.4f}, "
              f"{found['seconds']:.1f} s, {found['peak_mib']:.0f} MiB", flush=True)
    return failures


def runs(side, task, method, seeds):
    paths = [stored(side, task, method, seed) for seed in range(1, seeds + 1)]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]


def points(seeds):
    """What is stored: task, name, side, and the runs."""
    for task in WORK:
        for method, settings in METHODS.items():
            for side in ("ours", "theirs"):
                found = runs(side, task, method, seeds)
                if found:
                    yield task, settings.title + (", PEFT" if side == "theirs" else ""), side, found


def mean(found, key):
    return statistics.fmean(one[key] for one in found)


def report(seeds):
    rows = []
    for task, name, _, found in points(seeds):
        scores = [one["score"] for one in found]
        rows.append([
            task, name, f"{mean(found, 'trainable_share'):.2%}", ", ".join(f"{one:.4f}" for one in scores),
            f"**{statistics.fmean(scores):.4f}**", f"{mean(found, 'seconds'):.0f} s",
            f"{mean(found, 'peak_mib'):,.0f}"])
    return table(["task", "method", "trainable", "score, each seed", "mean", "training", "peak MiB"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", action="append", choices=WORK, help="only this one; may be given again")
    parser.add_argument("--method", action="append", choices=METHODS, help="only this one; may be given again")
    parser.add_argument("--seeds", type=int, default=3, help="seeds from 1 on (default: 3)")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--again", action="store_true", help="makes stored runs again")
    parser.add_argument("--write", action="store_true", help="writes the table and the plot of the stored runs")
    options = parser.parse_args()
    failures = [] if options.write else make_missing(options)
    text = report(options.seeds)
    print(text)
    if options.write:
        name, instructions = conditions.processor()
        versions = ", ".join(f"{package} {version}" for package, version in conditions.versions().items())
        where = f"{name} ({' '.join(instructions)}), {os.cpu_count()} cores; {versions}."
        write_sections(PAGE, {"methods": text, "methods-conditions": where})
        write_whole(PLOT, scatter([
            (task, name, side == "ours", mean(found, "trainable_share"), mean(found, "score"))
            for task, name, side, found in points(options.seeds)]))
    for failure in failures:
        print(failure.splitlines()[0], file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
