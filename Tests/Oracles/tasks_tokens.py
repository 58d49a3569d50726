"""Words and tags as Transformers, run_ner.py and pytorch-crf treat them.

Usage: tasks_tokens.py VERB, with JSON on standard input and on standard output.
  make   for each family makes FOLDER/FAMILY, a tagger with a tokenizer, and FOLDER/FAMILY.safetensors: the logits of
         the label tokens, the mean loss and all gradients, for labels on first tokens; prints ids and labels of each row
  crf    the log-likelihood, gradients, marginals and best paths of sentences' scores
  load   loads FOLDERS as AutoModelForTokenClassification: what there is to say, ids and logits of each row
"""

import json
import os
import sys

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import BPE, Unigram, WordPiece
from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer, PreTrainedTokenizerFast
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

SMALL = dict(
    hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40, max_position_embeddings=260,
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)


def word_piece(words):
    inner = Tokenizer(WordPiece(unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    inner.train_from_iterator(words, trainers.WordPieceTrainer(
        vocab_size=90, special_tokens=special, show_progress=False))
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, inner.token_to_id(name)) for name in ("[CLS]", "[SEP]")])
    return inner, dict(unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", mask_token="[MASK]")


def sentence_marks(inner):
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[(name, inner.token_to_id(name)) for name in ("<s>", "</s>")])
    return inner, dict(bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>",
                       unk_token="<unk>", mask_token="<mask>")


MARKS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def byte_pairs(words):
    inner = Tokenizer(BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.train_from_iterator([" ".join(words)], trainers.BpeTrainer(
        vocab_size=340, special_tokens=MARKS, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return sentence_marks(inner)


def unigram(words):
    inner = Tokenizer(Unigram())
    inner.normalizer = normalizers.NFKC()
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.train_from_iterator([" ".join(words)], trainers.UnigramTrainer(
        vocab_size=110, special_tokens=MARKS, unk_token="<unk>", show_progress=False))
    return sentence_marks(inner)


FAMILIES = {"bert": word_piece, "roberta": byte_pairs, "xlm-roberta": unigram}


def aligned(encoded, row, tags, names, everywhere):
    """The labels of a row's tokens, as run_ner.py has them."""
    labels, last = [], None
    for word in encoded.word_ids(row):
        if word is None:
            labels.append(-100)
        elif word != last:
            labels.append(names.index(tags[word]))
        elif everywhere:
            other = tags[word].replace("B-", "I-") if tags[word].startswith("B-") else tags[word]
            labels.append(names.index(other if other in names else tags[word]))
        else:
            labels.append(-100)
        last = word
    return labels


def batch_of(encoded, labels):
    longest = max(map(len, encoded["input_ids"]))
    fill = lambda rows, value: torch.tensor([row + [value] * (longest - len(row)) for row in rows])
    return {"input_ids": fill(encoded["input_ids"], 1), "attention_mask": fill(encoded["attention_mask"], 0),
            "labels": fill(labels, -100)}


def make(request):
    told = {}
    names, rows = request["labels"], request["rows"]
    words = [word for row in rows for word in row["words"]]
    for family, trained in FAMILIES.items():
        inner, roles = trained(words)
        folder = os.path.join(request["folder"], family)
        PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=64, **roles).save_pretrained(folder)
        # run_ner.py opens RoBERTa's tokenizers so.
        if family == "roberta":
            inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, **roles)
        ids = {f"{role}_token_id": getattr(tokenizer, f"{role}_token_id") for role in ("pad", "bos", "eos")
               if getattr(tokenizer, f"{role}_token")}
        torch.manual_seed(5)
        config = AutoConfig.for_model(
            family, vocab_size=len(tokenizer), id2label=dict(enumerate(names)),
            label2id={name: place for place, name in enumerate(names)}, **SMALL, **ids)
        model = AutoModelForTokenClassification.from_config(config).eval()
        with torch.no_grad():
            for value in model.parameters():
                value.add_(torch.randn_like(value) * 0.08)
        model.save_pretrained(folder)

        encoded = tokenizer([row["words"] for row in rows], is_split_into_words=True)
        first, every = ([aligned(encoded, place, row["tags"], names, everywhere) for place, row in enumerate(rows)]
                        for everywhere in (False, True))
        told[family] = {"ids": encoded["input_ids"], "first": first, "every": every}
        batch = batch_of(encoded, first)
        result = model(**batch)
        result.loss.backward()
        with torch.no_grad():
            loss_of_all = model(**batch_of(encoded, every)).loss
        values = {"logits": result.logits[batch["labels"] != -100], "loss": result.loss, "loss.every": loss_of_all}
        for name, parameter in model.named_parameters():
            if parameter.grad is not None:
                values[f"gradient.{name}"] = parameter.grad
        save_file({name: value.detach().clone().contiguous() for name, value in values.items()},
                  os.path.join(request["folder"], family + ".safetensors"))
    return told


def crf(request):
    from torchcrf import CRF

    layer = CRF(len(request["start"]), batch_first=True)
    with torch.no_grad():
        layer.start_transitions.copy_(torch.tensor(request["start"]))
        layer.end_transitions.copy_(torch.tensor(request["end"]))
        layer.transitions.copy_(torch.tensor(request["transitions"]).view_as(layer.transitions))
    labels, longest = len(request["start"]), max(map(len, request["tags"]))
    scores = torch.zeros(len(request["tags"]), longest, labels)
    tags = torch.zeros(len(request["tags"]), longest, dtype=torch.long)
    mask = torch.zeros(len(request["tags"]), longest, dtype=torch.bool)
    for row, (own, right) in enumerate(zip(request["scores"], request["tags"])):
        scores[row, : len(right)] = torch.tensor(own).view(-1, labels)
        tags[row, : len(right)] = torch.tensor(right)
        mask[row, : len(right)] = True
    scores.requires_grad_()
    likelihood = layer(scores, tags, mask=mask, reduction="sum")
    likelihood.backward()
    gradients = {name: value.grad.flatten().tolist() for name, value in layer.named_parameters()}
    by_label = scores.grad.sum((0, 1)).tolist()
    # The gradient of the partition is the probability of each tag of each word.
    marginals, = torch.autograd.grad(
        layer._compute_normalizer(scores.transpose(0, 1), mask.transpose(0, 1)).sum(), scores)
    return {
        "likelihood": likelihood.item(), "gradients": gradients, "scores": by_label,
        "paths": layer.decode(scores, mask=mask),
        "marginals": [row[: len(right)].flatten().tolist() for row, right in zip(marginals, request["tags"])]}


def loaded(folder, rows):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model, report = AutoModelForTokenClassification.from_pretrained(folder, output_loading_info=True)
    encoded = tokenizer([row["words"] for row in rows], is_split_into_words=True)
    logits = []
    with torch.no_grad():
        for place in range(len(rows)):
            found = model.eval()(input_ids=torch.tensor([encoded["input_ids"][place]])).logits[0]
            words = encoded.word_ids(place)
            read = [at for at, word in enumerate(words) if word is not None and (at == 0 or words[at - 1] != word)]
            logits.append(found[read].flatten().tolist())
    return {
        "class": type(model).__name__, "missing": sorted(report["missing_keys"]),
        "unexpected": sorted(report["unexpected_keys"]), "ids": encoded["input_ids"], "logits": logits,
        "labels": [model.config.id2label[place] for place in range(model.config.num_labels)]}


def load(request):
    return [loaded(folder, request["rows"]) for folder in request["folders"]]


json.dump({"make": make, "crf": crf, "load": load}[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
