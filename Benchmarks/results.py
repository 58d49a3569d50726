"""Scores of the encoder tasks, ours and Transformers', on the same rows and settings with the same seeds.

Each run's score is kept in Benchmarks/results/tasks as soon as it ends, and not made again: an interrupted call goes on
where it stopped. `--write` puts the table of what is stored into docs/results.md.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path

from harness import conditions, process
from harness.markers import write_sections, write_whole
from harness.places import DEMO_MODEL, FINETUNE, PROJECT, RESULTS
from harness.tables import table
from tasks.data import MAKERS, make
from tasks.settings import TASKS

STORE = RESULTS / "tasks"
PAGE = PROJECT / "docs" / "results.md"
SIDES = ("ours", "theirs")
# Student's t at 97.5 % by the number of values: an interval of 95 % has half of the rest on each side.
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}


def data_file(folder, name):
    """A task's file of that name: rows as JSON, words in columns, or a document of questions."""
    return next(one for one in (folder / f"{name}.{kind}" for kind in ("jsonl", "conll", "json")) if one.exists())


def command_ours(task, folder, output, seed, threads):
    settings = TASKS[task]
    # Rows of like lengths share a batch on both sides; both cut what is too long.
    return [
        FINETUNE, "train", "--model", DEMO_MODEL, *settings.flags, "--train", data_file(folder, "train"),
        "--test", data_file(folder, "test"), "--epochs", settings.epochs, "--learning-rate", settings.rate,
        "--batch-size", settings.batch, "--max-length", settings.length, "--max-truncated-share", 1,
        "--order", "length-grouped", "--weight-decay", "0.01", "--schedule", "linear", "--max-grad-norm", 1,
        "--evaluate-every", "none", "--save-every", "none", "--precision", "bf16", "--seed", seed,
        "--threads", threads, "--output", output]


def ours(task, folder, seed, options, scratch):
    """The score on the test file that the run itself reports."""
    output = scratch / "run"
    process.run(command_ours(task, folder, output, seed, options.threads), options.threads, scratch)
    scores = json.loads((output / "evaluation.json").read_text(encoding="utf-8"))["scores"]
    metric = TASKS[task].metric
    if metric not in scores:
        raise process.Failure(f"{task}: there is no {metric} among the scores: {', '.join(sorted(scores))}")
    return scores[metric]


def theirs(task, folder, seed, options, scratch):
    """The score that the script of the other side prints."""
    return process.peer(
        "tasks", [task, DEMO_MODEL, folder, "--seed", seed, "--threads", options.threads], options.threads,
        scratch).report["score"]


def stored(side, task, seed):
    return STORE / f"{side}-{task}-{seed}.json"


def make_run(side, task, seed, options):
    """Makes one run and stores its score."""
    folder = make(task, STORE / "data" / task)
    with tempfile.TemporaryDirectory(prefix="finetune-results-") as scratch:
        score = (ours if side == "ours" else theirs)(task, folder, seed, options, Path(scratch))
    write_whole(stored(side, task, seed), json.dumps({
        "side": side, "task": task, "seed": seed, "metric": TASKS[task].metric, "score": score}) + "\n")
    print(f"{task}, seed {seed}, {side}: {TASKS[task].metric} {score:.4f}", flush=True)


def make_missing(options):
    """Makes the runs that are not stored; a run that fails ends no other.

    Returns:
        What failed, as texts.
    """
    failures = []
    for seed in range(1, options.seeds + 1):
        for task in options.task or TASKS:
            for side in options.side or SIDES:
                if stored(side, task, seed).exists() and not options.again:
                    continue
                try:
                    make_run(side, task, seed, options)
                except process.Failure as failure:
                    failures.append(f"{task}, seed {seed}, {side}: {failure}")
                    print(failures[-1], file=sys.stderr, flush=True)
    return failures


def scores(side, task, seeds):
    """The stored scores by seed; those that are missing are left out."""
    paths = [stored(side, task, seed) for seed in range(1, seeds + 1)]
    return [json.loads(path.read_text(encoding="utf-8"))["score"] for path in paths if path.exists()]


def interval(values):
    """The 95 % interval of the mean of normally distributed values, by Student's t."""
    half = STUDENT[len(values)] * statistics.stdev(values) / len(values) ** 0.5
    center = statistics.fmean(values)
    return center - half, center + half


def verdict(mine, others):
    """Whether our mean lies within the interval of theirs or above it."""
    return "yes" if statistics.fmean(mine) >= interval(others)[0] else "no"


def report(seeds):
    """A line for each task of which every run of both sides is stored."""
    rows = []
    for task, settings in TASKS.items():
        mine, others = scores("ours", task, seeds), scores("theirs", task, seeds)
        if min(len(mine), len(others)) < seeds:
            continue
        low, high = interval(others)
        each = [", ".join(f"{one:.4f}" for one in side) for side in (mine, others)]
        rows.append([
            task, MAKERS[task].__doc__, settings.metric, each[0], f"{statistics.fmean(mine):.4f}", each[1],
            f"{statistics.fmean(others):.4f}", f"{low:.4f} to {high:.4f}", verdict(mine, others)])
    return table(
        ["task", "data", "metric", "ours, each seed", "ours, mean", "theirs, each seed", "theirs, mean",
         "theirs, 95 % interval", "within or above"], rows)


def shown(part):
    """A part of a command, with paths from the project's folder."""
    text = str(part)
    return text.replace(str(FINETUNE), "finetune").replace(f"{PROJECT}/", "")


def commands():
    """Both sides' command of each task, for seed 1."""
    lines = []
    for task in TASKS:
        folder = STORE / "data" / task
        if not (folder / "made").exists():
            continue
        mine = command_ours(task, folder, Path("runs") / task, 1, 2)
        other = [".venv/bin/python", "Benchmarks/peers/tasks.py", task, DEMO_MODEL, folder, "--seed", 1]
        lines += [" ".join(map(shown, mine)), " ".join(map(shown, other)), ""]
    return "\n".join(["```sh", *lines[:-1], "```"])


def circumstances():
    name, instructions = conditions.processor()
    versions = ", ".join(f"{package} {version}" for package, version in conditions.versions().items())
    return f"{date.today()}; {name} ({' '.join(instructions)}), {os.cpu_count()} cores; {versions}."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", action="append", choices=TASKS, help="only this one; may be given again")
    parser.add_argument("--side", action="append", choices=SIDES, help="only this one")
    parser.add_argument("--seeds", type=int, default=3, choices=STUDENT, help="seeds from 1 on (default: 3)")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--again", action="store_true", help="makes stored runs again")
    parser.add_argument("--write", action="store_true", help="writes the table of the stored runs into docs/results.md")
    options = parser.parse_args()
    failures = [] if options.write else make_missing(options)
    text = report(options.seeds)
    print(text)
    if options.write:
        write_sections(PAGE, {"tasks": text, "commands": commands(), "conditions": circumstances()})
    for failure in failures:
        print(failure.splitlines()[0], file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
