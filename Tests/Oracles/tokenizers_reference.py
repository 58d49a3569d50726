"""Encodes texts with Hugging Face's `tokenizers`, for comparison with ours.

  tokenizers_reference.py generated TOKENIZER OUT COUNT   seeded strings, all variants
  tokenizers_reference.py scalars TOKENIZER OUT           every scalar of the planes that hold text
  tokenizers_reference.py texts TOKENIZER OUT             texts of standard input (a JSON list)

For every variant, OUT gets a folder with its `tokenizer.json`, `options.json` and `answers.bin`;
OUT itself gets `texts.bin`. Numbers in the binary files are little-endian int32:

  texts.bin    count, then for each text its length in bytes and its UTF-8
  answers.bin  for each text: tokens n, then n each of ids, starts, ends (in Unicode scalars),
               types, sequences (-1 for special tokens) and words (-1 for none), then the length
               of the decoded text and its UTF-8, with special tokens and without; -1 as n where
               encoding failed
"""

import array
import json
import pathlib
import random
import sys

from tokenizers import Tokenizer

RANGES = {
    "latin": [(0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF)],
    "greek": [(0x370, 0x3FF), (0x1F00, 0x1FFF)],
    "cyrillic": [(0x400, 0x52F)],
    "armenian": [(0x531, 0x587)],
    "hebrew": [(0x591, 0x5F4)],
    "arabic": [(0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF)],
    "indic": [(0x900, 0xDFF)],
    "southeast": [(0xE00, 0xFFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1B00, 0x1BFF)],
    "kana": [(0x3040, 0x30FF), (0xFF61, 0xFF9F)],
    "chinese": [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0xF900, 0xFAD9),
                (0x2F800, 0x2FA1D)],
    "hangul": [(0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3130, 0x318F)],
    "emoji": [(0x1F300, 0x1FAFF), (0x2600, 0x27BF), (0x1F1E6, 0x1F1FF)],
    "marks": [(0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
              (0xFE20, 0xFE2F)],
    "control": [(0x0, 0x1F), (0x7F, 0x9F), (0x200B, 0x200F), (0x2028, 0x202F), (0x2060, 0x206F),
                (0xFFF0, 0xFFFF), (0xE000, 0xE010), (0xFE00, 0xFE0F)],
    "spaces": [(0x20, 0x20), (0x9, 0xD), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680),
               (0x2000, 0x200A), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)],
    "punctuation": [(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0xA1, 0xBF),
                    (0x2010, 0x205E), (0x3001, 0x3030), (0xFE10, 0xFE6B), (0xFF01, 0xFF65),
                    (0x2200, 0x22FF)],
    "music": [(0x1D100, 0x1D1FF)],
    "all": [(0x0, 0xD7FF), (0xE000, 0x1FFFF), (0x1E000, 0x1E0FF), (0xE0000, 0xE01FF)],
}
# Marks that keep a place of their own beside those that are stripped, and odd decompositions.
ODD = ("\u0344\u0f73\u0f75\u0f81\u0345\u0334\u302e\u302f\u1d165\u1b44\u09cb\u0bca\u1100\u1161"
       "\u11a8\u0130\u0131\u1e9e\u00df\u212a\u2126\u226e\u2adc\u1fed\u1fef\u037e\u0387\u2000"
       "\ufb01\u01c5\u03a3\u03c2\u0390\U0001d15e\U0001d1bc\U00011131\ufffd")
SPECIAL = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "[mask]", "<e1>", " <e1> ", "</e1>",
           "Foo Bar", "foo  bar", "newtok", "NewTok", "xnewtoky", "wörd", "##ing", "[unused1]"]


def scalar(generator, name):
    low, high = generator.choice(RANGES[name])
    return chr(generator.randint(low, high))


def word(generator, words):
    kind = generator.random()
    if kind < 0.45:
        text = generator.choice(words)
        case = generator.random()
        if case < 0.2:
            text = text.capitalize()
        elif case < 0.3:
            text = text.upper()
        if generator.random() < 0.15:
            text += generator.choice(words)
        if generator.random() < 0.1:
            place = generator.randint(0, len(text))
            text = text[:place] + scalar(generator, "marks") + text[place:]
        return text
    if kind < 0.5:
        return generator.choice(SPECIAL)
    if kind < 0.53:
        return "".join(generator.choice(ODD + "ae") for _ in range(generator.randint(1, 6)))
    name = generator.choice(list(RANGES))
    return "".join(scalar(generator, name) for _ in range(generator.randint(1, 8)))


def text(generator, words):
    if generator.random() < 0.004:
        length = generator.choice([99, 100, 101, 150, 400, 5000])
        name = generator.choice(["latin", "hangul", "greek", "indic", "marks", "all"])
        return "a" + "".join(scalar(generator, name) for _ in range(length))
    parts = []
    for _ in range(generator.randint(0, 9)):
        parts.append(word(generator, words))
        gap = generator.random()
        if gap < 0.6:
            parts.append(" ")
        elif gap < 0.7:
            parts.append(scalar(generator, "spaces"))
        elif gap < 0.8:
            parts.append(scalar(generator, "punctuation"))
        elif gap < 0.85:
            parts.append(scalar(generator, "control"))
    return "".join(parts)


def generate(count, vocabulary, seed=20240229):
    generator = random.Random(seed)
    words = [token.removeprefix("##") for token in vocabulary if token.isalpha()]
    return [text(generator, words) for _ in range(count)]


def bert(clean=True, chinese=True, strip=None, lower=True):
    return {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
            "strip_accents": strip, "lowercase": lower}


def added(content, **flags):
    token = {"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": True, "special": False}
    token.update(flags)
    return token


ADDED = [
    added("<e1>", special=True, normalized=False),
    added("</e1>", special=True, normalized=False, lstrip=True, rstrip=True),
    added("newtok", single_word=True, normalized=False),
    added("[MASK]", special=True, normalized=False, lstrip=True),
]
NORMALIZED = ADDED + [added("Foo Bar"), added("wörd", rstrip=True), added("an", single_word=True)]
SEQUENCE = {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "Lowercase"}]}
PROCESSING = {"type": "BertProcessing", "sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}


def single_characters(base, texts):
    """A vocabulary that spells every word scalar by scalar, so that each offset shows."""
    normalizer = Tokenizer.from_str(json.dumps(base)).normalizer
    seen = set()
    for text in texts:
        seen.update(normalizer.normalize_str(text) if normalizer else text)
    vocabulary = {f"[unused{index}]": index for index in range(110)}
    for token, index in (("[UNK]", 100), ("[CLS]", 101), ("[SEP]", 102), ("[MASK]", 103), ("[PAD]", 0)):
        vocabulary = {key: value for key, value in vocabulary.items() if value != index}
        vocabulary[token] = index
    index = 110
    for character in sorted(seen):
        for token in (character, "##" + character):
            if token not in vocabulary:
                vocabulary[token] = index
                index += 1
    return vocabulary


def variants(count):
    """Name, stages that differ, vocabulary of single characters or not, texts, options."""
    some, few = count // 20, count // 50
    plain = dict(pairs=False, special=True, max_length=None, strategy="longest_first",
                 direction="right")
    yield "uncased", {}, False, count, plain
    yield "cased", {"normalizer": bert(lower=False)}, False, some, plain
    yield "spelt", {}, True, some, plain
    yield "spelt-cased", {"normalizer": bert(lower=False)}, True, some, plain
    yield "spelt-lower", {"normalizer": bert(strip=False)}, True, some, plain
    yield "spelt-strip", {"normalizer": bert(lower=False, strip=True)}, True, some, plain
    yield "spelt-chinese", {"normalizer": bert(chinese=False)}, True, some, plain
    yield "spelt-unclean", {"normalizer": bert(clean=False)}, True, some, plain
    yield "spelt-bare", {"normalizer": None, "pre_tokenizer": None}, True, few, plain
    yield "spelt-sequence", {
        "normalizer": SEQUENCE, "pre_tokenizer": {"type": "WhitespaceSplit"}}, True, few, plain
    yield "short-words", {"max_input_chars_per_word": 5}, False, few, plain
    yield "added", {"added_tokens": ADDED}, False, some, plain
    yield "added-normalized", {"added_tokens": NORMALIZED}, False, some, plain
    yield "added-cased", {
        "added_tokens": NORMALIZED, "normalizer": bert(lower=False)}, True, few, plain
    yield "no-cleanup", {
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": False}}, False, few, plain
    yield "no-decoder", {"decoder": None}, False, few, plain
    yield "no-processor", {"post_processor": None}, False, few, dict(plain, pairs=True)
    yield "bert-processing", {"post_processor": PROCESSING}, False, few, dict(plain, pairs=True)
    for special in (True, False):
        yield f"pairs-{special}", {}, False, few, dict(plain, pairs=True, special=special)
    for strategy in ("longest_first", "only_first", "only_second"):
        for direction in ("right", "left"):
            for length in (3, 4, 8, 17, 32):
                for pairs in (True, False):
                    if length == 3 and pairs and strategy != "longest_first":
                        continue  # no room at all: the library cuts both texts, ours refuses
                    name = f"{strategy}-{direction}-{length}-{pairs}"
                    yield name, {}, False, few // 8, dict(
                        plain, pairs=pairs, max_length=length, strategy=strategy,
                        direction=direction)


def ints(values):
    return array.array("i", values).tobytes()


def write_answers(path, tokenizer, texts, options):
    with open(path, "wb") as file:
        for index, text in enumerate(texts):
            pair = texts[(index + 1) % len(texts)] if options["pairs"] else None
            try:
                encoding = tokenizer.encode(text, pair, add_special_tokens=options["special"])
            except Exception:
                file.write(ints([-1]))
                continue
            offsets = encoding.offsets
            parts = [len(offsets)]
            parts += encoding.ids
            parts += [start for start, _ in offsets]
            parts += [end for _, end in offsets]
            parts += encoding.type_ids
            parts += [-1 if special else (sequence or 0) for special, sequence in zip(
                encoding.special_tokens_mask, encoding.sequence_ids)]
            parts += [-1 if word is None else word for word in encoding.word_ids]
            file.write(ints(parts))
            for skip in (False, True):
                decoded = tokenizer.decode(encoding.ids, skip_special_tokens=skip).encode()
                file.write(ints([len(decoded)]) + decoded)


def write(tokenizer_path, out, texts, chosen):
    with open(tokenizer_path, encoding="utf-8") as file:
        original = json.load(file)
    original["truncation"] = original["padding"] = None
    with open(out / "texts.bin", "wb") as file:
        file.write(ints([len(texts)]))
        for text in texts:
            encoded = text.encode()
            file.write(ints([len(encoded)]) + encoded)
    for name, changes, spelt, count, options in chosen:
        used = texts[: max(count, 1)]
        changed = dict(original, model=dict(original["model"]))
        for key, value in changes.items():
            (changed if key in changed else changed["model"])[key] = value
        if spelt:
            changed["model"]["vocab"] = single_characters(changed, used)
        vocabulary = changed["model"]["vocab"]
        next_id = len(vocabulary)
        for token in changed["added_tokens"]:
            token["id"] = vocabulary.get(token["content"], next_id)
            next_id += token["id"] == next_id
        folder = out / name
        folder.mkdir()
        content = json.dumps(changed, ensure_ascii=len(name) % 2 == 0)
        (folder / "tokenizer.json").write_text(content, encoding="utf-8")
        (folder / "options.json").write_text(json.dumps(dict(options, count=len(used))))
        tokenizer = Tokenizer.from_str(content)
        if options["max_length"]:
            tokenizer.enable_truncation(
                options["max_length"], strategy=options["strategy"],
                direction=options["direction"])
        write_answers(folder / "answers.bin", tokenizer, used, options)


def every_scalar():
    blocks = [(0, 0xD800), (0xE000, 0x20000), (0x2F800, 0x2FA20), (0xE0000, 0xE0200)]
    scalars = [chr(value) for low, high in blocks for value in range(low, high)]
    return [" ".join(f"a{character}b" for character in scalars[start : start + 32])
            for start in range(0, len(scalars), 32)]


def main():
    kind, tokenizer_path, out = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    if kind == "generated":
        count = int(sys.argv[4])
        vocabulary = json.loads(pathlib.Path(tokenizer_path).read_text("utf-8"))["model"]["vocab"]
        write(tokenizer_path, out, generate(count, list(vocabulary)), variants(count))
        return
    plain = dict(pairs=False, special=True, max_length=None, strategy="longest_first",
                 direction="right")
    if kind == "scalars":
        texts = every_scalar()
        write(tokenizer_path, out, texts, [
            ("uncased", {}, True, len(texts), plain),
            ("cased", {"normalizer": bert(lower=False)}, True, len(texts), plain),
            ("lower", {"normalizer": bert(strip=False)}, True, len(texts), plain),
            ("unclean", {"normalizer": bert(clean=False, chinese=False)}, True, len(texts), plain),
        ])
    else:
        texts = json.load(sys.stdin)
        write(tokenizer_path, out, texts, [
            ("uncased", {}, False, len(texts), plain),
            ("cased", {"normalizer": bert(lower=False)}, False, len(texts), plain),
            ("spelt", {}, True, len(texts), plain),
            ("pairs", {}, False, len(texts), dict(plain, pairs=True, max_length=128)),
        ])


if __name__ == "__main__":
    main()
