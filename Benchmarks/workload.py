"""What both sides train on: models, rows, and how much arithmetic is in them."""

import json
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent
PROJECT = BENCHMARKS.parent
DEMO_MODEL = PROJECT / "demo" / "model"
TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"]


class Shape:
    """The sizes of a BERT that decide its arithmetic."""

    def __init__(self, folder):
        config = json.loads((Path(folder) / "config.json").read_text())
        self.layers = config["num_hidden_layers"]
        self.hidden = config["hidden_size"]
        self.intermediate = config["intermediate_size"]

    def useful_operations(self, lengths):
        """Floating-point operations of one training step on sequences of these lengths, padding left out.

        Forward, and twice that for the gradients: 6 for each matrix parameter and token, and attention's two products
        (queries with keys, weights with values), 12 x hidden for each pair of tokens and layer.
        """
        matrices = self.layers * (4 * self.hidden**2 + 2 * self.hidden * self.intermediate)
        pairs = sum(length**2 for length in lengths)
        pooler = self.hidden**2 * len(lengths)
        return 6 * (matrices * sum(lengths) + pooler) + 12 * self.layers * self.hidden * pairs


def bert_base(folder):
    """Writes a BERT-base of random weights with the demo model's vocabulary, the same on every machine."""
    if not (folder / "model.safetensors").exists():
        subprocess.run(
            [sys.executable, str(BENCHMARKS / "make_bert_base.py"), str(folder)], check=True,
            stdout=subprocess.DEVNULL)
        for name in TOKENIZER_FILES:
            if (DEMO_MODEL / name).exists():
                shutil.copy(DEMO_MODEL / name, folder / name)
    return folder


def write_rows(path, batches, batch_size, mean_length=None, fixed_length=None, seed=7):
    """Writes rows as JSON Lines, in the order of the steps: batches of like lengths, the batches shuffled.

    Sorting by length is the best setting of a peer that pads, and costs us nothing. Every word is one token, so the
    lengths, with [CLS] and [SEP], are exact. Lengths are log-normal with the given mean, within 4 and 256, or fixed.
    """
    source = random.Random(seed)
    vocabulary = (DEMO_MODEL / "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = [word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 2]

    def length():
        if fixed_length:
            return fixed_length
        sigma = 0.6
        drawn = source.lognormvariate(math.log(mean_length) - sigma**2 / 2, sigma)
        return min(256, max(4, round(drawn)))

    lengths = sorted(length() for _ in range(batches * batch_size))
    chunks = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    source.shuffle(chunks)
    with open(path, "w", encoding="utf-8") as file:
        for chunk in chunks:
            for place, tokens in enumerate(chunk):
                text = " ".join(source.choice(words) for _ in range(tokens - 2))
                row = {"text": text, "label": ["negative", "positive"][place % 2]}
                file.write(json.dumps(row) + "\n")
    return chunks
