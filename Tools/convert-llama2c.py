#!/usr/bin/env python3
"""Makes a Hugging Face folder of a checkpoint of llama2.c, such as its stories models.

    Tools/convert-llama2c.py stories260K.bin FOLDER --tokenizer tok512.bin

Reads llama2.c's first format: seven int32 (width, width within the feed-forward part, layers, heads, heads of keys
and values, vocabulary, longest sequence), then all tensors in fp32. A negative vocabulary says that the output layer
is not the word table.

llama2.c turns neighbouring elements of a head, Hugging Face the two halves: rows of queries and keys are put in that
order. The tables of angles at the end follow from the sizes and are left out.

The tokeniser is another file, which becomes tokenizer.json: SentencePiece's byte pairs, with merges in the order of
the pieces' scores. Without it the folder holds the model alone.
"""

import argparse
import struct
import sys

import numpy
from conversion.failure import ConversionFailure, run
from conversion.llama2c_vocabulary import read_vocabulary, tokenizer, tokenizer_configuration
from conversion.model_folder import new_model_folder, summary, write_json, write_weights

HEADER = struct.Struct("<7i")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="the checkpoint, a .bin file")
    parser.add_argument("folder", help="the model folder to make")
    parser.add_argument("--tokenizer", metavar="FILE", help="the model's tokeniser, such as tok512.bin")
    options = parser.parse_args()
    data = content(options.source)
    sizes, tied = read_header(data, options.source)
    weights = parameters(Reader(data, options.source), sizes, tied)
    vocabulary = options.tokenizer and read_vocabulary(content(options.tokenizer), options.tokenizer)
    if vocabulary and len(vocabulary[0]) != sizes[5]:
        raise ConversionFailure(
            f"{options.tokenizer} has {len(vocabulary[0])} pieces, and the model has a row for each of {sizes[5]}: "
            "they do not belong together.")
    with new_model_folder(options.folder) as folder:
        write_json(folder / "config.json", configuration(sizes, tied))
        write_weights(folder, weights)
        if vocabulary:
            write_json(folder / "tokenizer.json", tokenizer(*vocabulary))
            write_json(folder / "tokenizer_config.json", tokenizer_configuration(sizes[6]))
    pieces = f"a tokeniser of {len(vocabulary[0])} pieces" if vocabulary else "no tokeniser"
    print(f"{options.folder}: llama, {summary(weights)}, {pieces}.")


def content(path):
    with open(path, "rb") as file:
        return file.read()


def read_header(data, origin):
    if len(data) < HEADER.size:
        raise ConversionFailure(f"{origin} is no checkpoint of llama2.c: it has {len(data)} bytes only.")
    width, hidden, layers, heads, key_heads, vocabulary, positions = HEADER.unpack_from(data)
    sizes = (width, hidden, layers, heads, key_heads, abs(vocabulary), positions)
    if min(sizes) < 1 or max(sizes) > 1 << 24 or width % (2 * heads) or heads % key_heads:
        raise ConversionFailure(
            f"{origin} is no checkpoint of llama2.c's first format: its sizes would be {sizes}.")
    return sizes, vocabulary > 0


class Reader:
    """The tensors of a checkpoint, one after another."""

    def __init__(self, data, origin):
        self.data = data
        self.origin = origin
        self.position = HEADER.size

    def take(self, *shape):
        count = 1
        for size in shape:
            count *= size
        end = self.position + 4 * count
        if end > len(self.data):
            raise ConversionFailure(
                f"{self.origin} is cut short: it has {len(self.data)} bytes, and a tensor ends at byte {end}.")
        part = numpy.frombuffer(self.data, "<f4", count, self.position).reshape(shape)
        self.position = end
        return part

    def finish(self):
        rest = len(self.data) - self.position
        if rest:
            raise ConversionFailure(f"{self.origin} has {rest} bytes more than its sizes say.")


def in_halves(matrix, heads):
    """Rows of heads whose pairs are neighbours, in the order that has pairs in two halves."""
    rows, columns = matrix.shape
    pairs = matrix.reshape(heads, rows // heads // 2, 2, columns)
    return numpy.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(rows, columns)


def parameters(reader, sizes, tied):
    """Arrays by Transformers' names, in the order of the file."""
    width, hidden, layers, heads, key_heads, vocabulary, positions = sizes
    head = width // heads
    weights = {"model.embed_tokens.weight": reader.take(vocabulary, width)}

    def each(name, *shape, turned=0):
        for layer, part in enumerate(reader.take(layers, *shape)):
            weights[f"model.layers.{layer}.{name}.weight"] = in_halves(part, turned) if turned else part

    each("input_layernorm", width)
    each("self_attn.q_proj", width, width, turned=heads)
    each("self_attn.k_proj", key_heads * head, width, turned=key_heads)
    each("self_attn.v_proj", key_heads * head, width)
    each("self_attn.o_proj", width, width)
    each("post_attention_layernorm", width)
    each("mlp.gate_proj", hidden, width)
    each("mlp.down_proj", width, hidden)
    each("mlp.up_proj", hidden, width)
    weights["model.norm.weight"] = reader.take(width)
    # Cosines and sines.
    reader.take(2, positions, head // 2)
    if not tied:
        weights["lm_head.weight"] = reader.take(vocabulary, width)
    reader.finish()
    return {name: numpy.ascontiguousarray(value) for name, value in weights.items()}


def configuration(sizes, tied):
    width, hidden, layers, heads, key_heads, vocabulary, positions = sizes
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "dtype": "float32", "hidden_size": width,
        "intermediate_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
        "num_key_value_heads": key_heads, "vocab_size": vocabulary, "max_position_embeddings": positions,
        # What llama2.c has in its code.
        "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": tied,
        "bos_token_id": 1, "eos_token_id": 2}


if __name__ == "__main__":
    run(sys.argv[0], main)
