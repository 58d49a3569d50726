"""Prefixes, virtual tokens and what follows the parts of layers, as Transformers and PEFT compute them.

Usage: models_slots.py FOLDER, with a list of cases as JSON on standard input.
For each case makes FOLDER/NAME, a model folder, and FOLDER/NAME.safetensors: inputs, what the method adds, outputs, and
the gradient of what it adds. Sequences are read one by one, without padding; outputs are those of real tokens.
"""

import json
import os
import sys

import torch
from peft import PrefixTuningConfig, PromptTuningConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

HEADS = {
    "sequence": (AutoModelForSequenceClassification, "SEQ_CLS"), "token": (AutoModelForTokenClassification, "TOKEN_CLS"),
    "causal": (AutoModelForCausalLM, "CAUSAL_LM"), "generation": (AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM")}

# The last module of each part before its sum with the stream, by what its name ends with.
PARTS = {
    "bert": ("attention.output.dropout", ".output.dropout"), "roberta": ("attention.output.dropout", ".output.dropout"),
    "gpt2": ("attn.resid_dropout", "mlp.dropout"), "llama": ("self_attn.o_proj", "mlp.down_proj"),
    "t5": ("layer.0.dropout", "layer.1.dropout", "layer.2.dropout")}


def randomise(model, generator):
    with torch.no_grad():
        for name, value in model.named_parameters():
            scale = 0.1 if "norm" in name.lower() or name.endswith("bias") and value.dim() == 1 else 0.15
            start = value if scale == 0.1 else torch.zeros_like(value)
            value.copy_(start + torch.randn(value.shape, generator=generator) * scale)


def outputs(model, case, tokens, targets):
    """The scores of one sequence's tokens, or of the sequence."""
    inputs = {"input_ids": tokens[None], "attention_mask": torch.ones_like(tokens)[None]}
    if case["head"] == "generation":
        inputs["decoder_input_ids"] = targets[None]
    logits = model(**inputs).logits
    if case["head"] == "sequence":
        return logits
    return logits[0, -len(targets if case["head"] == "generation" else tokens):]


def with_method(base, case, generator):
    """The tuned model, and what the method adds, as leaves."""
    _, task = HEADS[case["head"]]
    if case["method"] == "sublayer":
        width = base.config.hidden_size
        down = (torch.randn(width, 5, generator=generator) * 0.3).requires_grad_()
        up = (torch.randn(5, width, generator=generator) * 0.3).requires_grad_()
        ends = PARTS[case["configuration"]["model_type"]]
        found = [module for name, module in base.named_modules() if name.endswith(ends)]
        assert found
        for module in found:
            module.register_forward_hook(lambda _, __, output: output + torch.tanh(output @ down) @ up)
        base.requires_grad_(False)
        return base, {"down": down, "up": up}
    kind = PrefixTuningConfig if case["method"] == "prefix" else PromptTuningConfig
    # PEFT takes the stream's width for that of words, which ALBERT and ELECTRA have narrower, and asks for DistilBERT's
    # number of heads, which prompts do not use.
    width = base.get_input_embeddings().embedding_dim
    sizes = {} if case["method"] == "prefix" else {"token_dim": width, "num_attention_heads": 1}
    model = get_peft_model(base, kind(task_type=task, num_virtual_tokens=case["count"], **sizes)).eval()
    weight = model.prompt_encoder["default"].embedding.weight
    with torch.no_grad():
        weight.copy_(torch.randn(weight.shape, generator=generator) * 0.5)
    return model, {"weight": weight}


def make(folder, cases):
    for case in cases:
        options = dict(case["configuration"])
        kind = options.pop("model_type")
        config = AutoConfig.for_model(kind, num_labels=3, **options)
        config._attn_implementation = "eager"
        generator = torch.Generator().manual_seed(case["seed"])
        base = HEADS[case["head"]][0].from_config(config).eval()
        randomise(base, generator)
        if hasattr(base, "tie_weights"):
            base.tie_weights()
        base.save_pretrained(os.path.join(folder, case["name"]))
        model, added = with_method(base, case, generator)
        lengths, target_lengths = case["lengths"], [3, 1, 6, 2][: len(case["lengths"])]
        tokens = torch.randint(2, config.vocab_size, (sum(lengths),), generator=generator)
        targets = torch.randint(2, config.vocab_size, (sum(target_lengths),), generator=generator)
        found = torch.cat([
            outputs(model, case, part, target)
            for part, target in zip(tokens.split(lengths), targets.split(target_lengths))])
        probe = torch.randn(found.shape, generator=generator) / len(found)
        (found * probe).sum().backward()
        values = {
            "tokens": tokens, "lengths": torch.tensor(lengths), "targets": targets,
            "target_lengths": torch.tensor(target_lengths), "output": found, "probe": probe}
        for name, value in added.items():
            values[f"added.{name}"] = value
            values[f"gradient.{name}"] = value.grad
        save_file(
            {key: value.detach().clone().contiguous() for key, value in values.items()},
            os.path.join(folder, case["name"] + ".safetensors"))


if __name__ == "__main__":
    make(sys.argv[1], json.load(sys.stdin))
