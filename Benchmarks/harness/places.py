"""Where things are."""

import os
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
PROJECT = BENCHMARKS.parent
PEERS = BENCHMARKS / "peers"
RESULTS = BENCHMARKS / "results"
DEMO_MODEL = PROJECT / "demo" / "model"
DEMO_DATA = PROJECT / "demo" / "data"
# GPT-2's vocabulary and merges, on machines that have the shared data.
GPT2_FILES = PROJECT.parent / "shared" / "data" / "tokenizer_gold"

# Another build of the program is named by FINETUNE in the environment, with the two benchmarks beside it.
FINETUNE = Path(os.environ.get("FINETUNE", PROJECT / ".build" / "release" / "finetune"))
LATENCY = FINETUNE.parent / "LatencyBenchmark"
TOKENIZATION = FINETUNE.parent / "TokenizationBenchmark"
