"""Where things are."""

import os
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
PROJECT = BENCHMARKS.parent
PEERS = BENCHMARKS / "peers"
RESULTS = BENCHMARKS / "results"
DEMO_MODEL = PROJECT / "demo" / "model"
DEMO_DATA = PROJECT / "demo" / "data"

# Another build of the program is named by FINETUNE in the environment, with the two benchmarks beside it.
FINETUNE = Path(os.environ.get("FINETUNE", PROJECT / ".build" / "release" / "finetune"))
LATENCY = FINETUNE.parent / "LatencyBenchmark"
TOKENIZATION = FINETUNE.parent / "TokenizationBenchmark"
