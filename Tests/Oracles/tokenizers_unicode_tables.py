"""Writes Sources/Tokenizers/Unicode/UnicodeData.swift, or the answers that it is tested against.

The Rust library's stages stand on three different versions of Unicode (its general categories,
its decompositions and Rust's own lower-casing). So the tables are not taken from one version of
the standard but asked of the library itself, scalar by scalar.

  tokenizers_unicode_tables.py swift    the Swift source, on standard output
  tokenizers_unicode_tables.py answers  one line a scalar that is special in any way:
      scalar flags class lowercase decomposition (hexadecimal; lists joined by "+", "-" for none)
"""

import sys
import unicodedata

from tokenizers import normalizers, pre_tokenizers

REMOVED, WHITESPACE, PUNCTUATION, MARK = 1, 2, 4, 8


def bert(**settings):
    values = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    values.update(settings)
    return normalizers.BertNormalizer(**values)


CLEAN, STRIP = bert(clean_text=True), bert(strip_accents=True)
LOWER, NFD = normalizers.Lowercase(), normalizers.NFD()
SPLIT = pre_tokenizers.BertPreTokenizer()


def combining_class(character, decomposed):
    """The class that the library orders by: the standard's, or 0 where its tables are older."""
    value = unicodedata.combining(character)
    if value == 0 or decomposed != character:
        return 0
    if character in "\u0334\u0345":
        return value
    after = NFD.normalize_str("a" + character + "\u0334") == "a\u0334" + character
    before = NFD.normalize_str("a\u0345" + character) == "a" + character + "\u0345"
    return value if after or before else 0


def properties():
    for scalar in range(0x110000):
        if 0xD800 <= scalar < 0xE000:
            continue
        character = chr(scalar)
        flags = 0
        if CLEAN.normalize_str(character) == "":
            flags |= REMOVED
        pieces = len(SPLIT.pre_tokenize_str("a" + character + "b"))
        if pieces != 1:
            flags |= WHITESPACE if pieces == 2 else PUNCTUATION
        decomposed = NFD.normalize_str(character)
        if decomposed == character and STRIP.normalize_str(character) == "":
            flags |= MARK
        yield (
            scalar,
            flags,
            combining_class(character, decomposed),
            LOWER.normalize_str(character),
            decomposed,
        )


def joined(text):
    return "+".join(f"{ord(character):x}" for character in text)


def answers():
    for scalar, flags, order, lower, decomposed in properties():
        character = chr(scalar)
        lower = "-" if lower == character else joined(lower)
        decomposed = "-" if decomposed == character else joined(decomposed)
        if flags or order or lower != "-" or decomposed != "-":
            print(f"{scalar:x} {flags} {order} {lower} {decomposed}")


def ranges(scalars):
    result = []
    for scalar in scalars:
        if result and result[-1][1] == scalar:
            result[-1][1] = scalar + 1
        else:
            result.append([scalar, scalar + 1])
    return result


def encoded_ranges(scalars):
    """Pairs of a gap after the last range's end and a length."""
    words, position = [], 0
    for start, end in ranges(scalars):
        words += [f"{start - position:x}", f"{end - start:x}"]
        position = end
    return words


def encoded_classes(classes):
    """Triples of a gap, a length and a combining class."""
    words, position = [], 0
    items = sorted(classes.items())
    index = 0
    while index < len(items):
        start, value = items[index]
        length = 1
        while index + length < len(items) and items[index + length] == (start + length, value):
            length += 1
        words += [f"{start - position:x}", f"{length:x}", f"{value:x}"]
        position, index = start + length, index + length
    return words


def encoded_lowercase(mapping):
    """Quadruples of a gap after the last run's start, a count, a stride and a signed distance."""
    words, position = [], 0
    items = sorted(mapping.items())
    index = 0
    while index < len(items):
        start, target = items[index]
        best = (1, 1)
        for stride in (1, 2):
            count = 1
            while (
                index + count < len(items)
                and items[index + count][0] == start + count * stride
                and items[index + count][1] - items[index + count][0] == target - start
            ):
                count += 1
            if count > best[0]:
                best = (count, stride)
        count, stride = best
        distance = target - start
        sign = "-" if distance < 0 else ""
        words += [f"{start - position:x}", f"{count:x}", f"{stride:x}", f"{sign}{abs(distance):x}"]
        position, index = start, index + count
    return words


def encoded_decompositions(mapping):
    """Triples of a gap after the last scalar, the first part and the second part (0: none)."""
    words, position = [], 0
    for scalar, parts in sorted(mapping.items()):
        second = parts[1] if len(parts) > 1 else 0
        words += [f"{scalar - position:x}", f"{parts[0]:x}", f"{second:x}"]
        position = scalar
    return words


def literal(name, comment, words):
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) + 1 > 94:
            lines.append(line + " \\")
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    body = "\n".join("    " + line for line in lines)
    return f'  /// {comment}\n  static let {name} = """\n{body}\n    """\n'


def swift():
    flags = {REMOVED: [], WHITESPACE: [], PUNCTUATION: [], MARK: []}
    classes, lowercase, full = {}, {}, {}
    for scalar, bits, order, lower, decomposed in properties():
        for bit, scalars in flags.items():
            if bits & bit:
                scalars.append(scalar)
        if order:
            classes[scalar] = order
        if lower != chr(scalar) and scalar != 0x130:
            assert len(lower) == 1
            lowercase[scalar] = ord(lower)
        if decomposed != chr(scalar) and not 0xAC00 <= scalar < 0xD7A4:
            full[scalar] = decomposed
    steps = {
        scalar: [int(part, 16) for part in unicodedata.decomposition(chr(scalar)).split()]
        for scalar in full
    }

    def expand(scalar):
        if scalar not in steps:
            return chr(scalar)
        return "".join(expand(part) for part in steps[scalar])

    for scalar, decomposed in full.items():
        assert expand(scalar) == decomposed, hex(scalar)
    print("// Written by Tests/Oracles/tokenizers_unicode_tables.py, which says why; do not edit.")
    print("// All numbers are hexadecimal; a gap counts from the end of the entry before.")
    print("\n/// The Unicode properties that tokenizers see, as compact text for ``UnicodeTables``.")
    print("enum UnicodeData {")
    sections = [
        literal("removed", "Control, format, private-use scalars: gap, length.",
                encoded_ranges(flags[REMOVED])),
        literal("whitespace", "White space: gap, length.", encoded_ranges(flags[WHITESPACE])),
        literal("punctuation", "Punctuation, with all of ASCII's symbols: gap, length.",
                encoded_ranges(flags[PUNCTUATION])),
        literal("marks", "Non-spacing marks: gap, length.", encoded_ranges(flags[MARK])),
        literal("combiningClasses", "Canonical combining classes: gap, length, class.",
                encoded_classes(classes)),
        literal("lowercase", "Lower case: gap between starts, count, stride, distance.",
                encoded_lowercase(lowercase)),
        literal("decompositions", "Canonical decompositions, one step: gap, first, second or 0.",
                encoded_decompositions(steps)),
    ]
    print("\n".join(sections) + "}")


if __name__ == "__main__":
    {"swift": swift, "answers": answers}[sys.argv[1]]()
