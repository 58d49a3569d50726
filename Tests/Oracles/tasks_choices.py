"""Multiple choice and cross-encoders as Transformers computes, stores and loads them.

Usage: tasks_choices.py VERB FOLDER, with JSON on standard input and, for `load`, on standard output.
  make FOLDER    for each case makes FOLDER/NAME, a model folder, and FOLDER/NAME.safetensors: the texts of rows with
                 different numbers of candidates, their scores, losses and gradients
  load FOLDER    loads each folder as the class named there and computes its scores anew
"""

import json
import os
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
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


def padded(rows, left):
    width = max(len(row) for row in rows)
    fill = [(width - len(row), 0) if left else (0, width - len(row)) for row in rows]
    tokens = torch.stack([torch.nn.functional.pad(row, place) for row, place in zip(rows, fill)])
    masks = torch.stack([torch.nn.functional.pad(torch.ones_like(row), place) for row, place in zip(rows, fill)])
    return tokens, masks


def scores(model, rows):
    """The scores of each row's candidates: a row is a list of texts, as tokens."""
    result = []
    for row in rows:
        tokens, mask = padded(row, left=model.config.model_type == "xlnet")
        if "ForMultipleChoice" in type(model).__name__:
            result.append(model(input_ids=tokens[None], attention_mask=mask[None]).logits[0])
        else:
            result.append(model(input_ids=tokens, attention_mask=mask).logits[:, 0])
    return result


def loss_of(kind, rows, grades):
    """`choice` and `listwise` are means over rows, `pointwise` over candidates; grade 2 is wholly relevant."""
    if kind == "pointwise":
        return torch.nn.functional.binary_cross_entropy_with_logits(torch.cat(rows), torch.cat(grades) / 2)
    losses = []
    for row, grade in zip(rows, grades):
        if kind == "choice":
            losses.append(torch.nn.functional.cross_entropy(row[None], grade.argmax()[None]))
        elif grade.sum() > 0:
            losses.append(torch.nn.functional.cross_entropy(row[None], (grade / grade.sum())[None]))
    return sum(losses) / len(rows)


def texts(case, values):
    flat = values["tokens"].split(values["lengths"].tolist())
    rows, start = [], 0
    for count in case["counts"]:
        rows.append(flat[start:start + count])
        start += count
    return rows


def make(folder, cases):
    for case in cases:
        kind = getattr(transformers, case["architecture"])
        generator = torch.Generator().manual_seed(case["seed"])
        model = randomise(kind(kind.config_class(**case["configuration"])), generator)
        path = os.path.join(folder, case["name"])
        model.save_pretrained(path)
        # The small vocabulary that tests put there is BERT's, whatever the family.
        with open(os.path.join(path, "tokenizer_config.json"), "w") as file:
            json.dump({"tokenizer_class": "BertTokenizer"}, file)
        lengths = torch.randint(4, 20, (sum(case["counts"]),), generator=generator)
        tokens = [torch.randint(6, model.config.vocab_size, (int(length),), generator=generator) for length in lengths]
        values = {"tokens": torch.cat(tokens), "lengths": lengths}
        rows = scores(model, texts(case, values))
        grades = []
        for count in case["counts"]:
            grade = torch.zeros(count)
            grade[torch.randint(0, count, (1,), generator=generator)] = 2
            if case["loss"] != "choice" and count > 2:
                grade[torch.randint(0, count, (1,), generator=generator)] += 1
                grade.clamp_(max=2)
            grades.append(grade)
        if case["loss"] != "choice":
            grades[-1] = torch.zeros_like(grades[-1])
        loss = loss_of(case["loss"], rows, grades)
        loss.backward()
        values.update({"scores": torch.cat(rows), "grades": torch.cat(grades), "loss": loss})
        for name, parameter in model.named_parameters():
            if parameter.grad is not None:
                values[f"gradient.{name}"] = parameter.grad
        save_file(
            {name: value.detach().clone().contiguous() for name, value in values.items()},
            os.path.join(folder, case["name"] + ".safetensors"))


def load(folder, requests):
    reports = []
    for request in requests:
        kind = getattr(transformers, request["class"])
        model, report = kind.from_pretrained(request["folder"], output_loading_info=True)
        values = load_file(os.path.join(folder, request["case"]["name"] + ".safetensors"))
        with torch.no_grad():
            found = torch.cat(scores(model.eval(), texts(request["case"], values)))
        reports.append({
            "class": type(model).__name__, "labels": model.config.num_labels,
            "told": sorted(report["missing_keys"]) + sorted(report["unexpected_keys"])
            + [str(key) for key in report["mismatched_keys"]],
            "difference": float((found - values["scores"]).abs().max())})
    json.dump(reports, sys.stdout)


VERBS = {"make": make, "load": load}
VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
