"""`make benchmark`: swift-finetune beside Transformers, PyTorch, ONNX Runtime and tokenizers, in one run, as ratios.

Each comparison runs one side, then the other, in processes of their own, and again (A B A B): the same model, the same
rows, the same batches, the same optimiser and loss, as many threads. The other side's best setting is found by
measuring all of them. Each row is printed as it comes, with what was asked for; nothing is asserted. The figures go to
Benchmarks/results as JSON, from which Benchmarks/readme.py writes Benchmarks/README.md and its chart.
"""

import argparse
import datetime
import json
import os
import sys
import tempfile
from pathlib import Path

from comparisons import COMPARISONS
from harness import conditions
from harness.context import Context
from harness.contest import Unfinished
from harness.models import Models
from harness.places import PROJECT, RESULTS
from harness.process import Failure


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few steps, one round: does everything run?")
    parser.add_argument(
        "--only", metavar="NAME", action="append",
        help="only comparisons with this in their name (again for more); --list shows the names")
    parser.add_argument("--list", action="store_true", help="the names of the comparisons, and ends")
    parser.add_argument("--rounds", type=int, help="times each side runs (default: 2; 1 with --quick)")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), help="of both sides (default: 2)")
    parser.add_argument(
        "--compile-limit", type=float, metavar="SECONDS",
        help="what torch.compile may take in each comparison (default: 60; 0, it is not tried, with --quick)")
    options = parser.parse_args()
    options.rounds = max(1, options.rounds or (1 if options.quick else 2))
    if options.compile_limit is None:
        options.compile_limit = 0 if options.quick else 60
    return options


def chosen(options):
    if not options.only:
        return COMPARISONS
    return [one for one in COMPARISONS if any(name.lower() in one.key for name in options.only)]


def store(path, figures):
    """Writes the figures so far, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".partial")
    beside.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    os.replace(beside, path)


def compare(comparison, context, figures):
    """Runs one comparison; one that fails is told, and does not take the others with it."""
    try:
        found, verdicts = comparison.run(context)
    except (Failure, Unfinished) as failure:
        context.say(f"{comparison.title}: {failure}")
        figures["failures"].append({"key": comparison.key, "reason": str(failure)})
        return
    figures["comparisons"].append({"key": comparison.key, "kind": comparison.kind, **found})
    for verdict in verdicts:
        figures["verdicts"].append({"comparison": comparison.key, **verdict.as_json()})
        print(verdict.sentence, flush=True)


def main():
    options = arguments()
    selected = chosen(options)
    if options.list or not selected:
        print("\n".join(one.key for one in COMPARISONS))
        return 0 if options.list else 2
    stamp = datetime.datetime.now(datetime.timezone.utc)
    path = RESULTS / f"{stamp:%Y-%m-%dT%H-%M-%SZ}.json"
    figures = {
        "date": f"{stamp:%Y-%m-%d}", "command": "make benchmark" + given(),
        "conditions": conditions.conditions(options.threads, options.rounds, options.quick),
        "compile_limit": options.compile_limit, "verdicts": [], "comparisons": [], "failures": []}
    print(summary(figures["conditions"]), flush=True)
    with tempfile.TemporaryDirectory(prefix="finetune-benchmark-") as folder:
        scratch = Path(folder)
        context = Context(
            scratch, options.threads, options.rounds, options.quick, options.compile_limit,
            figures["conditions"]["bf16"], Models(scratch, options.threads))
        for comparison in selected:
            compare(comparison, context, figures)
            figures["peaks"] = context.peaks
            figures["conditions"]["load_after"] = conditions.load()
            store(path, figures)
    now = figures["conditions"]
    print(f"load {now['load_before']} before, {now['load_after']} after; {path.relative_to(PROJECT)}")
    return 1 if figures["failures"] else 0


def given():
    """The options of this call, as `make benchmark` takes them."""
    return f' ARGUMENTS="{" ".join(sys.argv[1:])}"' if len(sys.argv) > 1 else ""


def summary(found):
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    missing = "" if found["bf16"] else "\nThis processor has no bf16 products: both sides compute in fp32."
    return (
        f"{found['processor']} ({found['instructions']}), {found['cores']} cores, {found['threads']} threads, "
        f"{found['memory_gib']} GiB, load {found['load_before']}\n{versions}{missing}")


if __name__ == "__main__":
    sys.exit(main())
