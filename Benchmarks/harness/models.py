"""The models that both sides load: the demo's MiniLM, a BERT-base of random weights, and SmolLM2-135M."""

import shutil
import sys

from . import process
from .places import DEMO_MODEL, PEERS

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")
NAMES = {"minilm": "MiniLM", "base": "BERT-base", "smollm2": "SmolLM2-135M"}


def make(folder, threads, scratch, *arguments):
    """Writes a classifier with two labels and the demo's tokenizer; arguments as `peers/make_model.py` has them."""
    process.run([sys.executable, PEERS / "make_model.py", folder, *arguments], threads, scratch)
    for file in TOKENIZER_FILES:
        if (DEMO_MODEL / file).exists():
            shutil.copy(DEMO_MODEL / file, folder / file)


class Models:
    """Folders of models, made when they are first asked for."""

    def __init__(self, scratch, threads):
        self.scratch, self.threads = scratch, threads

    def folder(self, name):
        """A classifier, the same on every machine: `minilm` (the demo's), `base` (of random weights) or `smollm2`."""
        folder = self.scratch / f"model-{name}"
        if (folder / "model.safetensors").exists():
            return folder
        if name == "smollm2":
            process.run([sys.executable, PEERS / "make_smollm2.py", folder], self.threads, self.scratch)
        else:
            make(folder, self.threads, self.scratch, *([DEMO_MODEL] if name == "minilm" else []))
        return folder
