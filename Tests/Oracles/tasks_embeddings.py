"""Sentence embeddings as sentence-transformers computes, learns, stores and loads them.

Usage: tasks_embeddings.py VERB FOLDER, with JSON on standard input.
  make FOLDER    for each case makes FOLDER/NAME, a folder in sentence-transformers' layout, and
                 FOLDER/NAME.safetensors: the vectors of the texts; for each loss, as `loss.NAME`, its value and, as
                 `gradient.NAME.PARAMETER`, its gradients; and the measures of a retrieval, from the vectors
  load FOLDER    loads each folder under `folders` and prints the vectors of the texts, its longest text, its modules
"""

import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy
import tokenizers
import torch
import transformers
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

POOLINGS = {"mean": "mean", "cls": "cls", "max": "max", "last": "lasttoken"}
EUCLIDEAN, COSINE = losses.TripletDistanceMetric.EUCLIDEAN, losses.TripletDistanceMetric.COSINE


def store(case, folder):
    """An encoder with random weights and a tokenizer of whole words."""
    kind = getattr(transformers, case["architecture"])
    torch.manual_seed(case["seed"])
    model = kind(kind.config_class(**case["configuration"]))
    generator = torch.Generator().manual_seed(case["seed"])
    with torch.no_grad():
        for value in model.parameters():
            noise = torch.randn(value.shape, generator=generator)
            value.add_(noise * 0.1) if value.dim() == 1 else value.copy_(noise * 0.3)
    model.save_pretrained(folder)
    special = case["special"]
    vocabulary = {word: place for place, word in enumerate(case["words"])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token=special["unk"]))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.BertProcessing(
        (special["sep"], vocabulary[special["sep"]]), (special["cls"], vocabulary[special["cls"]]))
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token=special["unk"], pad_token=special["pad"], cls_token=special["cls"],
        sep_token=special["sep"], model_max_length=case["maximumLength"]).save_pretrained(folder)


def sentence_model(case, folder):
    encoder = Transformer(folder)
    modules = [encoder, Pooling(encoder.get_embedding_dimension(), POOLINGS[case["pooling"]])]
    return SentenceTransformer(modules=modules + ([Normalize()] if case["normalizes"] else []), device="cpu")


def loss_of(name, model):
    return {
        "pairs": lambda: losses.MultipleNegativesRankingLoss(model),
        "triplets": lambda: losses.MultipleNegativesRankingLoss(model, scale=10.0),
        "symmetric": lambda: losses.MultipleNegativesSymmetricRankingLoss(model),
        "cosine": lambda: losses.CosineSimilarityLoss(model),
        "triplet": lambda: losses.TripletLoss(model, EUCLIDEAN),
        "triplet cosine": lambda: losses.TripletLoss(model, COSINE, 0.5),
        "contrastive": lambda: losses.ContrastiveLoss(model),
        "online contrastive": lambda: losses.OnlineContrastiveLoss(model),
    }[name]()


def learn(model, rows, names, values):
    columns = {"anchor": 0, "positive": 1, "negative": 2}
    for name in names:
        wanted = columns if "triplet" in name else list(columns)[:2]
        features = [model.tokenize([row["texts"][columns[column]] for row in rows]) for column in wanted]
        key = "labels" if "contrastive" in name else "scores"
        model.zero_grad()
        loss = loss_of(name, model)(features, torch.tensor([row[key] for row in rows]))
        loss.backward()
        values[f"loss.{name}"] = loss
        for parameter, value in model[0].auto_model.named_parameters():
            if value.grad is not None:
                values[f"gradient.{name}.{parameter}"] = value.grad.clone()


def retrieval(model, rows):
    """Measures over distinct queries and distinct candidates, by numpy."""
    queries = list(dict.fromkeys(row["texts"][0] for row in rows))
    candidates = list(dict.fromkeys(text for row in rows for text in row["texts"][1:]))
    right = [{row["texts"][1] for row in rows if row["texts"][0] == query} for query in queries]
    left, matrix = (model.encode(texts, normalize_embeddings=True) for texts in (queries, candidates))
    measures = {name: [] for name in ("mrr@10", "ndcg@10", "recall@1", "recall@5", "accuracy@1", "accuracy@5")}
    for place, scores in enumerate(left @ matrix.T):
        order = [text for text in (candidates[index] for index in numpy.argsort(-scores, kind="stable"))
                 if text != queries[place] or text in right[place]]
        hits = numpy.array([text in right[place] for text in order], dtype=float)
        first = int(hits.argmax())
        discounts = 1 / numpy.log2(numpy.arange(len(hits)) + 2)
        measures["mrr@10"].append(1 / (first + 1) if first < 10 else 0)
        best = discounts[: min(10, len(right[place]))].sum()
        measures["ndcg@10"].append((hits[:10] * discounts[:10]).sum() / best)
        for cutoff in (1, 5):
            measures[f"recall@{cutoff}"].append(hits[:cutoff].sum() / len(right[place]))
            measures[f"accuracy@{cutoff}"].append(float(hits[:cutoff].any()))
    return {name: float(numpy.mean(values)) for name, values in measures.items()}


def make(folder, request):
    measures = {}
    for case in request["cases"]:
        path = os.path.join(folder, case["name"])
        store(case, path)
        model = sentence_model(case, path)
        model.save(path, create_model_card=False)
        values = {"vectors": torch.from_numpy(model.encode(request["texts"]))}
        learn(model, request["rows"], case["losses"], values)
        if case["retrieves"]:
            measures = retrieval(model, request["rows"] + request["further"])
        save_file(
            {name: value.detach().clone().contiguous() for name, value in values.items()}, path + ".safetensors")
    json.dump(measures, sys.stdout)


def load(_, request):
    found = {}
    for folder in request["folders"]:
        model = SentenceTransformer(folder, device="cpu")
        found[folder] = {
            "vectors": model.encode(request["texts"]).tolist(), "length": model.max_seq_length,
            "modules": [type(module).__name__ for module in model]}
    json.dump(found, sys.stdout)


VERBS = {"make": make, "load": load}
VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
