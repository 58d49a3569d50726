"""Windows over long texts as Transformers' fast tokenizers cut them.

Usage: tasks_windows.py FOLDER, with JSON on standard input and output.
Writes a tokenizer folder FOLDER/NAME for each of bert, roberta and xlnet, trained on the given texts; the answer holds, for
each of them and each request, the windows: ids, token types, offsets in Unicode scalars, the text each token comes from.
"""

import json
import os
import sys

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

SPECIAL = {
    "bert": dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]"),
    "roberta": dict(
        bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>", mask_token="<mask>", cls_token="<s>",
        sep_token="</s>"),
    "xlnet": dict(
        unk_token="<unk>", bos_token="<s>", eos_token="</s>", cls_token="<cls>", sep_token="<sep>", pad_token="<pad>",
        mask_token="<mask>"),
}


def make(name, texts):
    """A tokenizer of few tokens, with the family's stages and template."""
    special = list(dict.fromkeys(SPECIAL[name].values()))
    if name == "bert":
        inner = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        inner.normalizer = normalizers.BertNormalizer(lowercase=True)
        inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        inner.decoder = decoders.WordPiece()
        trainer = trainers.WordPieceTrainer(vocab_size=220, special_tokens=special, show_progress=False)
    elif name == "roberta":
        inner = Tokenizer(models.BPE())
        inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        inner.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False)
    else:
        inner = Tokenizer(models.Unigram())
        inner.pre_tokenizer = pre_tokenizers.Metaspace()
        inner.decoder = decoders.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=200, special_tokens=special, unk_token="<unk>", show_progress=False)
    inner.train_from_iterator(texts, trainer)
    ids = {token: inner.token_to_id(token) for token in special}
    if name == "bert":
        inner.post_processor = processors.TemplateProcessing(
            single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
            special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])])
    elif name == "roberta":
        inner.post_processor = processors.RobertaProcessing(
            ("</s>", ids["</s>"]), ("<s>", ids["<s>"]), trim_offsets=True, add_prefix_space=False)
    else:
        inner.post_processor = processors.TemplateProcessing(
            single="$A:0 <sep>:0 <cls>:2", pair="$A:0 <sep>:0 $B:1 <sep>:1 <cls>:2",
            special_tokens=[("<sep>", ids["<sep>"]), ("<cls>", ids["<cls>"])])
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, padding_side="left" if name == "xlnet" else "right", **SPECIAL[name])


def windows(tokenizer, request):
    pair = request.get("pair")
    encoded = tokenizer(
        request["text"], pair, truncation=True if pair is None else "only_second", max_length=request["length"],
        stride=request["overlap"], return_overflowing_tokens=True, return_offsets_mapping=True,
        return_token_type_ids=True)
    return [
        {
            "ids": encoded["input_ids"][place], "segments": encoded["token_type_ids"][place],
            "offsets": [list(pair) for pair in encoded["offset_mapping"][place]],
            "sequences": [-1 if part is None else part for part in encoded.sequence_ids(place)],
        }
        for place in range(len(encoded["input_ids"]))
    ]


if __name__ == "__main__":
    given = json.load(sys.stdin)
    answers = {}
    for name in SPECIAL:
        tokenizer = make(name, given["texts"])
        tokenizer.save_pretrained(os.path.join(sys.argv[1], name))
        answers[name] = [windows(tokenizer, request) for request in given["requests"]]
    json.dump(answers, sys.stdout)
