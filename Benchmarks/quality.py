"""Accuracy of the demo's recipe, ours and a plain PyTorch loop, in bf16 and fp32, over several seeds.

Each seed has its own split of the demo's reviews, order of rows, and first weights of the head. Both sides get the
same, in the same batches. A run's answers are kept in Benchmarks/results/quality as soon as it ends, and not made
again: an interrupted call goes on where it stopped.
"""

import argparse
import csv
import json
import os
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness import conditions, models, process
from harness.bootstrap import interval, mean
from harness.markers import write_sections, write_whole
from harness.places import BENCHMARKS, DEMO_DATA, DEMO_MODEL, FINETUNE, RESULTS
from harness.tables import table

BATCH = 16
VALIDATION_SHARE = 0.1
# Side, precision; the last has no counterpart: it shows what weights in bf16 cost.
RUNS = [
    ("ours", "bf16"), ("theirs", "autocast"), ("ours", "fp32"), ("theirs", "fp32"), ("theirs", "weights"),
]
# What is compared: a name, ours, theirs.
PAIRS = [
    ("bf16, theirs by autocast", "bf16", "autocast"), ("fp32", "fp32", "fp32"),
    ("bf16, theirs with bf16 weights", "bf16", "weights"),
]


@dataclass
class Work:
    """What one seed trains on, on both sides."""

    seed: int
    model: Path
    train: Path
    validation: Path
    counts: list  # rows of each batch
    targets: list  # labels of the validation rows


def rows_of(seed, limit=None):
    """Training rows in the order of the run, and validation rows; equal texts are on one side of the split."""
    with open(DEMO_DATA / "train.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:limit]
    source = random.Random(seed)
    texts = sorted({row["text"] for row in rows})
    source.shuffle(texts)
    held_out = set(texts[: round(VALIDATION_SHARE * len(texts))])
    train = [row for row in rows if row["text"] not in held_out]
    source.shuffle(train)
    return train, [row for row in rows if row["text"] in held_out]


def work_of(seed, scratch, options):
    folder = scratch / f"seed-{seed}"
    folder.mkdir()
    train, validation = rows_of(seed, limit=480 if options.quick else None)
    for name, rows in (("train", train), ("validation", validation)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    models.make(folder / "model", options.threads, folder, DEMO_MODEL, seed)
    counts = [min(BATCH, len(train) - first) for first in range(0, len(train), BATCH)]
    return Work(
        seed, folder / "model", folder / "train.jsonl", folder / "validation.jsonl", counts,
        [row["label"] for row in validation])


def ours(work, precision, threads):
    """The labels that our model gives the validation rows, and the tokens it was trained on."""
    output = work.train.parent / "run"
    process.run(
        [FINETUNE, "train", "--model", work.model, "--task", "text-classification", "--train", work.train,
         "--test", work.validation, "--order", "sequential", "--epochs", 1, "--batch-size", BATCH,
         "--learning-rate", "5e-5", "--weight-decay", "0.01", "--schedule", "linear", "--max-grad-norm", 1,
         "--evaluate-every", "none", "--save-every", "none", "--precision", precision, "--seed", work.seed,
         "--threads", threads, "--output", output, "--overwrite"],
        threads, work.train.parent)
    lines = (output / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    preflight = json.loads((output / "preflight.json").read_text())
    return [json.loads(line)["label"] for line in lines], preflight["splits"][0]["lengths"]["tokens"]


def theirs(work, setting, threads):
    """The same of a plain PyTorch loop."""
    outcome = process.peer(
        "training",
        [work.model, work.train, "--setting", setting, "--counts", json.dumps(work.counts), "--validation",
         work.validation, "--seed", work.seed, "--threads", threads],
        threads, work.train.parent)
    return outcome.report["answers"], outcome.report["tokens"]


def stored(options, side, precision, seed):
    """Where a run's answers are kept; those of a quick look by themselves."""
    return RESULTS / ("quality-quick" if options.quick else "quality") / f"{side}-{precision}-{seed}.json"


def make_missing(options):
    """Makes the runs that are not stored."""
    with tempfile.TemporaryDirectory(prefix="finetune-quality-") as scratch:
        for seed in range(1, options.seeds + 1):
            missing = [run for run in RUNS if options.again or not stored(options, *run, seed).exists()]
            work = work_of(seed, Path(scratch), options) if missing else None
            for side, precision in missing:
                make(options, work, side, precision)


def make(options, work, side, precision):
    """Makes one run and stores which rows it answered rightly."""
    answers, tokens = (ours if side == "ours" else theirs)(work, precision, options.threads)
    if len(answers) != len(work.targets):
        raise process.Failure(f"{side}: {len(answers)} answers for {len(work.targets)} rows")
    correct = [int(one == other) for one, other in zip(answers, work.targets)]
    path = stored(options, side, precision, work.seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps({
        "side": side, "precision": precision, "seed": work.seed, "tokens": tokens, "correct": correct,
        "accuracy": mean(correct), "versions": conditions.versions()}) + "\n")
    print(f"seed {work.seed}, {side}, {precision}: accuracy {mean(correct):.4f}", flush=True)


def load(options):
    """Every stored run by side, precision and seed.

    Raises:
        process.Failure: when the sides saw different rows.
    """
    runs = {}
    for seed in range(1, options.seeds + 1):
        for side, precision in RUNS:
            path = stored(options, side, precision, seed)
            if path.exists():
                runs[side, precision, seed] = json.loads(path.read_text(encoding="utf-8"))
        seen = {(run["tokens"], len(run["correct"])) for key, run in runs.items() if key[2] == seed}
        if len(seen) > 1:
            raise process.Failure(f"seed {seed}: the runs saw different rows: {sorted(seen)}")
    return runs


def report(runs, seeds):
    """Accuracies, their means and differences, as a Markdown table."""
    rows = []
    for name, mine, other in PAIRS:
        pairs = [
            (runs["ours", mine, seed], runs["theirs", other, seed]) for seed in range(1, seeds + 1)
            if ("ours", mine, seed) in runs and ("theirs", other, seed) in runs]
        if not pairs:
            continue
        differences = [
            [a - b for a, b in zip(one["correct"], two["correct"])] for one, two in pairs]
        low, high = interval(differences)
        accuracies = [[run["accuracy"] for run in side] for side in zip(*pairs)]
        each = [", ".join(f"{100 * one:.1f}" for one in side) for side in accuracies]
        means = [mean(side) for side in accuracies]
        rows.append([
            name, each[0], each[1], f"{means[0]:.2%}", f"{means[1]:.2%}",
            f"{100 * (means[0] - means[1]):+.2f}", f"{100 * low:+.2f} to {100 * high:+.2f}",
            "yes" if low <= 0 <= high else "no"])
    return table(
        ["precision", "ours, each seed", "theirs, each seed", "ours, mean", "theirs, mean", "difference, points",
         "95 % interval", "holds 0"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--quick", action="store_true", help="480 rows: does everything run?")
    parser.add_argument("--again", action="store_true", help="makes stored runs again")
    parser.add_argument(
        "--write-readme", action="store_true", help="writes the table of the stored runs into Benchmarks/README.md")
    options = parser.parse_args()
    try:
        if not options.write_readme:
            make_missing(options)
        text = report(load(options), options.seeds)
    except process.Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    print(text)
    if options.write_readme:
        write_sections(BENCHMARKS / "README.md", {"quality": text})
    return 0


if __name__ == "__main__":
    sys.exit(main())
