"""Tokenizers with every kind of stage, trained here on generated texts, and what they answer.

  tokenizers_stages.py GROUP OUT COUNT   GROUP is one of the functions of GROUPS, below
  tokenizers_stages.py files OUT COUNT VOCAB MERGES   the tokenizers over GPT-2's own files
  tokenizers_stages.py pairs OUT 0                    a trained `vocab.json` and `merges.txt`
  tokenizers_stages.py same OUT 0 OTHER               names the variants whose `tokenizer.json` says
                                                      something else in the folder OTHER

OUT gets the same files as from tokenizers_reference.py: `texts.bin`, and for every variant a folder
with `tokenizer.json`, `options.json` and `answers.bin`.
"""

import json
import pathlib
import random
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from tokenizers_reference import every_scalar, ints, text, write_answers

WORDS = ("the of and to in is that it was for on are as with his they at be this from have or by one"
         " had not but what all were when we there can an your which their said if do will each about"
         " how up out them then she many some so these would other into has more two like him see"
         " time could no make than first been its who now people my made over did down only way find"
         " use may water long little very after words called just where most know don't it's we'll"
         " I'm you've they'd THE End naïve café Zürich über straße 2024 3.14 1000000 x86").split()
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
QWEN35 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}|"
          r" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
         r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
         r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+")
DEEPSEEK3 = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"
             r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
BLOOM = " ?[^(\\s|[.,!?…。，、।۔،])]+"


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(prefix=False, regex=True, trim=True):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": trim,
            "use_regex": regex}


def sequence(*stages, key="pretokenizers"):
    return {"type": "Sequence", key: list(stages)}


def metaspace(scheme="always", splits=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": splits}


BYTES = byte_level(regex=False)
REAL = {
    "gpt2": byte_level(),
    "llama3": sequence(split(LLAMA3), BYTES),
    "qwen2": sequence(split(QWEN2), BYTES),
    "qwen35": sequence(split(QWEN35), BYTES),
    "o200k": sequence(split(O200K), BYTES),
    "cl100k": sequence(split(CL100K, "Removed", True), BYTES),
    "deepseek3": sequence(split(r"\p{N}{1,3}"), split(r"[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK3), BYTES),
    "smollm": sequence({"type": "Digits", "individual_digits": True}, byte_level()),
    "falcon": sequence({"type": "Punctuation", "behavior": "Contiguous"}, byte_level(),
                       {"type": "Digits", "individual_digits": False}, split(r"[0-9][0-9][0-9]")),
    "bloom": sequence(split(BLOOM), BYTES),
    "xlmr": sequence({"type": "WhitespaceSplit"}, metaspace()),
    "kimi": sequence(split(r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*"
                           r"[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+|\p{N}{1,3}|\s+(?!\S)|\s+"), BYTES),
}


def real(generator):
    """The pre-tokenisers of real models, over byte-level BPE trained through them."""
    for name, pre in REAL.items():
        yield name, dict(pre_tokenizer=pre, decoder=byte_level()), bpe(pre, generator), {}


def behaviors(generator):
    """Every pre-tokeniser with every setting, over BPE of single characters."""
    pres = [
        {"type": "WhitespaceSplit"}, {"type": "Whitespace"}, {"type": "BertPreTokenizer"},
        {"type": "CharDelimiterSplit", "delimiter": "e"}, {"type": "FixedLength", "length": 3},
        {"type": "Digits", "individual_digits": True},
        {"type": "Digits", "individual_digits": False}, byte_level(True), byte_level(True, False),
        sequence(byte_level(), byte_level()), sequence({"type": "Whitespace"}, byte_level(True)),
        sequence(metaspace(), {"type": "Digits", "individual_digits": True}),
        sequence(),
    ]
    pres += [metaspace(scheme, splits) for scheme in ("always", "first", "never")
             for splits in (True, False)]
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        pres.append({"type": "Punctuation", "behavior": behavior})
        for pattern, kind in ((" ", "String"), ("th", "String"), (r"\s+", "Regex"),
                              (r"\b", "Regex"), ("e|t(?=h)", "Regex")):
            for invert in (True, False):
                pres.append(split(pattern, behavior, invert, kind))
    for index, pre in enumerate(pres):
        normalizer = generator.choice([None, {"type": "Lowercase"}, {"type": "NFD"}])
        stages = dict(pre_tokenizer=pre, normalizer=normalizer,
                      added_tokens=ADDED if index % 2 else [])
        yield f"pre-{index}", stages, spelt(stages), {}


def patterns(generator):
    """Pattern syntax: each is a Split of its own."""
    sources = [
        r"\d+|\D", r"\w+", r"\W+", r"[\w&&[^\d_]]+", r"[^a-m\s]+", r"(?i:the|an?|K|s)+", r"(?i)[a-f]+",
        r"a*?b|.", r"(?>a+|b)c?", r"t.e", r"(?m:t.e)", r"^.", r".$", r"\A\S+", r"\S+\z", r"\S+\Z",
        r"\bt\w*\b", r"\B.\B", r"(?<=t)h", r"(?<!t)h", r"[[:alpha:]]+", r"[[:upper:]][[:lower:]]*",
        r"[[:^space:]]+", r"[[:punct:]]+", r"[[:alnum:]]+", r"[[:cntrl:]]", r"[[:xdigit:]]{2}",
        r"\p{Lu}\p{Ll}+", r"\P{L}+", r"\p{^N}+", r"[\p{P}\p{S}]++", r"\x{4e00}|\u00e9|\x41|\t|\n",
        r"[一-龥]{2,3}", r"(?:ab|a)(?:c|bc)", r"e{2}", r"e{,2}x", r"{a}", r"[]a]+", r"[a\-z]+", r"[+--]+",
        r"\p{Han}+|\p{Alphabetic}+", r"\h+", r"(?=t)..", r"(?!t)[a-z]{1,4}+", r"x?", r"(?:a|b)+?c|\s",
        r"[^\S\r\n]+", r"\s*[\r\n]+", r" ?\S+", r"\.|,|\$|\(|\)", r"(?<word>t)he", r"[a-c[x-z]]+",
        r"(?-i:t)(?i:h)E", r"[^[:space:][:punct:]]+",
    ]
    for index, source in enumerate(sources):
        behavior = ["Isolated", "Removed", "MergedWithPrevious"][index % 3]
        stages = dict(pre_tokenizer=split(source, behavior))
        yield f"pattern-{index}", stages, spelt(stages), {}


def scalars(generator):
    """What the stages know of every scalar of the planes that hold text."""
    flags = [r"\w", r"[\w]", r"\b", r"\d", r"\s", "[[:alpha:]]", "[[:upper:]]", "[[:lower:]]",
             "[[:punct:]]", "[[:cntrl:]]", r"\p{Han}", "(?i:[k-s])", "."]
    flags += [r"\p{Lu}+|\p{Ll}+|\p{Lt}+|\p{Lm}+|\p{Lo}+|\p{Mn}+|\p{Mc}+|\p{Me}+|\p{Nd}+|\p{Nl}+|\p{No}+",
              r"\p{Pc}+|\p{Pd}+|\p{Ps}+|\p{Pe}+|\p{Pi}+|\p{Pf}+|\p{Po}+|\p{Sm}+|\p{Sc}+|\p{Sk}+|\p{So}+",
              r"\p{Zs}+|\p{Zl}+|\p{Zp}+|\p{Cc}+|\p{Cf}+|\p{Co}+|\p{Cn}+", r"\p{L}+|\p{N}+|\p{P}+|\p{S}+"]
    pres = [split(pattern) for pattern in flags] + [
        {"type": "Whitespace"}, {"type": "Digits", "individual_digits": False},
        {"type": "Punctuation", "behavior": "Contiguous"}]
    for index, pre in enumerate(pres):
        yield f"scalars-{index}", dict(pre_tokenizer=pre), {
            "type": "BPE", "unk_token": "<unk>", "fuse_unk": True, "merges": [],
            "vocab": {"<unk>": 0}}, {}


def replace(pattern, content, kind="String"):
    return {"type": "Replace", "pattern": {kind: pattern}, "content": content}


NORMALIZERS = [
    {"type": name} for name in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt",
                                "ByteLevel")
] + [
    {"type": "Strip", "strip_left": left, "strip_right": right}
    for left in (True, False) for right in (True, False)
] + [
    replace(" ", "▁"), replace("th", ""), replace("e", "éé"), replace(r"\s+", " ", "Regex"),
    replace(r"[aeiou]", "", "Regex"), replace(r" {2,}", "▁", "Regex"), replace("``", '"'),
    {"type": "Prepend", "prepend": "▁"}, {"type": "Prepend", "prepend": "ab "},
    {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
     "strip_accents": None, "lowercase": True},
]


def normalizers_(generator):
    """Every normaliser, alone and in random sequences, over BPE of single characters."""
    chosen = list(NORMALIZERS)
    for _ in range(30):
        chosen.append(sequence(*generator.choices(NORMALIZERS, k=generator.randint(0, 4)),
                               key="normalizers"))
    for index, normalizer in enumerate(chosen):
        pre = [None, {"type": "WhitespaceSplit"}, metaspace("first")][index % 3]
        stages = dict(normalizer=normalizer, pre_tokenizer=pre,
                      added_tokens=ADDED if index % 2 else [])
        yield f"normal-{index}", stages, spelt(stages), {}


def forms(generator):
    """Unicode's normalisation forms on every scalar of the planes that hold text."""
    for name in ("NFC", "NFD", "NFKC", "NFKD", "StripAccents", "Lowercase"):
        yield name, dict(normalizer={"type": name}), spelt(dict(normalizer={"type": name})), {}


def models_(generator):
    """Byte-pair models with every setting."""
    plain = dict(normalizer=None, pre_tokenizer={"type": "WhitespaceSplit"})
    yield "ignore", dict(pre_tokenizer=byte_level()), bpe(byte_level(), generator), {
        "ignore_merges": True}
    yield "unknown", plain, bpe(plain["pre_tokenizer"], generator, unk_token="<unk>"), {}
    yield "fused", plain, bpe(plain["pre_tokenizer"], generator, unk_token="<unk>"), {
        "fuse_unk": True}
    yield "dropped", plain, bpe(plain["pre_tokenizer"], generator), {}
    yield "dropout", plain, bpe(plain["pre_tokenizer"], generator), {"dropout": 0.0}
    yield "suffix", dict(plain, decoder={"type": "BPEDecoder", "suffix": "</w>"}), bpe(
        plain["pre_tokenizer"], generator, unk_token="<unk>", end_of_word_suffix="</w>"), {}
    yield "prefix", plain, bpe(
        plain["pre_tokenizer"], generator, unk_token="<unk>", continuing_subword_prefix="##"), {}
    llama = sequence({"type": "Prepend", "prepend": "▁"},
                     {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
                     key="normalizers")
    decoder = sequence({"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                       {"type": "ByteFallback"}, {"type": "Fuse"},
                       {"type": "Strip", "content": " ", "start": 1, "stop": 0}, key="decoders")
    fallback = {"byte_fallback": True, "fuse_unk": True}
    for name, normalizer, pre in (("llama2", llama, None), ("mistral", None, metaspace("first", False)),
                                  ("meta", None, metaspace())):
        stages = dict(normalizer=normalizer, pre_tokenizer=pre, decoder=decoder,
                      added_tokens=ADDED)
        yield name, stages, bpe(metaspace(), generator, unk_token="<unk>", fallback=True), fallback
    partial = bpe(metaspace(), generator, unk_token="<unk>", fallback=True)
    for byte in (0xC3, 0xE4, 0xF0):
        partial["vocab"] = {token: id for token, id in partial["vocab"].items()
                            if token != f"<0x{byte:02X}>"}
    yield "partial", dict(pre_tokenizer=metaspace()), partial, fallback


PROCESSORS = [
    byte_level(True), byte_level(False), byte_level(trim=False),
    {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": True,
     "add_prefix_space": False},
    {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": False,
     "add_prefix_space": True},
    {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]},
    sequence(byte_level(True), {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 3}}],
        "pair": [{"Sequence": {"id": "B", "type_id": 2}}, {"SpecialToken": {"id": "two", "type_id": 1}},
                 {"Sequence": {"id": "A", "type_id": 0}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]},
                           "two": {"id": "two", "ids": [2, 1], "tokens": ["</s>", "<s>"]}}},
             key="processors"),
]
DECODERS = [
    byte_level(), metaspace("never"), metaspace("first"), {"type": "Fuse"}, {"type": "ByteFallback"},
    {"type": "BPEDecoder", "suffix": "e"}, {"type": "WordPiece", "prefix": "t", "cleanup": True},
    {"type": "CTC", "pad_token": "e", "word_delimiter_token": "t", "cleanup": True},
    {"type": "CTC", "pad_token": "Ġ", "word_delimiter_token": "t", "cleanup": False},
    {"type": "Replace", "pattern": {"Regex": "[aeiou]+"}, "content": "_"},
    {"type": "Strip", "content": "Ġ", "start": 1, "stop": 0},
    sequence({"type": "Fuse"}, {"type": "Strip", "content": "t", "start": 2, "stop": 0},
             {"type": "Replace", "pattern": {"String": "Ġ"}, "content": " "}, key="decoders"),
    sequence(key="decoders"),
]


def ends(generator):
    """Post-processors and decoders over byte-level BPE, alone and in pairs, whole and cut."""
    for index in range(max(len(PROCESSORS), len(DECODERS)) * 2):
        processor = PROCESSORS[index % len(PROCESSORS)]
        pre = byte_level(index % 3 == 0)
        stages = dict(pre_tokenizer=pre, post_processor=processor,
                      decoder=DECODERS[index % len(DECODERS)], added_tokens=ADDED)
        options = dict(pairs=index % 2 == 0, special=index % 5 != 0,
                       max_length=[None, 12, None, 30][index % 4],
                       direction=["right", "left"][index // 4 % 2])
        yield f"ends-{index}", stages, bpe(pre, generator), {}, options


GROUPS = {"scalars": scalars, "forms": forms, "normalizers": normalizers_, "real": real, "behaviors": behaviors, "patterns": patterns, "models": models_, "ends": ends}


def added(content, **flags):
    token = {"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
    token.update(flags)
    return token


ADDED = [added("<s>"), added("</s>"), added("<mask>", lstrip=True), added("[SEP]", rstrip=True),
         added("water", single_word=True, special=False, normalized=True),
         added("Foo Bar", special=False, normalized=True), added("<|x|>", lstrip=True, rstrip=True)]


def bpe(pre, generator, fallback=False, names=("<unk>", "<s>", "</s>"), **settings):
    """A byte-pair model trained on generated texts through a pre-tokeniser."""
    names = list(names)
    tokenizer = Tokenizer(models.BPE())
    config = json.loads(tokenizer.to_str())
    config["pre_tokenizer"] = pre
    tokenizer = Tokenizer.from_str(json.dumps(config))
    if fallback:
        names += [f"<0x{byte:02X}>" for byte in range(256)]
    uses_bytes = "ByteLevel" in json.dumps(pre)
    extra = {key: settings[key] for key in ("continuing_subword_prefix", "end_of_word_suffix")
             if key in settings}
    trainer = trainers.BpeTrainer(
        vocab_size=len(names) + generator.randint(400, 900), special_tokens=names,
        show_progress=False, limit_alphabet=60 if not uses_bytes else 300,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if uses_bytes else [], **extra)
    tokenizer.train_from_iterator(
        [" ".join(generator.choices(WORDS, k=12)) + generator.choice([".", "!", "\n\n", " "])
         for _ in range(400)], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    model.update(settings)
    return model


def spelt(stages):
    """Stands for a model whose tokens are the characters that the stages leave."""
    return {"spelt": True, "stages": stages}


def characters(stages, texts):
    """Byte-pair encoding without merges, so that each character's offsets show."""
    probe = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
             "normalizer": stages.get("normalizer"), "pre_tokenizer": stages.get("pre_tokenizer"),
             "post_processor": None, "decoder": None,
             "model": {"type": "BPE", "vocab": {}, "merges": []}}
    tokenizer = Tokenizer.from_str(json.dumps(probe))
    seen = set()
    for piece in texts:
        if tokenizer.normalizer:
            piece = tokenizer.normalizer.normalize_str(piece)
        words = tokenizer.pre_tokenizer.pre_tokenize_str(piece) if tokenizer.pre_tokenizer else [(piece, 0)]
        for word, _ in words:
            seen.update(word)
    tokens = ["<unk>", "<s>", "</s>"] + sorted(seen)
    return {"type": "BPE", "unk_token": "<unk>", "fuse_unk": False, "merges": [],
            "vocab": {token: index for index, token in enumerate(tokens)}}


def write(out, texts, variants):
    with open(out / "texts.bin", "wb") as file:
        file.write(ints([len(texts)]))
        for piece in texts:
            encoded = piece.encode()
            file.write(ints([len(encoded)]) + encoded)
    for name, stages, model, changes, *options in variants:
        options = dict(dict(pairs=False, special=True, max_length=None, strategy="longest_first",
                            direction="right", count=len(texts)), **(options[0] if options else {}))
        if model.get("spelt"):
            model = characters(model["stages"], texts)
        config = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
                  "normalizer": None, "pre_tokenizer": None, "post_processor": None,
                  "decoder": None, "model": dict(model, **changes)}
        config.update(json.loads(json.dumps(stages)))
        vocabulary = config["model"]["vocab"]
        next_id = len(vocabulary)
        for token in config["added_tokens"]:
            token["id"] = vocabulary.get(token["content"], next_id)
            next_id += token["id"] == next_id
        folder = out / name
        folder.mkdir()
        content = json.dumps(config, ensure_ascii=len(name) % 2 == 0)
        tokenizer = Tokenizer.from_str(content)
        (folder / "tokenizer.json").write_text(content, encoding="utf-8")
        (folder / "options.json").write_text(json.dumps(options))
        if options["max_length"]:
            tokenizer.enable_truncation(
                options["max_length"], strategy=options["strategy"],
                direction=options["direction"])
        write_answers(folder / "answers.bin", tokenizer, texts, options)


FIXED = ["", " ", "  ", "\n", "a", "  the water  ", "Hello,  world!\n\n  I'LL don't ſ 'ſ", "a\u0301e\u0301",
         "the\u00a0\u3000end", "<mask> x  <mask>", " <s>  [SEP]  x<|x|> y", "waterwater water",
         "İstanbul ﬁn ǅ Ⅷ ½ ² ٣٤", "👩‍👩‍👧 🇩🇪 ✊🏽", "中国人民 にほんご 한국어", "\x00\x07\ufffd\u200b",
         "12345 3.14 1,000", "Foo Bar foo bar", "▁▁ ▁a ▁", "a\r\nb\r\n\r\n c\t\td  "]


def generated(count):
    generator = random.Random(20250701)
    return FIXED + [text(generator, WORDS) for _ in range(count - len(FIXED))]


def main():
    group, out, count = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    generator = random.Random(7)
    if group in GROUPS:
        texts = every_scalar() if group == "forms" else generated(count)
        if group == "scalars":
            texts = ["".join(part[1::4] for part in every_scalar()[start : start + 16])
                     for start in range(0, len(every_scalar()), 16)]
        write(out, texts, GROUPS[group](generator))
        return
    if group == "pairs":
        model = bpe(byte_level(), generator, names=["<s>", "<pad>", "</s>", "<unk>", "<|endoftext|>"])
        (out / "vocab.json").write_text(json.dumps(model["vocab"]), encoding="utf-8")
        (out / "merges.txt").write_text(
            "#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in model["merges"]),
            encoding="utf-8")
        return
    if group == "same":
        def content(path):
            return json.loads(Tokenizer.from_file(str(path / "tokenizer.json")).to_str())

        print(json.dumps([
            folder.name for folder in sorted(out.iterdir())
            if folder.is_dir() and content(folder) != content(pathlib.Path(sys.argv[4]) / folder.name)
        ]))
        return
    vocabulary, merges = (pathlib.Path(path).read_text("utf-8") for path in sys.argv[4:6])
    model = {"type": "BPE", "vocab": json.loads(vocabulary), "fuse_unk": False,
             "merges": [line for line in merges.splitlines() if line and line[0] != "#"]}
    texts = generated(count) + json.load(sys.stdin)
    write(out, texts, [
        (name, dict(pre_tokenizer=REAL[name], decoder=byte_level()), model, {"ignore_merges": ignore})
        for name, ignore in (("gpt2", False), ("llama3", True))])


if __name__ == "__main__":
    main()
