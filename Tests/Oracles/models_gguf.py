"""Decoders in GGUF files, as llama.cpp's converter lays them out and Transformers reads them.

Usage: models_gguf.py FOLDER, with cases as JSON on standard input
  for each case makes FOLDER/NAME/model.gguf, and FOLDER/NAME.safetensors with tokens and the logits that Transformers
  computes from that file
"""

import json
import os
import sys

import gguf
import numpy
import torch
from models_decoders import outputs, randomise
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM


def permuted(weights, heads):
    """The rows of heads with pairs as neighbours, where Hugging Face has them in two halves."""
    shape = weights.shape
    return weights.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def add_settings(writer, config, type):
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"t{index}" for index in range(config.vocab_size)])
    writer.add_token_types([1] * config.vocab_size)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    if type == "gpt2":
        writer.add_feed_forward_length(4 * config.hidden_size)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
        return
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    if type != "qwen2":
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
        writer.add_rope_dimension_count(config.head_dim)


def write(path, model, case):
    config, type = model.config, model.config.model_type
    architecture = {"gpt2": "GPT2", "qwen2": "QWEN2", "qwen3": "QWEN3"}.get(type, "LLAMA")
    writer = gguf.GGUFWriter(path, architecture.lower())
    add_settings(writer, config, type)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture], config.num_hidden_layers)
    for name, value in model.named_parameters():
        weights = value.detach().numpy()
        stem, ending = name.rsplit(".", 1)
        if type == "gpt2" and ending == "weight" and ("c_" in stem):
            weights = weights.T
        if architecture == "LLAMA" and stem.endswith("q_proj"):
            weights = permuted(weights, config.num_attention_heads)
        if architecture == "LLAMA" and stem.endswith("k_proj"):
            weights = permuted(weights, config.num_key_value_heads)
        kind = gguf.GGMLQuantizationType[case["type"] if weights.ndim == 2 else "F32"]
        weights = numpy.ascontiguousarray(weights)
        if kind == gguf.GGMLQuantizationType.F16:
            weights = weights.astype(numpy.float16)
        elif kind != gguf.GGMLQuantizationType.F32:
            weights = gguf.quants.quantize(weights, kind)
        writer.add_tensor(f"{names.get_name(stem)}.{ending}", weights, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(folder, cases):
    for case in cases:
        options = dict(case["configuration"])
        config = AutoConfig.for_model(options.pop("model_type"), **options)
        model = randomise(AutoModelForCausalLM.from_config(config), case["seed"])
        place = os.path.join(folder, case["name"])
        os.makedirs(place)
        write(os.path.join(place, "model.gguf"), model, case)
        model = AutoModelForCausalLM.from_pretrained(
            place, gguf_file="model.gguf", dtype=torch.float32, attn_implementation="eager").eval()
        generator = torch.Generator().manual_seed(case["seed"])
        lengths = [7, 1, 12]
        tokens = torch.randint(1, config.vocab_size, (sum(lengths),), generator=generator)
        with torch.no_grad():
            logits = outputs(model, "causal", tokens, lengths)
        save_file({
            "tokens": tokens, "segments": torch.zeros_like(tokens), "lengths": torch.tensor(lengths),
            "logits": logits.contiguous()}, place + ".safetensors")


main(sys.argv[1], json.load(sys.stdin))
