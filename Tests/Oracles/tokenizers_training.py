"""Trains vocabularies with Hugging Face's `tokenizers`, for comparison with ours.

  tokenizers_training.py generated             own corpora and crossed settings
  tokenizers_training.py file PATH             BPE on a file's lines, byte by byte and after BERT's stages

Prints {"corpora": {NAME: texts}, "cases": [...]}: each case has its settings, its corpus, and the
vocabulary, merges and ids of the corpus's first texts that `tokenizers` gives; of a file's texts only these are printed.

With a prefix or a suffix `tokenizers` numbers marked characters in the order of a hash table, which
changes from run to run. Cases with marks therefore name all marked characters as special tokens,
which fixes their ids. The limit of an alphabet cuts equally frequent characters by chance as well;
limits are chosen where none are equal.
"""

import collections
import json
import random
import sys

from tokenizers import Tokenizer, models, trainers

LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
STAGES = {
    "byte-level": (None, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
                          "use_regex": True}),
    "byte-level-prefixed": ({"type": "NFC"},
                            {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True,
                             "use_regex": True}),
    "bert": ({"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": False,
              "strip_accents": None, "lowercase": True}, {"type": "BertPreTokenizer"}),
    "whitespace": ({"type": "Lowercase"}, {"type": "WhitespaceSplit"}),
    "metaspace": (None, {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always",
                         "split": True}),
    "whole": (None, None),
}


def corpora():
    generator = random.Random(11)
    syllables = ["".join(generator.choices(LETTERS, range(26, 0, -1), k=generator.randint(1, 3)))
                 for _ in range(60)]
    words = ["".join(generator.choices(syllables, k=generator.randint(1, 4))) for _ in range(700)]
    words += ["na" * n for n in range(1, 6)] + ["a" * n for n in range(1, 12)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    signs = [chr(0x4E00 + generator.randrange(900)) for _ in range(120)]
    pairs = ["".join(generator.choices(signs, k=2)) for _ in range(150)]
    sign_weights = [1 / (rank + 1) for rank in range(len(pairs))]

    def english():
        text = " ".join(generator.choices(words, weights, k=generator.randint(1, 25)))
        return text.capitalize() + generator.choice([".", "!", " 12.5%", ", don't?", "\n", ""])

    def chinese():
        return "".join(generator.choices(pairs, sign_weights, k=generator.randint(1, 20))) + "\u3002"

    extra = ["caf\u00e9 cafe\u0301", "\U0001f600\U0001f600 \u200d", "  two  spaces\t\r\n", "", "\u0130I"]
    return {
        "english": [english() for _ in range(400)],
        "chinese": [chinese() for _ in range(400)],
        "mixed": [generator.choice([english, chinese, lambda: generator.choice(extra)])()
                  for _ in range(400)] + extra,
    }


def stages_of(name):
    content = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
               "normalizer": STAGES[name][0], "pre_tokenizer": STAGES[name][1],
               "post_processor": None, "decoder": None,
               "model": {"type": "BPE", "vocab": {}, "merges": []}}
    return Tokenizer.from_str(json.dumps(content))


def characters(stages, texts):
    """How often each character is in the words of texts."""
    tokenizer = stages_of(stages)
    counts = collections.Counter()
    for text in texts:
        if tokenizer.normalizer:
            text = tokenizer.normalizer.normalize_str(text)
        words = [text]
        if tokenizer.pre_tokenizer:
            words = [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)]
        for word in words:
            counts.update(word)
    return counts


def train(case, texts, file=None):
    tokenizer = stages_of(case["stages"])
    special = case["special"]
    if case["model"] == "WordPiece":
        tokenizer.model = models.WordPiece(unk_token="[UNK]")
        kind = trainers.WordPieceTrainer
    else:
        tokenizer.model = models.BPE(unk_token="[UNK]" if "[UNK]" in special else None)
        kind = trainers.BpeTrainer
    options = {"vocab_size": case["size"], "min_frequency": case["frequency"],
               "special_tokens": special, "initial_alphabet": case["alphabet"],
               "show_progress": False}
    for key, option in [("limit", "limit_alphabet"), ("prefix", "continuing_subword_prefix"),
                        ("suffix", "end_of_word_suffix"), ("longest", "max_token_length")]:
        if case.get(key) is not None:
            options[option] = case[key]
    trainer = kind(**options)
    if file:
        tokenizer.train([file], trainer)
    else:
        tokenizer.train_from_iterator(texts, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary = [{"token": token, "id": id} for token, id in model["vocab"].items()]
    return {"vocabulary": vocabulary, "merges": model.get("merges", []),
            "ids": [tokenizer.encode(text).ids for text in texts[:60]]}


def limit_without_ties(counts, wanted):
    order = sorted(counts.values(), reverse=True)
    for limit in range(min(wanted, len(order) - 1), 0, -1):
        if order[limit - 1] != order[limit]:
            return limit
    return None


def generated():
    texts = corpora()
    cases = []
    generator = random.Random(3)
    for corpus in texts:
        for stages in STAGES:
            counts = characters(stages, texts[corpus])
            for model, marks in [("BPE", (None, None)), ("BPE", (None, None)), ("BPE", ("##", None)),
                                 ("BPE", (None, "</w>")), ("BPE", ("@", "$$")),
                                 ("WordPiece", ("##", None))]:
                if marks != (None, None) and stages not in ("bert", "whitespace"):
                    continue
                case = {"corpus": corpus, "stages": stages, "model": model, "prefix": marks[0],
                        "suffix": marks[1], "size": generator.choice([1, 150, 400, 900, 5000]),
                        "frequency": generator.choice([0, 1, 2, 5]), "alphabet": [],
                        "limit": None, "longest": None, "special": ["[UNK]", "the", "[PAD]", "a"]}
                if generator.random() < 0.3 and marks == (None, None):
                    case["limit"] = limit_without_ties(counts, generator.randint(3, 80))
                if generator.random() < 0.3:
                    case["alphabet"] = list("xyz\u00e9\u4e00")
                # `tokenizers` has no such setting for WordPiece.
                if generator.random() < 0.4 and model == "BPE":
                    case["longest"] = generator.choice([1, 2, 3, 4, 6, 10])
                if marks[0]:
                    case["special"] = ["[UNK]"] + [marks[0] + c for c in sorted(counts)]
                if marks[1]:
                    case["special"] = case["special"] + [c + marks[1] for c in sorted(counts)]
                if marks[0] and marks[1]:
                    case["special"] += [marks[0] + c + marks[1] for c in sorted(counts)]
                if case["longest"]:
                    case["special"] = [t for t in case["special"] if t not in ("the", "a")]
                cases.append(case)
    for case in cases:
        case["result"] = train(case, texts[case["corpus"]])
    return texts, cases


def of_file(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        texts = list(lines)
    cases = []
    for stages, special in [("byte-level", ["<s>"]), ("bert", ["[UNK]"])]:
        case = {"corpus": "file", "stages": stages, "model": "BPE", "size": 3000, "frequency": 2,
                "alphabet": [], "special": special}
        case["result"] = train(case, texts, path)
        cases.append(case)
    return {"file": texts[:60]}, cases


def main():
    texts, cases = generated() if sys.argv[1] == "generated" else of_file(sys.argv[2])
    for case in cases:
        normalizer, pre_tokenizer = STAGES[case["stages"]]
        case["normalizer"] = normalizer and json.dumps(normalizer)
        case["preTokenizer"] = pre_tokenizer and json.dumps(pre_tokenizer)
    print(json.dumps({"corpora": texts, "cases": cases}))


if __name__ == "__main__":
    main()
