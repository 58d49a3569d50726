"""RoBERTa, XLM-R, CamemBERT, DistilBERT, ALBERT, ELECTRA and BERT, bare and with every head, as Transformers has them.

Usage: models_encoders.py VERB FOLDER, with JSON on standard input and, but for `make`, on standard output.
  make FOLDER    for each case makes FOLDER/NAME, a model folder in the form that the case wants, and
                 FOLDER/NAME.safetensors: inputs, outputs, and gradients of all parameters that have one
  load FOLDER    loads each folder under `saved` as its case's class: what Transformers has to say about it, and how far
                 its outputs are from those of FOLDER/NAME.safetensors; and each bare model under `heads` as the class
                 named there: the weights that Transformers initialises
  names          the names of all activations
"""

import json
import os
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers.activations import ACT2FN
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)


def randomise(model, seed):
    """Moves every weight off its usual start, so that no bias or norm could be left out unnoticed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.dim() == 1:
                value.add_(torch.randn(value.shape, generator=generator) * 0.1)
            elif "position_embeddings" not in name or not getattr(model.config, "sinusoidal_pos_embds", False):
                value.copy_(torch.randn(value.shape, generator=generator) * 0.08)
    return model


def as_in_version_4(model, weights):
    """Tied tensors under all of their names; of the biases of an untied layer, the one outside it alone."""
    tied = getattr(model, "_tied_weights_keys", None) or {}
    for name, source in tied.items():
        if model.config.tie_word_embeddings:
            weights[name] = weights[source].clone()
        elif name.endswith("bias"):
            weights[source] = weights.pop(name)


def store(model, case, folder):
    """Writes a model folder as other versions and tools did: names, buffers, format, spelling of the configuration."""
    model.save_pretrained(folder)
    weights = load_file(os.path.join(folder, "model.safetensors"))
    prefix = model.base_model_prefix + "."
    if case["old"]:
        as_in_version_4(model, weights)
        if case["head"] == "base":
            weights = {prefix + name: value for name, value in weights.items()}
        for new, old in (("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")):
            weights = {
                name.replace(new, old) if "." + new in name else name: value for name, value in weights.items()}
        weights[prefix + "embeddings.position_ids"] = torch.arange(model.config.max_position_embeddings)[None]
    os.remove(os.path.join(folder, "model.safetensors"))
    if case["old"] and case["seed"] % 4 == 1:
        torch.save(weights, os.path.join(folder, "pytorch_model.bin"))
    else:
        save_file(weights, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    if case["old"]:
        config["torch_dtype"] = config.pop("dtype")
        config.update(transformers_version="4.30.2", position_embedding_type="absolute", gradient_checkpointing=False)
        for key in ("is_decoder", "add_cross_attention"):
            config.pop(key, None)
        if config["tie_word_embeddings"]:
            del config["tie_word_embeddings"]
    with open(path, "w") as file:
        json.dump(config, file, indent=2)


def sequences(case, config):
    generator = torch.Generator().manual_seed(case["seed"] + 1)
    total = sum(case["lengths"])
    tokens = torch.randint(0, config.vocab_size, (total,), generator=generator)
    # One word comes again and again, so that the gradient of its row is a long sum; and here and there a token of
    # padding stands within the text.
    draws = torch.rand(total, generator=generator)
    tokens[draws < 0.3] = 3
    if config.pad_token_id is not None:
        tokens[draws > 0.9] = config.pad_token_id
    kinds = getattr(config, "type_vocab_size", 2)
    return tokens, torch.randint(0, kinds, (total,), generator=generator)


def inputs(model, tokens, segments, lengths):
    filling = model.config.pad_token_id or 0

    def padded(values, fill):
        rows = torch.full((len(lengths), max(lengths)), fill, dtype=torch.long)
        for row, part in enumerate(values.split(lengths)):
            rows[row, : len(part)] = part
        return rows

    batch = {"input_ids": padded(tokens, filling), "attention_mask": padded(torch.ones_like(tokens), 0)}
    if hasattr(model.config, "type_vocab_size"):
        batch["token_type_ids"] = padded(segments, 0)
    return batch


def outputs(model, case, tokens, segments, lengths):
    """What the head gives, of real tokens alone."""
    batch = inputs(model, tokens, segments, lengths)
    result = model(**batch)
    real = batch["attention_mask"].bool()
    if case["head"] == "base":
        pooled = getattr(result, "pooler_output", None)
        return [result.last_hidden_state[real]] + ([] if pooled is None else [pooled])
    if case["head"] == "answers":
        return [result.start_logits[real], result.end_logits[real]]
    return [result.logits if case["head"] in ("texts", "pairs") else result.logits[real]]


def make(folder, cases):
    for case in cases:
        kind = getattr(transformers, case["architecture"])
        torch.manual_seed(case["seed"])
        model = randomise(kind(kind.config_class(**case["configuration"])), case["seed"]).eval()
        store(model, case, os.path.join(folder, case["name"]))
        tokens, segments = sequences(case, model.config)
        values = {"tokens": tokens, "segments": segments, "lengths": torch.tensor(case["lengths"])}
        generator = torch.Generator().manual_seed(case["seed"] + 2)
        loss = 0
        for index, output in enumerate(outputs(model, case, tokens, segments, case["lengths"])):
            probe = torch.randn(output.shape, generator=generator) / len(output)
            loss = loss + (output * probe).sum()
            values.update({f"output.{index}": output, f"probe.{index}": probe})
        loss.backward()
        # Which of two tied names comes first differs from class to class.
        tied = getattr(model, "_tied_weights_keys", None) or {} if model.config.tie_word_embeddings else {}
        for name, parameter in model.named_parameters():
            if parameter.grad is not None:
                values[f"gradient.{tied.get(name, name)}"] = parameter.grad
        save_file(
            {name: value.detach().clone().contiguous() for name, value in values.items()},
            os.path.join(folder, case["name"] + ".safetensors"))


def told(report):
    return {
        "missing": sorted(report["missing_keys"]), "unexpected": sorted(report["unexpected_keys"]),
        "mismatched": [str(item) for item in report["mismatched_keys"]]}


def load(folder, request):
    saved = []
    for item in request["saved"]:
        case = item["case"]
        kind = getattr(transformers, case["architecture"])
        model, report = kind.from_pretrained(item["folder"], output_loading_info=True)
        reference = load_file(os.path.join(folder, case["name"] + ".safetensors"))
        with torch.no_grad():
            found = outputs(model.eval(), case, reference["tokens"], reference["segments"], case["lengths"])
        differences = [float((output - reference[f"output.{index}"]).abs().max()) for index, output in enumerate(found)]
        saved.append(told(report) | {
            "difference": max(differences), "architectures": model.config.architectures,
            "type": str(next(model.parameters()).dtype)})
    missing = []
    for item in request["heads"]:
        kind = getattr(transformers, item["architecture"])
        _, report = kind.from_pretrained(os.path.join(folder, item["name"]), output_loading_info=True)
        missing.append(told(report)["missing"])
    json.dump({"saved": saved, "missing": missing}, sys.stdout)


def names(_, __):
    json.dump(sorted(ACT2FN), sys.stdout)


VERBS = {"make": make, "load": load, "names": names}
VERBS[sys.argv[1]]((sys.argv + [""])[2], json.load(sys.stdin))
