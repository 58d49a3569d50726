"""`make benchmark`: swift-finetune beside Transformers, PyTorch and tokenizers, in one run, as ratios.

Each comparison runs one side, then the other, in processes of their own, and again (A B A B): the same model, the same
rows, the same batches, the same optimiser, as many threads. Nothing is asserted; the figures are printed, and written
to Benchmarks/results as JSON. FINETUNE in the environment names another build of the program, with
TokenizationBenchmark beside it.
"""

import argparse
import datetime
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import report
from sides import FINETUNE, ours, plain_environment, theirs
from workload import BENCHMARKS, DEMO_MODEL, PROJECT, Shape, bert_base, write_rows

TOKENIZATION = FINETUNE.parent / "TokenizationBenchmark"


@dataclass
class Case:
    """One thing to train: both sides get exactly this."""

    name: str
    model: Path
    rows: Path
    batches: list  # lengths in tokens, a list for each step
    precision: str
    batch_size: int
    steps: int
    warm_up: int
    threads: int

    @property
    def shape(self):
        return Shape(self.model)


# Name, model, precision, sequences of a batch, fixed length, measured steps, measured steps when quick.
TRAINING = [
    ("MiniLM bf16", "minilm", "bf16", 16, None, 60, 10),
    ("MiniLM fp32", "minilm", "fp32", 16, None, 40, 10),
    ("BERT-base bf16", "base", "bf16", 16, None, 16, 3),
    ("BERT-base fp32", "base", "fp32", 16, None, 10, 3),
    ("MiniLM bf16, 512 tokens each", "minilm", "bf16", 4, 512, 12, 3),
    ("BERT-base bf16, 512 tokens each", "base", "bf16", 4, 512, 5, 2),
]


def training_cases(options, scratch):
    for place, (name, model, precision, size, fixed, steps, quick) in enumerate(TRAINING):
        if options.only and options.only.lower() not in name.lower():
            continue
        measured = quick if options.quick else steps
        warm_up = 2 if options.quick or fixed else 4
        rows = scratch / f"rows-{place}.jsonl"
        batches = write_rows(rows, measured + warm_up, size, mean_length=35, fixed_length=fixed)
        folder = DEMO_MODEL if model == "minilm" else bert_base(scratch / "bert-base")
        yield Case(
            name, folder, rows, batches, precision, size, measured + warm_up, warm_up, options.threads)


def alternate(case, rounds, scratch):
    pairs = []
    for number in range(rounds):
        say(f"{case.name}: round {number + 1} of {rounds}")
        pair = ours(case, scratch), theirs(case, scratch)
        counts = {pair[0].tokens, pair[1].tokens, sum(map(sum, case.batches))}
        if len(counts) > 1:
            raise SystemExit(f"{case.name}: the sides saw different tokens: {counts}")
        pairs.append(pair)
    return pairs


def cold_start(options, scratch):
    """64 rows, one step of 16: from the start of the process to the end of its first step."""
    rows = scratch / "cold.jsonl"
    batches = write_rows(rows, 4, 16, mean_length=35)
    case = Case("cold start", DEMO_MODEL, rows, batches, "bf16", 16, 1, 0, options.threads)
    say("cold start")
    pairs = [(ours(case, scratch), theirs(case, scratch)) for _ in range(options.rounds + 1)]
    return {
        side: {key: min(getattr(pair[place], key) for pair in pairs) for key in ("first_step", "wall")}
        for place, side in enumerate(("ours", "theirs"))}


def tokenization(options, scratch):
    say("tokenising")
    corpora = [scratch / "reviews.txt"]
    corpora[0].write_text((PROJECT / "demo" / "data" / "train.csv").read_text(encoding="utf-8"))
    command = [
        TOKENIZATION, DEMO_MODEL, sys.executable, BENCHMARKS / "Tokenization" / "tokenization_peer.py",
        *corpora]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"TokenizationBenchmark ended with {done.returncode}:\n{done.stderr}")
    return done.stdout.strip()


def conditions(options):
    """What ran, and where: the processor's kind, never the host's name."""
    processor = platform.processor() or platform.machine()
    flags = ""
    if Path("/proc/cpuinfo").exists():
        text = Path("/proc/cpuinfo").read_text()
        processor = next((l.split(": ")[1] for l in text.splitlines() if "model name" in l), processor)
        flags = " ".join(f for f in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if f" {f}" in text)
    version = subprocess.run(
        [str(FINETUNE), "--version"], capture_output=True, text=True).stdout.strip()
    return {
        "processor": processor, "instructions": flags, "cores": os.cpu_count(),
        "threads": options.threads, "load_before": round(os.getloadavg()[0], 1), "finetune": version,
        "rounds": options.rounds, "quick": options.quick,
    }


SETTINGS = """\
Ours: `finetune train`, ragged batches, sequential order, AdamW (decay 0.01, none on biases and norms), linear schedule
from 5e-5, clipping to 1, dropout 0.1; bf16 is bf16 weights with fp32 masters. Theirs: Transformers' model in a plain
PyTorch loop, batches of like lengths padded to their longest, torch.optim.AdamW(fused=True) with the same groups and
schedule, clipping to 1, dropout 0.1, zero_grad(set_to_none=True); bf16 is autocast over fp32 weights. Start-up and the
first steps are left out; each step counts at its best over the rounds, and `of rounds` is the ratio round by round.
GFLOP/s are useful ones: 6 x matrix parameters x real tokens, plus attention. Memory is the process's peak."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few steps: does everything run?")
    parser.add_argument(
        "--only", metavar="NAME",
        help="only comparisons whose name has this in it: MiniLM, BERT-base, fp32, 512, cold, tokenising")
    parser.add_argument("--rounds", type=int, default=2, help="times each side runs (default: 2)")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args()


def main():
    options = arguments()
    wanted = lambda name: not options.only or options.only.lower() in name  # noqa: E731
    figures = {"conditions": conditions(options), "training": []}
    print(" · ".join(f"{key} {value}" for key, value in figures["conditions"].items()))
    print(SETTINGS)
    with tempfile.TemporaryDirectory(prefix="finetune-benchmark-") as folder:
        scratch = Path(folder)
        for case in training_cases(options, scratch):
            pairs = alternate(case, options.rounds, scratch)
            figures["theirs"] = pairs[0][1].notes
            figures["training"].append(report.compare(case, pairs))
            say(f"{case.name}: {figures['training'][-1]['ratio']:.2f} times as fast")
        if wanted("cold start"):
            figures["cold_start"] = cold_start(options, scratch)
        if wanted("tokenising"):
            figures["tokenising"] = tokenization(options, scratch)
    figures["conditions"]["load_after"] = round(os.getloadavg()[0], 1)
    if figures["training"]:
        print("\n" + " · ".join(f"{k} {v}" for k, v in figures["theirs"].items()) + "\n")
        print(report.training_table(figures["training"]))
    if "cold_start" in figures:
        print("\n" + report.cold_start_table(figures["cold_start"]))
    if "tokenising" in figures:
        print("\n" + figures["tokenising"])
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H-%M-%SZ")
    path = BENCHMARKS / "results" / f"{stamp}.json"
    report.write(figures, path)
    print(f"\nload {figures['conditions']['load_before']} before, "
          f"{figures['conditions']['load_after']} after; {path.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
