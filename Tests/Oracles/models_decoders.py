"""GPT-2 and Llama's descendants as Transformers computes, stores and loads them.

Usage: models_decoders.py VERB FOLDER, with JSON on standard input and, for `load`, on standard output.
  make FOLDER   for each case and each of its heads makes FOLDER/NAME-HEAD, a model folder in the form that the case
                wants, and FOLDER/NAME-HEAD.safetensors: inputs, outputs, and gradients of all parameters
  load FOLDER   loads FOLDER/NAME of each request and prints what Transformers has to say about it, with its outputs
"""

import json
import os
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForQuestionAnswering
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

HEADS = {
    "base": AutoModel, "causal": AutoModelForCausalLM, "sequence": AutoModelForSequenceClassification,
    "token": AutoModelForTokenClassification, "question": AutoModelForQuestionAnswering}


def randomise(model, seed):
    """Moves every weight off its usual start, so that no bias or norm could be left out unnoticed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "norm" in name or ".ln_" in name or name.startswith("ln_") or name.endswith("bias"):
                value.add_(torch.randn(value.shape, generator=generator) * 0.1)
            else:
                value.copy_(torch.randn(value.shape, generator=generator) * 0.08)
    return model


def old_rope(config):
    """The spelling of version 4: the base and the scaling apart, `type` for those scalings that were first."""
    rope = config.pop("rope_parameters", None)
    if rope is None:
        return
    config["rope_theta"] = rope.pop("rope_theta")
    kind = rope.pop("rope_type", "default")
    if kind == "default":
        config["rope_scaling"] = None
    else:
        config["rope_scaling"] = {"type" if kind in ("linear", "dynamic") else "rope_type": kind, **rope}


def store(model, case, folder):
    """Writes a model folder as other versions and tools did: buffers, prefix, tied names, format, configuration."""
    model.save_pretrained(folder)
    weights = load_file(os.path.join(folder, "model.safetensors"))
    prefix = "transformer." if any(name.startswith("transformer.") for name in weights) else ""
    if case.get("buffers"):
        for layer in range(model.config.num_hidden_layers):
            if model.config.model_type == "gpt2":
                size = model.config.n_positions
                weights[f"{prefix}h.{layer}.attn.bias"] = torch.ones(size, size).tril()[None, None].byte()
                weights[f"{prefix}h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
            else:
                name = "model." if any(name.startswith("model.") for name in weights) else prefix
                weights[f"{name}layers.{layer}.self_attn.rotary_emb.inv_freq"] = torch.ones(4)
    # Only where no head is stored: its names never had the prefix.
    if case.get("unprefixed") and not any(name.split(".")[0] in ("score", "classifier", "qa_outputs") for name in weights):
        weights = {name.removeprefix("transformer."): value for name, value in weights.items()}
    if case.get("tiedTwice") and type(model).__name__.endswith(("LMHeadModel", "ForCausalLM")):
        for name in ("transformer.wte.weight", "model.embed_tokens.weight"):
            if name in weights:
                weights["lm_head.weight"] = weights[name].clone()
    os.remove(os.path.join(folder, "model.safetensors"))
    if case.get("pickled"):
        torch.save(weights, os.path.join(folder, "pytorch_model.bin"))
    else:
        save_file(weights, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})

    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    if case.get("spelling") == "v4":
        config["torch_dtype"] = config.pop("dtype")
        config.update(transformers_version="4.40.2", use_cache=True)
        old_rope(config)
        if config["model_type"] == "llama":
            config["pretraining_tp"] = 1
        if not case.get("layerTypes"):
            config.pop("layer_types", None)
    with open(path, "w") as file:
        json.dump(config, file, indent=2)


def padded(values, lengths):
    rows = torch.zeros(len(lengths), max(lengths), dtype=values.dtype)
    for row, part in enumerate(values.split(lengths)):
        rows[row, : len(part)] = part
    return rows


def outputs(model, head, tokens, lengths):
    """What the head makes of each token, or of each sequence, without padding."""
    mask = padded(torch.ones(sum(lengths), dtype=torch.long), lengths)
    result = model(input_ids=padded(tokens, lengths), attention_mask=mask)
    if head == "sequence":
        return result.logits
    if head == "question":
        return torch.stack([result.start_logits, result.end_logits], -1)[mask.bool()]
    return (result.last_hidden_state if head == "base" else result.logits)[mask.bool()]


def make(folder, cases):
    for case in cases:
        options = dict(case["configuration"])
        config = AutoConfig.for_model(options.pop("model_type"), pad_token_id=0, num_labels=3, **options)
        config._attn_implementation = "eager"
        for head in case["heads"]:
            torch.manual_seed(case["seed"])
            model = randomise(HEADS[head].from_config(config), case["seed"]).eval()
            name = os.path.join(folder, f"{case['name']}-{head}")
            store(model, case, name)
            generator = torch.Generator().manual_seed(case["seed"] + 1)
            lengths = case["lengths"]
            # Never the token of padding, 0: Transformers takes it for padding wherever it stands.
            tokens = torch.randint(1, config.vocab_size, (sum(lengths),), generator=generator)
            found = outputs(model, head, tokens, lengths)
            probe = torch.randn(found.shape, generator=generator) / len(found)
            (found * probe).sum().backward()
            values = {
                "tokens": tokens, "segments": torch.zeros_like(tokens), "lengths": torch.tensor(lengths),
                "output": found, "probe": probe}
            for parameter, value in model.named_parameters():
                values[f"gradient.{parameter}"] = value.grad
            save_file(
                {key: value.detach().clone().contiguous() for key, value in values.items()}, name + ".safetensors")


def load(folder, requests):
    answers = []
    for request in requests:
        path = os.path.join(folder, request["name"])
        options = {"gguf_file": request["gguf"]} if request.get("gguf") else {"output_loading_info": True}
        model = HEADS[request["head"]].from_pretrained(path, attn_implementation="eager", **options)
        model, report = model if isinstance(model, tuple) else (model, {})
        model = model.float().eval()
        sequences = request["sequences"]
        tokens = torch.tensor([token for sequence in sequences for token in sequence])
        with torch.no_grad():
            found = outputs(model, request["head"], tokens, [len(sequence) for sequence in sequences])
        answers.append({
            "problems": [str(item) for kind in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs")
                         for item in report.get(kind) or []],
            "class": type(model).__name__, "architectures": model.config.architectures,
            "output": [float(value) for value in found.flatten()]})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    {"make": make, "load": load}[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
