"""BERT as Transformers computes, stores and loads it.

Usage: models_bert.py VERB FOLDER, with JSON on standard input and, for `load`, on standard output.
  encode FOLDER     for each case makes FOLDER/NAME, a model folder in the form that the case wants, and
                    FOLDER/NAME.safetensors: inputs, hidden states, summaries, and gradients of all parameters
  classify FOLDER   the same for BertForSequenceClassification: logits, loss, gradients
  load FOLDER       loads FOLDER and prints what Transformers has to say about it, with the logits of the given sequences
"""

import json
import os
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, BertConfig
from transformers import BertForSequenceClassification, BertModel
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)


def randomise(model, seed):
    """Moves every weight off its usual start, so that no bias or norm could be left out unnoticed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "LayerNorm" in name or name.endswith("bias"):
                value.add_(torch.randn(value.shape, generator=generator) * 0.1)
            else:
                value.copy_(torch.randn(value.shape, generator=generator) * 0.08)
    return model


def store(model, case, folder):
    """Writes a model folder as other versions and tools did: names, prefix, format, spelling of the configuration."""
    model.save_pretrained(folder)
    weights = load_file(os.path.join(folder, "model.safetensors"))
    if case.get("prefixed"):
        weights = {f"bert.{name}": value for name, value in weights.items()}
    if case.get("oldNames"):
        weights = {
            name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): value
            for name, value in weights.items()
        }
    if case.get("positionIds"):
        prefix = "bert." if any(name.startswith("bert.") for name in weights) else ""
        weights[prefix + "embeddings.position_ids"] = torch.arange(model.config.max_position_embeddings)[None]
    os.remove(os.path.join(folder, "model.safetensors"))
    if case.get("pickled"):
        torch.save(weights, os.path.join(folder, "pytorch_model.bin"))
    else:
        save_file(weights, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})

    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    assert "dtype" in config, "Transformers 5 writes dtype"
    if case.get("spelling") == "v4":
        config["torch_dtype"] = config.pop("dtype")
        config.update(
            transformers_version="4.30.2", position_embedding_type="absolute", gradient_checkpointing=False,
            _name_or_path="somewhere")
        for key in ("is_decoder", "add_cross_attention", "tie_word_embeddings"):
            config.pop(key, None)
    with open(path, "w") as file:
        json.dump(config, file, indent=2)


def sequences(case, config):
    generator = torch.Generator().manual_seed(case["seed"] + 1)
    lengths = case["lengths"]
    total = sum(lengths)
    tokens = torch.randint(0, config.vocab_size, (total,), generator=generator)
    # One word comes again and again, so that the gradient of its row is a long sum.
    tokens[torch.rand(total, generator=generator) < 0.3] = 1
    segments = torch.randint(0, config.type_vocab_size, (total,), generator=generator)
    return tokens, segments, lengths


def padded(values, lengths):
    rows = torch.zeros(len(lengths), max(lengths), dtype=values.dtype)
    for row, part in enumerate(values.split(lengths)):
        rows[row, : len(part)] = part
    return rows


def inputs(tokens, segments, lengths):
    mask = padded(torch.ones(sum(lengths), dtype=torch.long), lengths)
    return {
        "input_ids": padded(tokens, lengths), "token_type_ids": padded(segments, lengths), "attention_mask": mask}


def write(path, model, values):
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            values[f"gradient.{name}"] = parameter.grad
    save_file({name: value.detach().clone().contiguous() for name, value in values.items()}, path)


def encode(folder, cases):
    for case in cases:
        if "from" in case:
            model = BertModel.from_pretrained(case["from"], dtype=torch.float32)
        else:
            torch.manual_seed(case["seed"])
            model = randomise(BertModel(BertConfig(**case["configuration"])), case["seed"])
            store(model, case, os.path.join(folder, case["name"]))
        model.eval()
        tokens, segments, lengths = sequences(case, model.config)
        batch = inputs(tokens, segments, lengths)
        result = model(**batch)
        hidden = result.last_hidden_state[batch["attention_mask"].bool()]
        generator = torch.Generator().manual_seed(case["seed"] + 2)
        probe = torch.randn(hidden.shape, generator=generator) / len(tokens)
        summary_probe = torch.randn(result.pooler_output.shape, generator=generator) / len(lengths)
        ((hidden * probe).sum() + (result.pooler_output * summary_probe).sum()).backward()
        write(os.path.join(folder, case["name"] + ".safetensors"), model, {
            "tokens": tokens, "segments": segments, "lengths": torch.tensor(lengths), "hidden": hidden,
            "summary": result.pooler_output, "probe": probe, "summary_probe": summary_probe})


def classify(folder, cases):
    for case in cases:
        torch.manual_seed(case["seed"])
        model = randomise(BertForSequenceClassification(BertConfig(**case["configuration"])), case["seed"])
        store(model, case, os.path.join(folder, case["name"]))
        model.eval()
        tokens, segments, lengths = sequences(case, model.config)
        generator = torch.Generator().manual_seed(case["seed"] + 3)
        rows, width = len(lengths), model.config.num_labels
        problem = model.config.problem_type
        if problem == "regression":
            labels = torch.randn(rows, generator=generator)
        elif problem == "multi_label_classification":
            labels = (torch.rand(rows, width, generator=generator) < 0.4).float()
        else:
            labels = torch.randint(0, width, (rows,), generator=generator)
        result = model(**inputs(tokens, segments, lengths), labels=labels)
        result.loss.backward()
        write(os.path.join(folder, case["name"] + ".safetensors"), model, {
            "tokens": tokens, "segments": segments, "lengths": torch.tensor(lengths), "labels": labels,
            "logits": result.logits, "loss": result.loss})


def load(folder, request):
    config = AutoConfig.from_pretrained(folder)
    kind = AutoModelForSequenceClassification if request["classifies"] else AutoModel
    model, report = kind.from_pretrained(folder, output_loading_info=True)
    model.eval()
    lengths = [len(sequence) for sequence in request["sequences"]]
    tokens = torch.tensor([token for sequence in request["sequences"] for token in sequence])
    with torch.no_grad():
        result = model(**inputs(tokens, torch.zeros_like(tokens), lengths))
    output = result.logits if request["classifies"] else result.pooler_output
    json.dump({
        "missing": sorted(report["missing_keys"]), "unexpected": sorted(report["unexpected_keys"]),
        "mismatched": [str(item) for item in report["mismatched_keys"]],
        "errors": [str(item) for item in report.get("error_msgs") or []],
        "class": type(model).__name__, "architectures": config.architectures,
        "labels": [config.id2label[index] for index in range(config.num_labels)], "ids": config.label2id,
        "problem": config.problem_type, "type": str(next(model.parameters()).dtype),
        "hiddenDropout": config.hidden_dropout_prob,
        "output": [float(value) for value in output.flatten()],
    }, sys.stdout)


VERBS = {"encode": encode, "classify": classify, "load": load}
VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
