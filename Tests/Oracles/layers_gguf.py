"""GGUF files as the gguf package writes and reads them.

Usage: layers_gguf.py sample FOLDER
  writes FOLDER/sample.gguf, with values of every type in its metadata and tensors of every element type, and
  FOLDER/sample.safetensors with the elements as the package expands them
"""

import os
import sys

import gguf
import numpy
from safetensors.numpy import save_file

PLAIN = {"F32": numpy.float32, "F16": numpy.float16}
QUANTISED = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"]
# Where a block's numbers of half precision lie: the scale, and the minimum of some.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}


def quantised(kind, generator):
    """Blocks of random bits, whose scales are numbers of a sensible size: every code of an element occurs."""
    count, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
    blocks = generator.integers(0, 256, (2, 6, size), dtype=numpy.uint8)
    for offset in HALVES[kind]:
        scales = generator.normal(0, 0.1, (2, 6, 1)).astype(numpy.float16)
        # Numbers below the normal range too, and zero.
        scales[0, 0], scales[0, 1] = 3e-7, 0
        blocks[:, :, offset : offset + 2] = scales.view(numpy.uint8)
    return blocks.reshape(2, 6 * size)


def sample(folder):
    generator = numpy.random.default_rng(0)
    writer = gguf.GGUFWriter(os.path.join(folder, "sample.gguf"), "sample")
    for kind, value in (
            ("uint8", 200), ("int8", -100), ("uint16", 60000), ("int16", -30000), ("uint32", 4000000000),
            ("int32", -2000000000), ("uint64", 9000000000000000000), ("int64", -9000000000000000000),
            ("float32", 0.25), ("float64", 0.1), ("bool", True), ("string", "Grüße, 世界")):
        getattr(writer, f"add_{kind}")(f"sample.{kind}", value)
    writer.add_array("sample.texts", ["a", "", "▁b"])
    writer.add_array("sample.numbers", [1.5, -2.0])
    writer.add_array("sample.integers", [1, 2, 3])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(["<s>", "a", "b", "ab"])
    writer.add_token_scores([0.0, -1.0, -2.0, -3.5])
    writer.add_token_types([3, 1, 1, 1])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(3)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template("{{ messages[0]['content'] }}")
    expected = {}
    for kind, element in PLAIN.items():
        values = generator.normal(size=(3, 5)).astype(element)
        writer.add_tensor(f"tensor.{kind}", values)
        expected[f"tensor.{kind}"] = values
    values = generator.normal(size=(4, 3, 2)).astype(numpy.float32)
    kind = gguf.GGMLQuantizationType.BF16
    writer.add_tensor("tensor.BF16", gguf.quants.quantize(values, kind), raw_dtype=kind)
    expected["tensor.BF16"] = gguf.quants.dequantize(gguf.quants.quantize(values, kind), kind)
    for name in QUANTISED:
        kind = gguf.GGMLQuantizationType[name]
        blocks = quantised(name, generator)
        writer.add_tensor(f"tensor.{name}", blocks, raw_dtype=kind)
        expected[f"tensor.{name}"] = gguf.quants.dequantize(blocks, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(
        {name: numpy.ascontiguousarray(value, dtype=numpy.float32) for name, value in expected.items()},
        os.path.join(folder, "sample.safetensors"))


{"sample": sample}[sys.argv[1]](sys.argv[2])
