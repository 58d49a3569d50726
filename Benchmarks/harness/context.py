"""What a comparison gets: the options of the run, the models, a folder to work in."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from . import process
from .models import Models


@dataclass
class Context:
    """One run of the benchmark."""

    scratch: Path
    threads: int
    rounds: int
    quick: bool
    compile_limit: float  # seconds that torch.compile may take; 0 leaves it out
    has_bf16: bool
    models: Models
    peaks: list = field(default_factory=list)

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def precision(self, wanted):
        """The precision to compare in: fp32 where the processor has no bf16."""
        return wanted if self.has_bf16 else "fp32"

    def note(self, wanted):
        """What a row says about its precision."""
        return "" if self.has_bf16 or wanted == "fp32" else "fp32: this processor has no bf16"

    def floor(self, wanted, floor):
        """The floor, which is for the precision that was wanted."""
        return floor if self.has_bf16 or wanted == "fp32" else None

    def measure_peak(self):
        """Measures matrix products alone; each measurement is kept."""
        self.say("matrix products alone")
        outcome = process.peer(
            "matrix_products", [self.threads, 0.2 if self.quick else 2.0], self.threads, self.scratch)
        self.peaks.append(outcome.report)

    def peak(self, precision):
        """The best rate of all measurements, in GFLOP/s."""
        return max(rate for rates in self.peaks for rate in rates[precision].values())
