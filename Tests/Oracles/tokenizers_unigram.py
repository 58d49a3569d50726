"""Encodes texts with Unigram and WordLevel models, and with SentencePiece's maps of characters.

  tokenizers_unigram.py models OUT COUNT    random vocabularies: scores, ties, byte fallback
  tokenizers_unigram.py maps OUT COUNT      `Precompiled` normalisers on generated strings
  tokenizers_unigram.py scalars OUT         `Precompiled` normalisers on every scalar
  tokenizers_unigram.py ids FILE            the ids of a JSON list of texts by a tokenizer.json

OUT is filled as tokenizers_reference.py says. The maps are SentencePiece's own, taken from models
that its trainer makes here.
"""

import base64
import io
import json
import pathlib
import random
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, normalizers

from tokenizers_reference import every_scalar, generate, ints, write_answers

PLAIN = dict(pairs=False, special=True, max_length=None, strategy="longest_first",
             direction="right")
SPLIT = {"type": "WhitespaceSplit"}
WORDS = ["the", "film", "was", "fine", "an", "unseen", "naïve", "Zürich", "ſt", "ﬁne", "１２３", "Ⅳ",
         "かな", "カナ", "ｶﾞ", "中国", "한국", "हिन्दी", "ไทย", "العربية", "👩‍👩‍👧", "🇩🇪", "é", "e\u0301",
         "a\u0300\u0323", "x\u200d", "½", "①", "㍿", "\u1100\u1161", "don't", "...", "<unk>", "▁a"]
# Rules that meet every case of the library: longer, shorter, empty, a map of a mere beginning.
RULES = [("a", "xyz"), ("b", ""), ("c", "é"), ("d\u0301", "D"), ("e", "f"), ("e\u0301", "gg"),
         ("中", "zhong"), ("国", ""), ("한", "\u1112\u1161"), ("क", "k"), ("\u0301", ""), ("\r", "R"),
         ("\u200d", ""), ("🙂", ":)"), ("ab", "q"), ("\n", " "), ("©", "(c)"), ("ー", "--"), ("!", "")]


def tokenizer_json(model, normalizer=None, pre_tokenizer=None):
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
            "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": None,
            "decoder": None, "model": model}


def unigram(vocabulary, unk=0, fallback=False):
    return {"type": "Unigram", "unk_id": unk, "vocab": vocabulary, "byte_fallback": fallback}


def random_pieces(generator, texts, count, step):
    """Stretches of the texts with scores of a coarse grid, so that there are ties."""
    pieces = {"<unk>": 0.0}
    while len(pieces) < count:
        text = generator.choice(texts)
        if text:
            start = generator.randrange(len(text))
            piece = text[start : start + generator.randint(1, 6)]
            pieces[piece] = -generator.randint(1, 12) * step
    return [[piece, score] for piece, score in pieces.items()]


def write_texts(out, texts):
    with open(out / "texts.bin", "wb") as file:
        file.write(ints([len(texts)]))
        for text in texts:
            encoded = text.encode()
            file.write(ints([len(encoded)]) + encoded)


def write_variant(out, name, content, texts, options=PLAIN):
    folder = out / name
    folder.mkdir()
    content = json.dumps(content, ensure_ascii=len(name) % 2 == 0)
    (folder / "tokenizer.json").write_text(content, encoding="utf-8")
    (folder / "options.json").write_text(json.dumps(dict(options, count=len(texts))))
    write_answers(folder / "answers.bin", Tokenizer.from_str(content), texts, options)


def models(out, count):
    generator = random.Random(4)
    texts = generate(count, WORDS, seed=4)
    write_texts(out, texts)
    fine = random_pieces(generator, texts, 3000, 0.37)
    coarse = random_pieces(generator, texts, 3000, 1.0)
    letters = [[letter, -2.0 - index % 3] for index, letter in enumerate("abcdefgilnorstuvwx éß中国")]
    hexadecimal = [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
    write_variant(out, "fine", tokenizer_json(unigram(fine)), texts)
    write_variant(out, "coarse", tokenizer_json(unigram(coarse)), texts)
    write_variant(out, "words", tokenizer_json(unigram(coarse), pre_tokenizer=SPLIT), texts)
    write_variant(out, "pairs", tokenizer_json(unigram(coarse)), texts, dict(PLAIN, pairs=True))
    write_variant(out, "letters", tokenizer_json(unigram([["<unk>", 0.0]] + letters)), texts)
    write_variant(out, "bytes", tokenizer_json(
        unigram([["<unk>", 0.0]] + letters + hexadecimal, fallback=True)), texts)
    write_variant(out, "some-bytes", tokenizer_json(
        unigram([["<unk>", 0.0]] + letters + hexadecimal[:0xE5], fallback=True)), texts)
    write_variant(out, "unused-bytes", tokenizer_json(
        unigram([["<unk>", 0.0]] + letters + hexadecimal)), texts)
    write_variant(out, "later-unknown", tokenizer_json(
        unigram(letters + [["<unk>", -3.0]] + coarse[1:50], unk=len(letters))), texts)
    write_variant(out, "positive", tokenizer_json(
        unigram([["<unk>", 90.0]] + [[piece, score + 100] for piece, score in coarse[1:]])), texts)
    write_variant(out, "twice", tokenizer_json(
        unigram(coarse + [[piece, score - 1] for piece, score in coarse[5:900:7]])), texts)
    # Without an unknown token the library fails on what it cannot spell, and so do we.
    write_variant(out, "no-unknown", tokenizer_json(unigram(coarse[1:], unk=None)), texts)
    words = sorted({word for text in texts for word in text.split()})[::3]
    level = {"type": "WordLevel", "vocab": {word: index for index, word in enumerate(words)},
             "unk_token": words[7]}
    write_variant(out, "level", tokenizer_json(level, pre_tokenizer=SPLIT), texts)
    write_variant(out, "level-whole", tokenizer_json(level), texts)
    write_variant(out, "level-no-unknown", tokenizer_json(
        dict(level, unk_token="no such word"), pre_tokenizer=SPLIT), texts)


def character_map(**options):
    """The map that SentencePiece's trainer puts into a model."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g"] * 4), model_writer=model, vocab_size=11,
        minloglevel=3, **options)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return proto.normalizer_spec.precompiled_charsmap


def all_maps(out):
    rules = out.parent / (out.name + "-rules.tsv")
    rules.write_text("".join(
        "\t".join(" ".join(f"{ord(character):X}" for character in part) for part in rule) + "\n"
        for rule in RULES), encoding="utf-8")
    maps = {name: character_map(normalization_rule_name=name)
            for name in ("nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf")}
    maps["own"] = character_map(normalization_rule_tsv=str(rules))
    rules.unlink()
    return maps


def spelt(map_bytes, texts, before=()):
    """A tokenizer with the map whose tokens are single scalars, so that each offset shows."""
    stage = {"type": "Precompiled",
             "precompiled_charsmap": base64.b64encode(map_bytes).decode("ascii")}
    if before:
        stage = {"type": "Sequence", "normalizers": [{"type": name} for name in before] + [stage]}
    normalizer = Tokenizer.from_str(json.dumps(tokenizer_json(unigram([["a", 0.0]]), stage))).normalizer
    seen = sorted({scalar for text in texts for scalar in normalizer.normalize_str(text)})
    return tokenizer_json(unigram([["<unk>", -9.0]] + [[scalar, -1.0] for scalar in seen]), stage)


def maps(out, texts, count):
    write_texts(out, texts)
    for name, content in all_maps(out).items():
        write_variant(out, name, spelt(content, texts), texts)
        if count:
            few = texts[: count // 4]
            write_variant(out, name + "-nfd", spelt(content, few, ["NFD"]), few)
            write_variant(out, name + "-lower", spelt(content, few, ["Lowercase"]), few)


def main():
    if sys.argv[1] == "ids":
        tokenizer = Tokenizer.from_file(sys.argv[2])
        print(json.dumps([tokenizer.encode(text).ids for text in json.load(sys.stdin)]))
        return
    kind, out = sys.argv[1], pathlib.Path(sys.argv[2])
    if kind == "models":
        models(out, int(sys.argv[3]))
    elif kind == "maps":
        count = int(sys.argv[3])
        generator = random.Random(5)
        parts = [rule[0] for rule in RULES] + WORDS + list("ab cde\u0301\u0300\u200d\r\n!")
        own = ["".join(generator.choice(parts) for _ in range(generator.randint(1, 9)))
               for _ in range(count // 2)]
        maps(out, own + generate(count - len(own), WORDS, seed=5), count)
    else:
        maps(out, every_scalar(), 0)


if __name__ == "__main__":
    main()
