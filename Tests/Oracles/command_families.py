"""Tiny pre-trained models of every family, and what Transformers makes of folders that the command tuned.

usage: command_families.py make FOLDER     FOLDER/<model type>: a model without a head, with a tokenizer of its family's kind
       command_families.py read            reads {"folders": [...], "texts": [...]}, prints each folder's class, load report and
                                           probabilities of each text, computed one text at a time
"""

import json
import pathlib
import sys

import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import BPE, Unigram, WordPiece
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer, PreTrainedTokenizerFast
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

SENTENCES = [
    f"the {thing} is {word} and {other} {thing}" for thing in ("film", "movie", "story", "plot", "music")
    for word, other in [("good", "lovely"), ("bad", "dull"), ("fine", "warm"), ("poor", "weak"), ("great", "bright")]
]


def special(**roles):
    return {role: token for role, token in roles.items() if token}


def wrapped(inner, template, roles, segments=(0, 0)):
    if template:
        tokens = [(token, inner.token_to_id(token)) for token in dict.fromkeys(roles.values())]
        inner.post_processor = processors.TemplateProcessing(single=template, special_tokens=[
            pair for pair in tokens if pair[0] in template])
    return PreTrainedTokenizerFast(tokenizer_object=inner, model_max_length=64, **roles)


def word_piece():
    roles = special(unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", mask_token="[MASK]")
    inner = Tokenizer(WordPiece(unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.decoder = decoders.WordPiece()
    inner.train_from_iterator(SENTENCES, trainers.WordPieceTrainer(
        vocab_size=120, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
    return wrapped(inner, "[CLS] $A [SEP]", roles)


def byte_pairs(template, **roles):
    roles = special(**roles)
    inner = Tokenizer(BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.train_from_iterator(SENTENCES, trainers.BpeTrainer(
        vocab_size=320, special_tokens=list(dict.fromkeys(roles.values())), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return wrapped(inner, template, roles)


def unigram(template, **roles):
    roles = special(unk_token="<unk>", pad_token="<pad>", **roles)
    inner = Tokenizer(Unigram())
    inner.normalizer = normalizers.NFKC()
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.decoder = decoders.Metaspace()
    inner.train_from_iterator(SENTENCES, trainers.UnigramTrainer(
        vocab_size=80, special_tokens=list(dict.fromkeys(["<pad>", *roles.values()])), unk_token="<unk>",
        show_progress=False))
    return wrapped(inner, template, roles)


SMALL = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48, max_position_embeddings=80)
DECODER = dict(SMALL, num_key_value_heads=1, head_dim=16)
PIECES = dict(bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", mask_token="<mask>")
END = dict(bos_token="<|endoftext|>", eos_token="<|endoftext|>", unk_token="<|endoftext|>", pad_token="<|pad|>")
FAMILIES = {
    "bert": (word_piece, SMALL),
    "distilbert": (word_piece, dict(dim=32, n_layers=2, n_heads=2, hidden_dim=48, max_position_embeddings=80)),
    "electra": (word_piece, dict(SMALL, embedding_size=16)),
    "roberta": (lambda: byte_pairs("<s> $A </s>", **PIECES, pad_token="<pad>", unk_token="<unk>"), SMALL),
    "xlm-roberta": (lambda: unigram("<s> $A </s>", **PIECES), SMALL),
    "albert": (lambda: unigram("[CLS] $A [SEP]", cls_token="[CLS]", sep_token="[SEP]"), dict(SMALL, embedding_size=16)),
    "xlnet": (
        lambda: unigram("$A:0 <sep>:0 <cls>:2", cls_token="<cls>", sep_token="<sep>"),
        dict(d_model=32, n_layer=2, n_head=2, d_inner=48)),
    "gpt2": (lambda: byte_pairs(None, **END), dict(n_embd=32, n_layer=2, n_head=2, n_positions=80)),
    "llama": (lambda: byte_pairs(None, **END), DECODER),
    "mistral": (lambda: byte_pairs(None, **END), dict(DECODER, sliding_window=8)),
    "qwen2": (lambda: byte_pairs(None, **END), dict(SMALL, num_key_value_heads=1)),
    "qwen3": (lambda: byte_pairs(None, **END), DECODER),
    "t5": (
        lambda: unigram("$A </s>", eos_token="</s>"),
        dict(d_model=32, d_kv=16, d_ff=48, num_layers=2, num_heads=2, feed_forward_proj="gated-gelu")),
    "mt5": (
        lambda: unigram("$A </s>", eos_token="</s>"),
        dict(d_model=32, d_kv=16, d_ff=48, num_layers=2, num_heads=2)),
}


def make(folder):
    for kind, (tokenizer, sizes) in FAMILIES.items():
        tokens = tokenizer()
        ids = {
            f"{role}_token_id": tokens.convert_tokens_to_ids(getattr(tokens, f"{role}_token"))
            for role in ("bos", "eos", "pad") if getattr(tokens, f"{role}_token")}
        torch.manual_seed(3)
        config = AutoConfig.for_model(kind, vocab_size=len(tokens), **sizes, **ids)
        if kind in ("t5", "mt5"):
            config.decoder_start_token_id = config.pad_token_id
        model = AutoModel.from_config(config)
        with torch.no_grad():
            for value in model.parameters():
                value.add_(torch.randn_like(value) * 0.05)
        model.save_pretrained(folder / kind)
        tokens.save_pretrained(folder / kind)


def read(folder, texts):
    model, report = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    tokens = AutoTokenizer.from_pretrained(folder)
    model.eval()
    probabilities = []
    with torch.no_grad():
        for text in texts:
            encoded = tokens(text, return_tensors="pt")
            inputs = {"input_ids": encoded["input_ids"]}
            if "token_type_ids" in encoded and "token_type_ids" in tokens.model_input_names:
                inputs["token_type_ids"] = encoded["token_type_ids"]
            probabilities.append(torch.softmax(model(**inputs).logits[0], -1).tolist())
    return {
        "class": type(model).__name__, "probabilities": probabilities,
        "problems": [str(item) for key in ("missing_keys", "unexpected_keys", "mismatched_keys") for item in report[key]],
    }


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
else:
    request = json.load(sys.stdin)
    json.dump([read(folder, request["texts"]) for folder in request["folders"]], sys.stdout)
