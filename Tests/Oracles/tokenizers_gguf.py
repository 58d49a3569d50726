"""Writes GGUF files with tokenizers, and a tokenizer.bin of llama2.c, with what they encode to.

  tokenizers_gguf.py OUT COUNT   one folder a tokenizer with answers as tokenizers_reference.py
                                 writes them; `vocabulary.json` holds the metadata
  tokenizers_gguf.py llama2c OUT `tokenizer.bin`; prints {"texts": ..., "ids": ...} by a literal
                                 reading of llama2.c's encode()
  tokenizers_gguf.py same FILE   {"texts": ..., "ids": ...} by `tokenizers` with a tokenizer.json
"""

import io
import json
import os
import pathlib
import struct
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import gguf
import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from tokenizers_reference import generate, write_answers
from tokenizers_sentencepiece import MODELS, corpus
from tokenizers_unigram import PLAIN, write_texts

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def sentencepiece_vocabulary(lines, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, minloglevel=3, **options)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    ids = range(len(processor))
    types = [2 if processor.is_unknown(i) else 3 if processor.is_control(i) else
             6 if processor.is_byte(i) else 4 if processor.id_to_piece(i) == "film" else 1
             for i in ids]
    return dict(model="llama", architecture="llama",
                tokens=[processor.id_to_piece(i) for i in ids],
                scores=[processor.get_score(i) for i in ids], types=types, merges=[],
                bos=1, eos=2, unk=0)


def byte_level_vocabulary(lines, pre, split):
    tokenizer = Tokenizer(models.BPE())
    last = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=split is None)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, last]) if split else last
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=700, show_progress=False, special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    content = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(content["vocab"], key=content["vocab"].get)
    # The second special token is user-defined; one token is not written in the characters of bytes.
    return dict(model="gpt2", architecture="llama", pre=pre, tokens=tokens, scores=[],
                types=[3, 3, 4] + [1] * (len(tokens) - 3),
                merges=[" ".join(merge) for merge in content["merges"]], bos=0, eos=2, pad=1)


def write_gguf(path, vocabulary):
    writer = gguf.GGUFWriter(str(path), vocabulary["architecture"])
    writer.add_tokenizer_model(vocabulary["model"])
    writer.add_token_list(vocabulary["tokens"])
    writer.add_token_types(vocabulary["types"])
    if vocabulary["scores"]:
        writer.add_token_scores(vocabulary["scores"])
    if vocabulary["merges"]:
        writer.add_token_merges(vocabulary["merges"])
    if "pre" in vocabulary:
        writer.add_tokenizer_pre(vocabulary["pre"])
    for key, add in [("bos", writer.add_bos_token_id), ("eos", writer.add_eos_token_id),
                     ("unk", writer.add_unk_token_id), ("pad", writer.add_pad_token_id),
                     ("add_bos", writer.add_add_bos_token), ("add_eos", writer.add_add_eos_token)]:
        if key in vocabulary:
            add(vocabulary[key])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def files(out, count):
    from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS
    from transformers.tokenization_utils_tokenizers import TokenizersBackend

    words, lines = corpus()
    texts = generate(count, words + SPECIAL + ["<s>", "12345", "don't"], seed=8) + lines[:100]
    write_texts(out, texts)
    llama = sentencepiece_vocabulary(
        lines, **dict(MODELS["llama"], user_defined_symbols=["film"]))
    vocabularies = {"llama": llama, "llama-ends": dict(llama, add_bos=False, add_eos=True),
                    "phi3": dict(llama, architecture="phi3")}
    for pre in ("gpt-2", "llama-bpe", "qwen2", "qwen35", "smollm"):
        split = GGUF_PRE_TOKENIZER_SPLITS.get(pre)
        split = pre_tokenizers.Split(Regex(split), "isolated") if split else None
        if pre == "smollm":
            split = pre_tokenizers.Digits(individual_digits=True)
        vocabularies[pre] = byte_level_vocabulary(lines, pre, split)
    vocabularies["qwen2-begins"] = dict(vocabularies["qwen2"], add_bos=True)
    for name, vocabulary in vocabularies.items():
        folder = out / name
        folder.mkdir()
        write_gguf(folder / "model.gguf", vocabulary)
        (folder / "vocabulary.json").write_text(json.dumps(vocabulary))
        options = dict(PLAIN, pairs=True)
        (folder / "options.json").write_text(json.dumps(dict(options, count=len(texts))))
        backend = TokenizersBackend.from_pretrained(
            folder, gguf_file="model.gguf").backend_tokenizer
        if name == "smollm":
            # Transformers forgets that these vocabularies hold no numbers but digits.
            backend.pre_tokenizer = pre_tokenizers.Sequence([
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False)])
        write_answers(folder / "answers.bin", backend, texts, options)


def encode(tokens, scores, text):
    """llama2.c's encode(): the dummy prefix, the characters or their bytes, the best merges."""
    ids, found = [1], {token: index for index, token in enumerate(tokens)}
    if text:
        ids.append(found[b" "])
    for character in text:
        character = character.encode()
        ids += [found[character]] if character in found else [byte + 3 for byte in character]
    while True:
        best = None
        for place in range(len(ids) - 1):
            merged = found.get(tokens[ids[place]] + tokens[ids[place + 1]])
            if merged is not None and (best is None or scores[merged] > scores[best[1]]):
                best = place, merged
        if best is None:
            return ids
        ids[best[0] : best[0] + 2] = [best[1]]


def llama2c(out):
    words, lines = corpus()
    vocabulary = sentencepiece_vocabulary(lines, **MODELS["llama"])
    tokens = [token.replace("\u2581", " ").encode() for token in vocabulary["tokens"]]
    tokens[1:3] = [b"\n<s>\n", b"\n</s>\n"]
    scores = vocabulary["scores"]
    with open(out / "tokenizer.bin", "wb") as file:
        file.write(struct.pack("<i", max(map(len, tokens))))
        for token, score in zip(tokens, scores):
            file.write(struct.pack("<fi", score, len(token)) + token)
    texts = lines[:150] + generate(300, words, seed=9) + ["", " ", "  a", "\n"]
    print(json.dumps({"texts": texts, "ids": [encode(tokens, scores, text) for text in texts]}))


def same(path):
    tokenizer = Tokenizer.from_file(path)
    words = ["Once", "upon", "Lily", "\u2581", "<s>", "<0x0A>"]
    texts = generate(500, words, seed=10) + ["", " ", "  a", "\n", " <s> a</s>"]
    print(json.dumps({"texts": texts, "ids": [tokenizer.encode(text).ids for text in texts]}))


if __name__ == "__main__":
    if sys.argv[1] == "same":
        same(sys.argv[2])
    elif sys.argv[1] == "llama2c":
        llama2c(pathlib.Path(sys.argv[2]))
    else:
        files(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
