"""Relation extraction over Transformers' encoders: the head of Baldini Soares et al. 2019, written in PyTorch.

Usage: tasks_relations.py VERB FOLDER, with JSON on standard input and, for `load`, on standard output.
  make FOLDER    for each case makes FOLDER/NAME, an encoder with the head's weights beside it, and
                 FOLDER/NAME.safetensors: inputs, logits, loss and gradients
  load FOLDER    loads FOLDER with AutoModel and AutoTokenizer: what Transformers has to say about it, the ids of the
                 given texts and the hidden states of the first one
"""

import json
import os
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)


def randomise(model, generator):
    """Moves every weight off its usual start, so that no bias or norm could be left out unnoticed."""
    with torch.no_grad():
        for value in model.parameters():
            noise = torch.randn(value.shape, generator=generator)
            value.add_(noise * 0.1) if value.dim() == 1 else value.copy_(noise * 0.08)
    return model.eval()


def pooled(hidden, entities, pooling):
    """Entities are given with their markers, as [start, end) among the tokens of a sequence."""
    if pooling == "first-token":
        return hidden[:, 0]

    def vector(row, start, end):
        return hidden[row, start] if pooling == "start-markers" else hidden[row, start + 1:end - 1].mean(0)

    return torch.stack([
        torch.cat([vector(row, *head), vector(row, *tail)]) for row, (head, tail) in enumerate(entities)])


def make(folder, cases):
    for case in cases:
        kind = getattr(transformers, case["architecture"])
        generator = torch.Generator().manual_seed(case["seed"])
        model = randomise(kind(kind.config_class(**case["configuration"])), generator)
        width = model.config.hidden_size * (1 if case["pooling"] == "first-token" else 2)
        head = randomise(torch.nn.Linear(width, len(case["labels"])), generator)
        path = os.path.join(folder, case["name"])
        model.save_pretrained(path)
        prefix = model.base_model_prefix + "."
        weights = {prefix + name: value for name, value in load_file(os.path.join(path, "model.safetensors")).items()}
        weights.update({f"relation.classifier.{name}": value for name, value in head.state_dict().items()})
        save_file(weights, os.path.join(path, "model.safetensors"), metadata={"format": "pt"})
        with open(os.path.join(path, "config.json")) as file:
            config = json.load(file)
        config["id2label"] = dict(enumerate(case["labels"]))
        config["label2id"] = {label: place for place, label in enumerate(case["labels"])}
        with open(os.path.join(path, "config.json"), "w") as file:
            json.dump(config, file)
        # The small vocabulary that tests put there is BERT's, whatever the family.
        with open(os.path.join(path, "tokenizer_config.json"), "w") as file:
            json.dump({"tokenizer_class": "BertTokenizer"}, file)

        lengths = case["lengths"]
        tokens = [torch.randint(5, model.config.vocab_size, (length,), generator=generator) for length in lengths]
        batch = torch.nn.utils.rnn.pad_sequence(tokens, batch_first=True)
        mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in tokens], batch_first=True)
        labels = torch.randint(0, len(case["labels"]), (len(lengths),), generator=generator)
        hidden = model(input_ids=batch, attention_mask=mask).last_hidden_state
        logits = head(pooled(hidden, case["entities"], case["pooling"]))
        loss = torch.nn.functional.cross_entropy(logits, labels)
        loss.backward()
        values = {
            "tokens": torch.cat(tokens), "lengths": torch.tensor(lengths), "labels": labels, "logits": logits,
            "loss": loss}
        for name, parameter in model.named_parameters():
            if parameter.grad is not None:
                values[f"gradient.{prefix}{name}"] = parameter.grad
        for name, parameter in head.named_parameters():
            values[f"gradient.relation.classifier.{name}"] = parameter.grad
        save_file(
            {name: value.detach().clone().contiguous() for name, value in values.items()},
            os.path.join(folder, case["name"] + ".safetensors"))


def load(folder, request):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model, report = AutoModel.from_pretrained(folder, output_loading_info=True)
    ids = [tokenizer(text)["input_ids"] for text in request["texts"]]
    with torch.no_grad():
        hidden = model.eval()(input_ids=torch.tensor(ids[:1])).last_hidden_state[0]
    json.dump({
        "class": type(model).__name__, "missing": sorted(report["missing_keys"]),
        "unexpected": sorted(report["unexpected_keys"]), "mismatched": [str(key) for key in report["mismatched_keys"]],
        "ids": ids, "length": len(tokenizer), "rows": model.get_input_embeddings().weight.shape[0],
        "special": sorted(tokenizer.all_special_tokens), "hidden": [float(value) for value in hidden.flatten()],
    }, sys.stdout)


VERBS = {"make": make, "load": load}
VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
