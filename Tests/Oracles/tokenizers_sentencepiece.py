"""Trains SentencePiece models, loads them with Transformers' `AutoTokenizer` and encodes texts.

  tokenizers_sentencepiece.py folders OUT COUNT   one folder a class and model, with answers as
                                                  tokenizers_reference.py writes them
  tokenizers_sentencepiece.py saved               {"folders": [...], "texts": [...]} on standard
                                                  input: the ids by `AutoTokenizer`, by folder
  tokenizers_sentencepiece.py plain OUT           models with the ids that SentencePiece itself
                                                  gives, as JSON: {name: {"texts", "ids"}}
"""

import json
import os
import pathlib
import random
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import sentencepiece

from tokenizers_reference import generate, write_answers
from tokenizers_unigram import PLAIN, WORDS, write_texts

SYMBOLS = dict(user_defined_symbols=["<eop>", "<eod>", "film", "中国"],
               control_symbols=["<cls>", "<sep>", "<pad>", "<mask>"])
ALBERT = dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
              control_symbols=["[CLS]", "[SEP]", "[MASK]"], user_defined_symbols=["(", ")"])
MODELS = {
    "plain": dict(model_type="unigram", vocab_size=420),
    "t5": dict(model_type="unigram", vocab_size=420, pad_id=0, eos_id=1, unk_id=2, bos_id=-1),
    "symbols": dict(model_type="unigram", vocab_size=420, **SYMBOLS),
    "albert": dict(model_type="unigram", vocab_size=420, normalization_rule_name="nfkc", **ALBERT),
    "identity": dict(model_type="unigram", vocab_size=700, normalization_rule_name="identity",
                     byte_fallback=True),
    "llama": dict(model_type="bpe", vocab_size=900, byte_fallback=True,
                  normalization_rule_name="identity", remove_extra_whitespaces=False,
                  split_digits=True),
    "pairs": dict(model_type="bpe", vocab_size=500, user_defined_symbols=["film", "<e1>"]),
}
FOLDERS = [
    # Name, model, file, config.json, tokenizer_config.json, pairs of texts or not
    ("t5", "t5", "spiece.model", {"model_type": "t5"}, None, True),
    ("t5-few", "t5", "spiece.model", {"model_type": "t5"}, {"extra_ids": 3}, False),
    ("t5-configured", "t5", "spiece.model", {"model_type": "t5"}, {
        "tokenizer_class": "T5Tokenizer", "extra_ids": 2, "model_max_length": 512,
        "additional_special_tokens": ["<extra_id_0>", "<extra_id_1>"]}, False),
    ("mt5", "plain", "spiece.model", {"model_type": "mt5"}, None, False),
    ("xlnet", "symbols", "spiece.model", {"model_type": "xlnet"}, None, True),
    ("xlnet-lower", "plain", "spiece.model", {"model_type": "xlnet"}, {"do_lower_case": True}, False),
    ("xlm-r", "plain", "sentencepiece.bpe.model", {"model_type": "xlm-roberta"}, None, True),
    ("xlm-r-named", "symbols", "sentencepiece.bpe.model", {"model_type": "xlm-roberta"}, {
        "tokenizer_class": "XLMRobertaTokenizerFast", "add_prefix_space": False,
        "mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": True,
                       "normalized": True, "rstrip": False, "single_word": False}}, False),
    ("albert", "albert", "spiece.model", {"model_type": "albert"}, None, True),
    ("albert-cased", "albert", "spiece.model", {"model_type": "albert"},
     {"do_lower_case": False, "keep_accents": True}, False),
    ("llama", "llama", "tokenizer.model", {"model_type": "llama"},
     {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True}, True),
    ("llama-legacy", "llama", "tokenizer.model", {"model_type": "llama"},
     {"tokenizer_class": "LlamaTokenizer", "legacy": True, "add_eos_token": True}, True),
    ("llama-unprefixed", "llama", "tokenizer.model", {"model_type": "llama"},
     {"tokenizer_class": "LlamaTokenizer", "add_prefix_space": False}, False),
    ("llama-symbols", "pairs", "tokenizer.model", {"model_type": "llama"},
     {"tokenizer_class": "LlamaTokenizer"}, False),
    ("general-pairs", "llama", "tokenizer.model", {"model_type": "llama"}, None, False),
    ("general-unigram", "plain", "tokenizer.model", {"model_type": "llama"}, None, False),
    ("general-bytes", "identity", "tokenizer.model", {"model_type": "mistral"},
     {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True}, False),
]


def corpus():
    generator = random.Random(6)
    syllables = [a + b for a in "bcdfgklmnprstvw" for b in "aeiou"]
    words = WORDS[:9] + ["".join(generator.choice(syllables) for _ in range(generator.randint(1, 4)))
                         for _ in range(250)] + ["中国", "かな", "1,", "2,000", "été", "x(y)", "1987"]
    return words, [" ".join(generator.choices(words, k=generator.randint(3, 12)))
                   + generator.choice([".", "!", " , ok", "?"]) for _ in range(1500)]


def train(path, lines, options):
    with open(path, "wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=file, minloglevel=3, num_threads=2,
            hard_vocab_limit=False, **options)


def folders(out, count):
    from transformers import AutoTokenizer

    words, lines = corpus()
    special = ["<extra_id_1>", "<pad>", " <mask>", "<sep>", "</s>", "[MASK]", "(", "``", "''", "<e1>"]
    texts = generate(count, words + special, seed=7) + lines[: count // 8]
    write_texts(out, texts)
    models = out.parent / (out.name + "-models")
    models.mkdir()
    for name, options in MODELS.items():
        train(models / name, lines, options)
    for name, model, file, config, settings, pairs in FOLDERS:
        folder = out / name
        folder.mkdir()
        (folder / file).write_bytes((models / model).read_bytes())
        (folder / "config.json").write_text(json.dumps(config))
        if settings:
            (folder / "tokenizer_config.json").write_text(json.dumps(settings))
        tokenizer = AutoTokenizer.from_pretrained(folder).backend_tokenizer
        options = dict(PLAIN, pairs=pairs)
        (folder / "options.json").write_text(json.dumps(dict(options, count=len(texts))))
        write_answers(folder / "answers.bin", tokenizer, texts, options)
    for model in MODELS:
        (models / model).unlink()
    models.rmdir()


def saved():
    from transformers import AutoTokenizer

    request = json.load(sys.stdin)
    answers = []
    for folder in request["folders"]:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        answers.append([tokenizer(text)["input_ids"] for text in request["texts"]])
    print(json.dumps(answers))


def plain(out):
    words, lines = corpus()
    answers = {}
    for name, file, kind in [("t5", "spiece.model", "t5"), ("plain", "sentencepiece.bpe.model",
                                                            "xlm-roberta"),
                             ("llama", "tokenizer.model", "llama")]:
        folder = out / name
        folder.mkdir()
        train(folder / file, lines, MODELS[name])
        (folder / "config.json").write_text(json.dumps({"model_type": kind}))
        if name == "llama":
            (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "LlamaTokenizer"}')
        processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / file))
        texts = lines[:400] + ["Ünbekannt " + word + " ｆｕｌｌ" for word in words]
        answers[name] = {"texts": texts, "ids": [processor.encode(text) for text in texts]}
    print(json.dumps(answers))


if __name__ == "__main__":
    if sys.argv[1] == "folders":
        folders(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "saved":
        saved()
    else:
        plain(pathlib.Path(sys.argv[2]))
