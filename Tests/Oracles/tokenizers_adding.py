"""Special tokens added to tokenizers with Transformers' `add_special_tokens`.

Usage: tokenizers_adding.py VERB FOLDER, with JSON on standard input.
  make FOLDER     trains a tokenizer of each kind on the given texts and saves it as FOLDER/KIND
  answer FOLDER   for each of the given folders (paths below FOLDER), after adding the given tokens, prints the ids of
                  the given texts, the number of tokens and the special ones
"""

import json
import os
import sys

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def tokenizer_of(kind):
    common = {"special_tokens": SPECIAL, "vocab_size": 300, "show_progress": False}
    if kind == "WordPiece":
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece()
        return tokenizer, trainers.WordPieceTrainer(**common)
    if kind == "BPE":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        return tokenizer, trainers.BpeTrainer(initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), **common)
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer, trainers.UnigramTrainer(unk_token="[UNK]", **common)


def make(folder, request):
    for kind in request["kinds"]:
        tokenizer, trainer = tokenizer_of(kind)
        tokenizer.train_from_iterator(request["texts"], trainer)
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")])
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
            mask_token="[MASK]").save_pretrained(os.path.join(folder, kind))


def answer(folder, request):
    reports = []
    for name in request["folders"]:
        tokenizer = AutoTokenizer.from_pretrained(os.path.join(folder, name))
        if request["tokens"]:
            tokenizer.add_special_tokens({"additional_special_tokens": request["tokens"]})
        reports.append({
            "ids": [tokenizer(text)["input_ids"] for text in request["texts"]], "length": len(tokenizer),
            "special": sorted(tokenizer.all_special_tokens)})
    json.dump(reports, sys.stdout)


VERBS = {"make": make, "answer": answer}
VERBS[sys.argv[1]](sys.argv[2], json.load(sys.stdin))
