"""Makes a folder for the tests of the command: tiny pre-trained BERTs.

usage: command_tiny_bert.py FOLDER

FOLDER/model     a BERT of 2 layers, 32 wide, with tokenizer, no head; positions for 64 tokens
FOLDER/slow      the same layout, but large enough that a run of it can be interrupted
"""

import pathlib
import sys

import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

WORDS = """a an the film movie story plot actor acting scene music ending script it is was are
good great fine warm funny bright lovely superb moving clever bad poor dull weak boring awful
sad slow flat empty very quite rather not never and but or so with without of in on for to from
i you we they this that all every some none much more less ever 0 1 2 3 4 5 6 7 8 9
one two three four five red green blue black white cat dog bird tree house river""".split()
CHINESE = "好坏电影很不错差看这部真是的我喜欢讨厌无聊精彩有点太"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def vocabulary():
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".,!?'\"-"]
    tokens += WORDS + list(CHINESE)
    tokens += [letter for letter in LETTERS] + ["##" + letter for letter in LETTERS]
    return {token: place for place, token in enumerate(dict.fromkeys(tokens))}


def tokenizer():
    vocab = vocabulary()
    inner = Tokenizer(WordPiece(vocab, unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.decoder = decoders.WordPiece()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, unk_token="[UNK]", sep_token="[SEP]", pad_token="[PAD]",
        cls_token="[CLS]", mask_token="[MASK]", model_max_length=64,
    ), len(vocab)


def write(folder, hidden, layers):
    tokens, size = tokenizer()
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=size, hidden_size=hidden, num_hidden_layers=layers,
        num_attention_heads=max(2, hidden // 32), intermediate_size=2 * hidden,
        max_position_embeddings=64, initializer_range=0.1,
    )
    BertModel(config).save_pretrained(folder)
    tokens.save_pretrained(folder)


root = pathlib.Path(sys.argv[1])
write(root / "model", 32, 2)
write(root / "slow", 128, 4)
