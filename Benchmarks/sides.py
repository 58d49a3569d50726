"""Runs one side once, in a process of its own: seconds of each step, tokens, peak memory."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from workload import BENCHMARKS, PROJECT

FINETUNE = Path(os.environ.get("FINETUNE", PROJECT / ".build" / "release" / "finetune"))


@dataclass
class Result:
    """What one process did."""

    seconds: list  # of each step
    tokens: int  # of all steps
    loss: float  # mean of the last quarter of the steps
    peak_mib: float
    wall: float  # of the whole process
    first_step: float  # from the process's start to the end of its first step
    notes: dict = field(default_factory=dict)


def run_process(command, log, environment):
    """Runs a command to its end: its wall time, when it began, its peak memory in MiB."""
    with open(log, "wb") as output:
        began = time.time()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.time() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = log.read_text(errors="replace")[-2000:]
        raise SystemExit(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{tail}")
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 / 1024 if sys.platform != "darwin" else 1 / 1024**2
    return wall, began, usage.ru_maxrss * unit


def plain_environment(threads):
    """The caller's environment, without settings that would favour one side."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "KMP_", "MKL_", "ONEDNN_"))}
    kept.update(OMP_NUM_THREADS=str(threads), TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")
    return kept


def ours(case, scratch):
    """`finetune train` on the rows in their order."""
    output, log = scratch / "ours-run", scratch / "ours.log"
    shutil.rmtree(output, ignore_errors=True)
    command = [
        FINETUNE, "train", "--model", case.model, "--task", "text-classification", "--train", case.rows,
        "--order", "sequential", "--batch-size", case.batch_size, "--max-steps", case.steps,
        "--precision", case.precision, "--learning-rate", "5e-5", "--weight-decay", "0.01",
        "--schedule", "linear", "--max-grad-norm", "1", "--log-every", "1", "--evaluate-every", "none",
        "--save-every", "none", "--threads", case.threads, "--output", output,
    ]
    wall, began, peak = run_process([str(part) for part in command], log, plain_environment(case.threads))
    records = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    steps = [record for record in records if record["kind"] == "train"]
    if len(steps) != case.steps or len(case.batches) < case.steps:
        raise SystemExit(f"finetune made {len(steps)} steps of {case.steps}; see {log}")
    values = [record["values"] for record in steps]
    counts = [sum(batch) for batch in case.batches[: case.steps]]
    preflight = json.loads((output / "preflight.json").read_text())
    shutil.rmtree(output)
    return Result(
        seconds=[count / value["tokens_per_second"] for count, value in zip(counts, values)],
        tokens=preflight["splits"][0]["lengths"].get("tokens", sum(counts)),
        loss=late_mean([value["loss"] for value in values]), peak_mib=peak, wall=wall,
        first_step=steps[0]["time"] - began)


def theirs(case, scratch):
    """Transformers and PyTorch on the same rows in the same batches."""
    log = scratch / "theirs.log"
    command = [
        sys.executable, BENCHMARKS / "transformers_peer.py", case.model, case.rows,
        "--precision", case.precision, "--batch-size", case.batch_size, "--steps", case.steps,
        "--threads", case.threads,
    ]
    wall, began, peak = run_process([str(part) for part in command], log, plain_environment(case.threads))
    report = json.loads(log.read_text().splitlines()[-1])
    return Result(
        seconds=report["seconds"], tokens=report["tokens"], loss=late_mean(report["losses"]),
        peak_mib=peak, wall=wall, first_step=report["first_step_at"] - began,
        notes={**report["versions"], "attention": report["attention"]})


def late_mean(losses):
    last = losses[-max(1, len(losses) // 4) :]
    return sum(last) / len(last)
