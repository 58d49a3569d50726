"""Extractive question answering as Transformers' examples prepare, learn and decode it.

Usage: tasks_questions.py VERB FOLDER, with JSON on standard input and output.
  make FOLDER   for each of the cases below makes FOLDER/NAME, a model folder with tokenizer, and
                FOLDER/NAME.safetensors, the mean loss of all windows and its gradients; prints windows and answers, and
                the answers from given scores
  load FOLDER   loads each folder FOLDER/NAME as the class that is named, and prints its scores of the given windows

Windows are those of run_qa.py's prepare_train_features (run_qa_beam_search.py's for XLNet's head with beams), with one
difference: the first token of an answer is looked for among the context's tokens only, where the script goes on to the
special tokens behind them, whose offsets are 0.  Answers are those of utils_qa.py, with two: nothing is answered where no
part of the context can be, and the ends of XLNet's beams are those of their own beginnings (the script takes them for
those of others, as the model gives them in the other order).
"""

import json
import os
import sys

import numpy
import torch
import transformers
from safetensors.torch import save_file
from tasks_windows import make as make_tokenizer
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

CASES = {
    "bert": ("bert", "BertForQuestionAnswering"), "roberta": ("roberta", "RobertaForQuestionAnswering"),
    "xlnet": ("xlnet", "XLNetForQuestionAnsweringSimple"), "beams": ("xlnet", "XLNetForQuestionAnswering")}


def configuration(kind, tokenizer):
    size = len(tokenizer)
    if kind.startswith("XLNet"):
        return transformers.XLNetConfig(
            vocab_size=size, d_model=16, n_layer=2, n_head=2, d_inner=24, start_n_top=4, end_n_top=3)
    options = dict(
        vocab_size=size, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
        pad_token_id=tokenizer.pad_token_id)
    if kind.startswith("Bert"):
        return transformers.BertConfig(max_position_embeddings=64, **options)
    return transformers.RobertaConfig(max_position_embeddings=80, type_vocab_size=1, **options)


def randomise(model):
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if "norm" in name.lower() or name.endswith("bias"):
                value.add_(noise * 0.1)
            else:
                value.copy_(noise * 0.3)
    return model.eval()


def prepare(tokenizer, questions, length, overlap):
    in_front = tokenizer.padding_side == "left"
    asked = [item["question"].lstrip() for item in questions]
    contexts = [item["context"] for item in questions]
    encoded = tokenizer(
        *((contexts, asked) if in_front else (asked, contexts)), truncation="only_first" if in_front else "only_second",
        max_length=length, stride=overlap, return_overflowing_tokens=True, return_offsets_mapping=True,
        return_token_type_ids=True)
    result = []
    for place, ids in enumerate(encoded["input_ids"]):
        row = encoded["overflow_to_sample_mapping"][place]
        own = [part == (0 if in_front else 1) for part in encoded.sequence_ids(place)]
        offsets = encoded["offset_mapping"][place]
        null = ids.index(tokenizer.cls_token_id)
        first, last = own.index(True), len(own) - 1 - own[::-1].index(True)
        start = end = null
        answers = questions[row]["answers"]
        if answers:
            begins, stops = answers[0]
            if offsets[first][0] <= begins and offsets[last][1] >= stops:
                start, end = first, last
                while start <= last and offsets[start][0] <= begins:
                    start += 1
                start -= 1
                while offsets[end][1] >= stops:
                    end -= 1
                end += 1
        result.append({
            "row": row, "ids": ids, "segments": encoded["token_type_ids"][place], "start": start, "end": end, "null": null,
            "offsets": [list(offset) if inside else None for offset, inside in zip(offsets, own)]})
    return result


def inputs(model, window):
    batch = {"input_ids": torch.tensor([window["ids"]])}
    if getattr(model.config, "type_vocab_size", 2) > 1:
        batch["token_type_ids"] = torch.tensor([window["segments"]])
    if type(model).__name__ == "XLNetForQuestionAnswering":
        batch["p_mask"] = torch.tensor([[
            0.0 if offset is not None or place == window["null"] else 1.0
            for place, offset in enumerate(window["offsets"])]])
        batch["cls_index"] = torch.tensor([window["null"]])
    return batch


def loss(model, window):
    batch = inputs(model, window)
    if "p_mask" in batch:
        batch["is_impossible"] = torch.tensor([float(window["start"] == window["null"])])
    return model(
        **batch, start_positions=torch.tensor([window["start"]]), end_positions=torch.tensor([window["end"]])).loss


def spans(scores, window, longest, count):
    """Beginning and end in the context, and score, of what the best tokens make."""
    start, end = scores["start"], scores["end"]
    for first in numpy.argsort(start)[-1:-count - 1:-1]:
        for last in numpy.argsort(end)[-1:-count - 1:-1]:
            yield from span(window, int(first), int(last), start[first] + end[last], longest)


def beams(result, window, longest):
    starts, ends = result.start_top_index[0], result.end_top_index[0].view(-1, len(result.start_top_index[0]))
    end_scores = result.end_top_log_probs[0].view(ends.shape)
    for place, first in enumerate(starts):
        for rank in range(len(ends)):
            score = result.start_top_log_probs[0, place] + end_scores[rank, place]
            yield from span(window, int(first), int(ends[rank, place]), score.numpy(), longest)


def span(window, first, last, score, longest):
    offsets = window["offsets"]
    if offsets[first] is None or offsets[last] is None or last < first or last - first + 1 > longest:
        return
    if offsets[first][0] < offsets[last][1]:
        yield offsets[first][0], offsets[last][1], numpy.float32(score)


def answer(found, nulls, context, count, allows_none, stands_alone=False):
    null = min(nulls)
    found = [(score, begins, stops) for begins, stops, score in found]
    best = sorted(found, key=lambda item: item[0], reverse=True)
    if allows_none and not stands_alone:
        kept = sorted(found + [(null, 0, 0)], key=lambda item: item[0], reverse=True)[:count]
        if (null, 0, 0) not in kept:
            kept.append((null, 0, 0))
    else:
        kept = best[:count]
    scores = numpy.array([float(score) for score, _, _ in kept])
    shares = numpy.exp(scores - scores.max()) if kept else scores
    shares = shares / shares.sum()
    return {
        "candidates": [
            {"text": context[begins:stops], "start": begins, "end": stops, "score": float(share)}
            for (_, begins, stops), share in zip(kept, shares) if stops > begins],
        "nullScore": float(null - (0 if stands_alone or not best else best[0][0])) if allows_none else None}


def answers(model, windows, questions, request, allows_none):
    result = []
    for row, item in enumerate(questions):
        found, nulls = [], []
        for window in windows:
            if window["row"] != row:
                continue
            with torch.no_grad():
                scores = model(**inputs(model, window))
            if hasattr(scores, "cls_logits"):
                found += beams(scores, window, request["longest"])
                nulls.append(scores.cls_logits[0].numpy())
            else:
                start, end = scores.start_logits[0].numpy(), scores.end_logits[0].numpy()
                found += spans({"start": start, "end": end}, window, request["longest"], request["candidates"])
                nulls.append(start[window["null"]] + end[window["null"]])
        result.append(answer(
            found, nulls, item["context"], request["candidates"], allows_none,
            type(model).__name__ == "XLNetForQuestionAnswering"))
    return result


def make(folder, request):
    report = {}
    for name, (family, kind) in CASES.items():
        tokenizer = make_tokenizer(family, request["texts"])
        torch.manual_seed(3)
        model = randomise(getattr(transformers, kind)(configuration(kind, tokenizer)))
        model.save_pretrained(os.path.join(folder, name))
        tokenizer.save_pretrained(os.path.join(folder, name))
        windows = prepare(tokenizer, request["questions"], request["length"], request["overlap"])
        total = sum(loss(model, window) for window in windows) / len(windows)
        total.backward()
        values = {"loss": total}
        for key, parameter in model.named_parameters():
            values["gradient." + key] = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        save_file(
            {key: value.detach().clone().contiguous() for key, value in values.items()},
            os.path.join(folder, name + ".safetensors"))
        report[name] = {
            "windows": windows, "answers": answers(model, windows, request["questions"], request, False),
            "withNone": answers(model, windows, request["questions"], request, True)}
    return {"cases": report, "searches": [search(item) for item in request["searches"]]}


def load(folder, requests):
    return [loaded(os.path.join(folder, request["name"]), request) for request in requests]


def loaded(folder, request):
    kind = getattr(transformers, request["class"])
    model, report = kind.from_pretrained(folder, output_loading_info=True)
    model.eval()
    scores = []
    for window in request["windows"]:
        with torch.no_grad():
            result = model(**inputs(model, window))
        first = getattr(result, "start_logits", getattr(result, "start_top_log_probs", None))
        second = getattr(result, "end_logits", getattr(result, "cls_logits", None))
        scores.append([float(value) for value in torch.cat([first.flatten(), second.flatten()])])
    return {
        "missing": sorted(report["missing_keys"]), "unexpected": sorted(report["unexpected_keys"]),
        "class": type(model).__name__, "scores": scores}


def search(request):
    windows = request["windows"]
    found = [
        item for window in windows
        for item in spans(
            {name: numpy.array(window[name], dtype=numpy.float32) for name in ("start", "end")}, window,
            request["longest"], request["candidates"])]
    nulls = [numpy.float32(window["start"][0]) + numpy.float32(window["end"][0]) for window in windows]
    return answer(found, nulls, request["context"], request["candidates"], request["allowsNone"])


VERBS = {"make": make, "load": load}
json.dump(VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin)), sys.stdout)
