#!/usr/bin/env python3
"""PEFT's methods of virtual tokens on small random models.

`make FOLDER` reads a list of cases from standard input and writes for each `NAME/base` (the model as
Transformers stores it), `NAME/adapter` (as PEFT does) and `NAME/reference.safetensors` (inputs,
outputs, and the gradient of what is stored). `run FOLDER ADAPTER` reads one case, loads ADAPTER in
PEFT onto the case's base and writes its outputs to `ADAPTER/outputs.safetensors`.
"""

import json
import logging
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel, PrefixTuningConfig, PromptEncoderConfig, PromptTuningConfig, get_peft_model
from safetensors.torch import save_file
from transformers import (
    BertConfig, BertForSequenceClassification, GPT2Config, GPT2LMHeadModel, LlamaConfig,
    LlamaForCausalLM, T5Config, T5ForConditionalGeneration,
)

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
torch.set_num_threads(1)

VOCABULARY = 61


def model(kind):
    common = {"vocab_size": VOCABULARY, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
    if kind == "gpt2":
        return GPT2LMHeadModel(GPT2Config(n_embd=24, n_layer=2, n_head=3, n_positions=40, **common))
    if kind == "llama":
        return LlamaForCausalLM(LlamaConfig(
            hidden_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            intermediate_size=40, max_position_embeddings=64, **common))
    if kind == "bert":
        return BertForSequenceClassification(BertConfig(
            vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
            intermediate_size=40, max_position_embeddings=40, num_labels=3))
    return T5ForConditionalGeneration(T5Config(
        vocab_size=VOCABULARY, d_model=24, d_kv=8, d_ff=40, num_layers=3, num_decoder_layers=3,
        num_heads=3, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1))


TASKS = {"gpt2": "CAUSAL_LM", "llama": "CAUSAL_LM", "bert": "SEQ_CLS", "t5": "SEQ_2_SEQ_LM"}
METHODS = {"prefix": PrefixTuningConfig, "prompt": PromptTuningConfig, "p_tuning": PromptEncoderConfig}


def spread(module, seed):
    """Weights large enough that every part of the model matters."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in module.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.2


def inputs(case):
    """One sequence at a time: no padding, whose places PEFT would count."""
    generator = torch.Generator().manual_seed(case["seed"] + 1)
    texts = [torch.randint(3, VOCABULARY, (n,), generator=generator) for n in case["lengths"]]
    targets = [torch.randint(3, VOCABULARY, (n,), generator=generator) for n in case["targets"]]
    return texts, targets


def outputs(tuned, case):
    texts, targets = inputs(case)
    results = []
    for place, text in enumerate(texts):
        arguments = {"input_ids": text[None], "attention_mask": torch.ones(1, len(text)).long()}
        if case["model"] == "t5":
            arguments["decoder_input_ids"] = targets[place][None]
        logits = tuned(**arguments).logits[0]
        if case["model"] in ("gpt2", "llama"):
            # PEFT gives scores of virtual tokens too.
            logits = logits[-len(text):]
        results.append(logits if logits.dim() == 2 else logits[None])
    return torch.cat(results)


def make(case, folder):
    torch.manual_seed(case["seed"])
    base = model(case["model"]).eval()
    spread(base, case["seed"])
    folder.mkdir(parents=True)
    base.save_pretrained(folder / "base")
    config = METHODS[case["method"]](
        task_type=TASKS[case["model"]], num_virtual_tokens=case["tokens"], **case["settings"])
    tuned = get_peft_model(base, config).eval()
    spread(tuned.prompt_encoder, case["seed"] + 2)
    texts, targets = inputs(case)
    found = outputs(tuned, case)
    weights = torch.randn(found.shape, generator=torch.Generator().manual_seed(5))
    (found * weights).sum().backward()
    tensors = {"outputs": found.detach(), "weights": weights}
    for name, parameter in tuned.prompt_encoder.named_parameters():
        tensors["gradient." + name.removeprefix("default.")] = parameter.grad.detach()
        tensors["value." + name.removeprefix("default.")] = parameter.detach()
    for place, text in enumerate(texts):
        tensors[f"text.{place}"] = text
    for place, target in enumerate(targets):
        tensors[f"target.{place}"] = target
    save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()},
              folder / "reference.safetensors")
    tuned.save_pretrained(folder / "adapter")


def run(case, folder, adapter):
    base = type(model(case["model"])).from_pretrained(folder / case["name"] / "base").eval()
    tuned = PeftModel.from_pretrained(base, adapter).eval()
    with torch.no_grad():
        save_file({"outputs": outputs(tuned, case).contiguous()},
                  Path(adapter) / "outputs.safetensors")


def main():
    given = json.load(sys.stdin)
    folder = Path(sys.argv[2])
    if sys.argv[1] == "make":
        for case in given:
            make(case, folder / case["name"])
    else:
        for case, adapter in zip(given, sys.argv[3:]):
            run(case, folder, adapter)


main()
