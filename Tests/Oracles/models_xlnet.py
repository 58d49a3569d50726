"""XLNet as Transformers computes, stores and loads it: padded on the left, or each sequence by itself.

Usage: models_xlnet.py VERB FOLDER, with JSON on standard input and, for `load`, on standard output.
  encode FOLDER     for each case and head makes FOLDER/NAME/HEAD, a model folder, and FOLDER/NAME/HEAD.safetensors:
                    inputs, outputs, probes, and the gradients of all parameters of the outputs' products with them
  load FOLDER       loads each folder that is named, and prints what Transformers has to say about it, with its outputs
"""

import json
import os
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

HEADS = {
    "model": "XLNetModel", "sequence": "XLNetForSequenceClassification", "token": "XLNetForTokenClassification",
    "span": "XLNetForQuestionAnsweringSimple", "beam": "XLNetForQuestionAnswering", "language": "XLNetLMHeadModel",
    "memory": "XLNetLMHeadModel"}


def randomise(model, generator):
    """Moves every weight off its usual start, so that no bias or norm could be left out unnoticed."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if "norm" in name.lower() or name.endswith(".bias"):
                value.add_(noise * 0.1)
            else:
                value.copy_(noise * 0.2)


def store(model, case, folder):
    """Writes a model folder, in the form that the case wants."""
    model.save_pretrained(folder)
    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    if case.get("old"):
        config["torch_dtype"] = config.pop("dtype")
        config.pop("tie_word_embeddings", None)
        config.update(n_token=config["vocab_size"], untie_r=True, transformers_version="4.30.0")
    with open(path, "w") as file:
        json.dump(config, file, indent=2)


def configuration(case):
    """The case's options; version 5 writes no activation as an empty text, version 4 as null."""
    options = dict(case["configuration"])
    if "summary_activation" in options and options["summary_activation"] is None:
        options["summary_activation"] = ""
    return transformers.XLNetConfig(**options)


def texts(lengths, config, generator, has_segments):
    """Tokens and token types: two texts, and a last token of a type of its own."""
    tokens = [torch.randint(0, config.vocab_size, (length,), generator=generator) for length in lengths]
    segments = [torch.tensor([0] * (length // 2) + [1] * (length - length // 2 - 1) + [2]) for length in lengths]
    return tokens, segments if has_segments else None


def padded(rows, value):
    width = max(len(row) for row in rows)
    return torch.stack([torch.nn.functional.pad(row, (width - len(row), 0), value=value) for row in rows])


def flat(values, rows):
    """The values at the rows' own tokens, which stand at the right."""
    return torch.cat([value[len(value) - len(row):] for value, row in zip(values, rows)])


def inputs(tokens, segments):
    batch = {
        "input_ids": padded(tokens, 5),
        "attention_mask": padded([torch.ones(len(row)) for row in tokens], 0)}
    if segments is not None:
        batch["token_type_ids"] = padded(segments, 3)
    return batch


def outputs(head, model, tokens, segments):
    """The outputs at the texts' own tokens. Each text is read by itself where padding would count in a summary, and
    where Transformers cannot: a unidirectional model refuses the mask of several texts."""
    config = model.config
    if config.attn_type == "uni" or head == "sequence" and config.summary_type in ("first", "mean"):
        alone = [
            batched(head, model, [row], None if segments is None else [segments[place]])
            for place, row in enumerate(tokens)]
        return {name: torch.cat([part[name] for part in alone]) for name in alone[0]}
    return batched(head, model, tokens, segments)


def batched(head, model, tokens, segments):
    batch = inputs(tokens, segments)
    if head == "beam":
        return beams(model, tokens, batch)
    result = model(**batch)
    if head == "model":
        return {"hidden": flat(result.last_hidden_state, tokens)}
    if head == "sequence":
        return {"logits": result.logits}
    if head in ("token", "language"):
        return {"logits": flat(result.logits, tokens)}
    return {"start": flat(result.start_logits, tokens), "end": flat(result.end_logits, tokens)}


def beams(model, tokens, batch):
    """The scores to learn from, where answers begin at each text's second token and its first is excluded; and the
    likeliest answers, the ends of each beginning together."""
    width = batch["input_ids"].shape[1]
    excluded = 1 - batch["attention_mask"]
    for place, row in enumerate(tokens):
        excluded[place, width - len(row)] = 1
    starts = torch.tensor([width - len(row) + 1 for row in tokens])
    hidden = model.transformer(**batch)[0]
    result = model(**batch, p_mask=excluded)
    offsets = torch.tensor([width - len(row) for row in tokens])[:, None]
    shape = (len(tokens), model.config.end_n_top, model.config.start_n_top)
    return {
        "start": flat(model.start_logits(hidden, p_mask=excluded).clamp(min=-100), tokens),
        "end": flat(model.end_logits(hidden, start_positions=starts, p_mask=excluded).clamp(min=-100), tokens),
        "unanswerable": model.answer_class(hidden, start_positions=starts),
        "candidate.start_place": result.start_top_index - offsets, "candidate.start": result.start_top_log_probs,
        "candidate.end_place": (result.end_top_index - offsets).view(shape).transpose(1, 2),
        "candidate.end": result.end_top_log_probs.view(shape).transpose(1, 2),
        "candidate.unanswerable": result.cls_logits}


def remembered(case, model, generator, values):
    """Each text by itself, in two pieces: the second with the memory of the first, in an order of its own."""
    first, first_segments = texts(case["lengths"], model.config, generator, case["hasSegments"])
    second, second_segments = texts(case["following"], model.config, generator, case["hasSegments"])
    values.update(following=torch.cat(second), following_lengths=torch.tensor([len(row) for row in second]))
    if case["hasSegments"]:
        values["following_segments"] = torch.cat(second_segments)
    results = {"logits": [], "known": [], "plain": []}
    memories = []
    for place, (before, row) in enumerate(zip(first, second)):
        kind = (lambda all: {"token_type_ids": all[place][None]} if case["hasSegments"] else {})
        read = model(before[None], use_mems=True, **kind(first_segments))
        order, targets = case["orders"][place], case["wanted"][place]
        ranks = [-1] * len(row)
        for rank, hidden in enumerate(order):
            ranks[hidden] = rank
        mask = torch.tensor(
            [[float(ranks[j] >= 0 and ranks[i] <= ranks[j]) for j in range(len(row))] for i in range(len(row))])[None]
        mapping = torch.nn.functional.one_hot(torch.tensor(targets), len(row)).float()[None]
        mems = list(read.mems)
        wanted = model(
            row[None], mems=mems, use_mems=True, perm_mask=mask, target_mapping=mapping, **kind(second_segments))
        known = model(row[None], mems=mems, use_mems=True, perm_mask=mask, **kind(second_segments))
        results["plain"].append(read.logits[0])
        results["logits"].append(wanted.logits[0])
        results["known"].append(known.logits[0])
        memories.append([layer[:, 0] for layer in wanted.mems])
    values["memory_lengths"] = torch.tensor([len(memory[0]) for memory in memories])
    for layer in range(model.config.n_layer):
        values[f"memory.{layer}"] = torch.cat([memory[layer] for memory in memories])
    return first, first_segments, {name: torch.cat(parts) for name, parts in results.items()}


def encode(folder, cases):
    for case in cases:
        for place, (head, name) in enumerate(HEADS.items()):
            if head == "memory" and "orders" not in case:
                continue
            generator = torch.Generator().manual_seed(case["seed"] * 100 + place)
            model = getattr(transformers, name)(configuration(case))
            randomise(model, generator)
            where = os.path.join(folder, case["name"], head)
            store(model, case, where)
            model = getattr(transformers, name).from_pretrained(where).eval()
            values = {}
            if head == "memory":
                tokens, segments, results = remembered(case, model, generator, values)
            else:
                lengths = [max(length, 4) for length in case["lengths"]] if head == "beam" else case["lengths"]
                tokens, segments = texts(lengths, model.config, generator, case["hasSegments"])
                results = outputs(head, model, tokens, segments)
            values.update(tokens=torch.cat(tokens), lengths=torch.tensor([len(row) for row in tokens]))
            if segments is not None:
                values["segments"] = torch.cat(segments)
            total = 0
            for name, value in results.items():
                values["output." + name] = value
                if not name.startswith("candidate."):
                    probe = torch.randn(value.shape, generator=generator) / len(value)
                    total = total + (value * probe).sum()
                    values["probe." + name] = probe
            total.backward()
            for name, parameter in model.named_parameters():
                gradient = parameter.grad
                values["gradient." + name] = torch.zeros_like(parameter) if gradient is None else gradient
            save_file(
                {name: value.detach().clone().contiguous() for name, value in values.items()}, where + ".safetensors")


def load(_, requests):
    answers = []
    for request in requests:
        kind = getattr(transformers, request["class"])
        model, report = kind.from_pretrained(request["folder"], output_loading_info=True)
        model.eval()
        head = next(name for name, known in HEADS.items() if known == request["class"])
        tokens = [torch.tensor(row) for row in request["sources"]]
        with torch.no_grad():
            result = outputs(head, model, tokens, None)
        answers.append({
            "missing": sorted(report["missing_keys"]), "unexpected": sorted(report["unexpected_keys"]),
            "mismatched": [str(item) for item in report["mismatched_keys"]],
            "architectures": model.config.architectures,
            "outputs": {
                name: [float(number) for number in value.flatten()] for name, value in result.items()
                if not name.startswith("candidate.")}})
    json.dump(answers, sys.stdout)


VERBS = {"encode": encode, "load": load}
VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
