"""Runs one side once, in a process of its own: its wall time, its output, its peak memory."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .places import PEERS

# Settings that would favour one side, or that a user's shell happens to have.
LEFT_OUT = ("OMP_", "GOMP_", "KMP_", "MKL_", "ONEDNN_", "DNNL_", "TORCH", "THP_", "MALLOC_", "LRU_CACHE", "LD_PRELOAD")


class Failure(Exception):
    """A process that ended with an error: the command and the end of what it said."""


@dataclass
class Outcome:
    """What one process did."""

    output: str  # what it wrote to standard output
    wall: float  # seconds from its start to its end
    began: float  # when it was started, in seconds since 1970
    peak_mib: float

    @property
    def report(self):
        """The JSON object of the last line of its output."""
        return json.loads(self.output.strip().splitlines()[-1])


def plain_environment(threads, large_pages=False):
    """The caller's environment without settings that would favour one side."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    kept.update(
        OMP_NUM_THREADS=str(threads), TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    if large_pages:
        kept["THP_MEM_ALLOC_ENABLE"] = "1"
    return kept


def run(command, threads, scratch, large_pages=False):
    """Runs a command to its end.

    Raises:
        Failure: when it ends with anything but 0.
    """
    command = [str(part) for part in command]
    log, messages = scratch / "output.log", scratch / "messages.log"
    with open(log, "wb") as output, open(messages, "wb") as errors:
        began = time.time()
        # A session of its own: what a peer's compiler has started ends with it.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True,
            env=plain_environment(threads, large_pages))
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            end_session(process.pid)
        wall = time.time() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        said = (messages.read_text(errors="replace") + log.read_text(errors="replace"))[-2000:]
        raise Failure(f"{' '.join(command)}\nended with {process.returncode}:\n{said}")
    # Kilobytes on Linux, bytes on macOS.
    unit = 1024 if sys.platform != "darwin" else 1024**2
    return Outcome(log.read_text(errors="replace"), wall, began, usage.ru_maxrss / unit)


def end_session(leader):
    """Ends what is left of a process's session, of which it was the leader."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def peer(name, arguments, threads, scratch, large_pages=False):
    """Runs a script of the folder `peers` in this Python."""
    return run([sys.executable, Path(PEERS) / f"{name}.py", *arguments], threads, scratch, large_pages)
