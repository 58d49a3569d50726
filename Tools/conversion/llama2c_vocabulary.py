"""The tokeniser of llama2.c, a `tokenizer.bin`, as Hugging Face's `tokenizer.json`."""

import math
import struct

from .failure import ConversionFailure

SPACE = "\u2581"
SPECIAL = ("<unk>", "<s>", "</s>")


def read_vocabulary(data, origin):
    """Pieces and their scores.

    The file holds the length of the longest piece (int32), then for each its score (fp32), its length (int32) and its
    bytes. The first three are <unk>, <s> and </s> under whatever name; spaces become SentencePiece's sign for them.
    """
    pieces, scores = [], []
    position = 4
    while position < len(data):
        if len(data) - position < 8:
            raise ConversionFailure(f"{origin} is no tokeniser of llama2.c, or cut short: byte {position}.")
        score, length = struct.unpack_from("<fi", data, position)
        text = data[position + 8 : position + 8 + max(length, 0)]
        if length < 0 or len(text) < length or not math.isfinite(score):
            raise ConversionFailure(f"{origin} is no tokeniser of llama2.c, or cut short: byte {position}.")
        try:
            pieces.append(text.decode("utf-8").replace(" ", SPACE))
        except UnicodeDecodeError as error:
            raise ConversionFailure(f"{origin}: piece {len(pieces)} is not UTF-8.") from error
        scores.append(score)
        position += 8 + length
    if len(pieces) <= len(SPECIAL):
        raise ConversionFailure(f"{origin} is no tokeniser of llama2.c: it has {len(pieces)} pieces.")
    pieces[: len(SPECIAL)] = SPECIAL
    seen = set()
    for piece in pieces:
        if piece in seen:
            raise ConversionFailure(f"{origin} has the piece {piece!r} twice.")
        seen.add(piece)
    return pieces, scores


def merges(pieces, scores):
    """All pairs of pieces that make a piece, the best first.

    llama2.c always joins the two neighbours whose whole has the highest score; a list of pairs in that order does the
    same. Of one piece, and of equal scores, pairs with the longer left part come first, as Transformers sorts them.
    """
    known = set(pieces)
    pairs = []
    for index, piece in enumerate(pieces):
        for middle in range(1, len(piece)):
            left, right = piece[:middle], piece[middle:]
            if left in known and right in known:
                pairs.append(((-scores[index], -len(left), -len(right)), [left, right]))
    pairs.sort(key=lambda pair: pair[0])
    return [pair for _, pair in pairs]


def tokenizer(pieces, scores):
    """`tokenizer.json`: byte pairs with bytes for unknown characters, a space before the text, <s> in front."""
    added = [
        {"id": index, "content": piece, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True}
        for index, piece in enumerate(SPECIAL)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": SPACE}, replaced(" ", SPACE)]},
        "pre_tokenizer": None,
        "post_processor": template(),
        "decoder": {"type": "Sequence", "decoders": [
            replaced(SPACE, " "), {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": SPECIAL[0], "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
            "vocab": {piece: index for index, piece in enumerate(pieces)}, "merges": merges(pieces, scores)},
    }


def replaced(old, new):
    return {"type": "Replace", "pattern": {"String": old}, "content": new}


def template():
    """`<s> A`, and `<s> A <s> B` of a pair, as Llama's tokenisers have them."""
    def part(begin, text, segment):
        return [{"SpecialToken": {"id": begin, "type_id": segment}}, {"Sequence": {"id": text, "type_id": segment}}]

    begin = SPECIAL[1]
    return {
        "type": "TemplateProcessing", "single": part(begin, "A", 0),
        "pair": part(begin, "A", 0) + part(begin, "B", 1),
        "special_tokens": {begin: {"id": begin, "ids": [1], "tokens": [begin]}}}


def tokenizer_configuration(positions):
    """`tokenizer_config.json`."""
    unknown, begin, end = SPECIAL
    return {
        "unk_token": unknown, "bos_token": begin, "eos_token": end, "model_max_length": positions,
        # As the file says it; the class named after Llama would make stages of its own.
        "tokenizer_class": "PreTrainedTokenizerFast"}
