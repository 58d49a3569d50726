"""Writes Sources/Tokenizers/Unicode/UnicodeCategoryData.swift or UnicodeCompatibilityData.swift.

As in tokenizers_unicode_tables.py, the library itself is asked: its regular expressions
(Oniguruma), its normalisers and its other pre-tokenisers stand on different versions of Unicode.

  tokenizers_unicode_categories.py categories     general categories and what else patterns use
  tokenizers_unicode_categories.py compatibility  what NFC, NFKC and NFKD need beside NFD's table
"""

import sys
import unicodedata

from tokenizers import Regex, normalizers, pre_tokenizers

from tokenizers_unicode_tables import encoded_ranges, literal

SCALARS = [chr(value) for value in range(0x110000) if not 0xD800 <= value < 0xE000]
TEXT = "".join(SCALARS)
CATEGORIES = ("Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf"
              " Cs Co").split()


def members(pattern):
    """The scalars that a pattern matches."""
    split = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return {ord(character) for piece, _ in split.pre_tokenize_str(TEXT) for character in piece}


def category_words():
    """Pairs of a length and a category's index; surrogates count as what stands before them."""
    category = {}
    for index, name in enumerate(CATEGORIES):
        if name not in ("Cn", "Cs"):
            category.update(dict.fromkeys(members(rf"\p{{{name}}}"), index))
    runs = []
    for value in range(0x110000):
        index = category.get(value, 0) if not 0xD800 <= value < 0xE000 else runs[-1][1]
        if runs and runs[-1][1] == index:
            runs[-1][0] += 1
        else:
            runs.append([1, index])
    return [f"{number:x}" for run in runs for number in run]


def words_of_regex():
    """What Rust's `regex` takes for a part of a word, as the Whitespace pre-tokeniser shows."""
    split = pre_tokenizers.Whitespace()
    return {ord(character) for character in SCALARS
            if len(split.pre_tokenize_str("a" + character + "b")) == 1}


def numbers_of_rust():
    split = pre_tokenizers.Digits(individual_digits=True)
    return {ord(character) for character in SCALARS
            if len(split.pre_tokenize_str("a" + character)) == 2}


def categories():
    letters = members(r"\p{L}") | members(r"\p{Nl}")
    print_head("UnicodeCategoryData",
               "What patterns see in Unicode scalars, as compact text for ``CharacterTable``.")
    sections = [
        literal("categories", "General categories: length, index in ``GeneralCategory``.",
                category_words()),
        literal("otherAlphabetic", "Alphabetic, and neither letter nor letter number: gap, length.",
                encoded_ranges(sorted(members(r"\p{Alphabetic}") - letters))),
        literal("otherUppercase", "Upper case beside Lu: gap, length.",
                encoded_ranges(sorted(members("[[:upper:]]") - members(r"\p{Lu}")))),
        literal("otherLowercase", "Lower case beside Ll: gap, length.",
                encoded_ranges(sorted(members("[[:lower:]]") - members(r"\p{Ll}")))),
        literal("han", "The script Han: gap, length.", encoded_ranges(sorted(members(r"\p{Han}")))),
        literal("wordDifference",
                "Where the Whitespace stage's words differ from patterns': gap, length.",
                encoded_ranges(sorted(words_of_regex() ^ members("[[:word:]]")))),
        literal("numericDifference", "Where the Digits stage differs from N: gap, length.",
                encoded_ranges(sorted(numbers_of_rust() ^ members(r"\p{N}")))),
    ]
    print("\n".join(sections) + "}")


def compatibility():
    nfd, nfkd, nfc = normalizers.NFD(), normalizers.NFKD(), normalizers.NFC()
    strip = normalizers.StripAccents()
    full, marks, excluded = [], [], []
    for character in SCALARS:
        value = ord(character)
        canonical, compatible = nfd.normalize_str(character), nfkd.normalize_str(character)
        if compatible != canonical:
            full.append((value, [ord(part) for part in compatible]))
        if strip.normalize_str(character) == "":
            marks.append(value)
        steps = unicodedata.decomposition(character).split()
        if canonical != character and len(steps) == 2:
            if nfc.normalize_str("".join(chr(int(part, 16)) for part in steps)) != character:
                excluded.append(value)
    words, position, index = [], 0, 0
    while index < len(full):
        value, parts = full[index]
        count = 1
        while (len(parts) == 1 and index + count < len(full)
               and full[index + count] == (value + count, [parts[0] + count])):
            count += 1
        words += [f"{number:x}" for number in (value - position, count, len(parts), *parts)]
        position, index = value + count, index + count
    print_head("UnicodeCompatibilityData",
               "What Unicode normalisation needs beside ``UnicodeData``, as compact text.")
    sections = [
        literal("decompositions",
                "Full compatibility decompositions: gap, run, parts, then the parts.", words),
        literal("combiningMarks", "What StripAccents removes: gap, length.", encoded_ranges(marks)),
        literal("compositionExclusions", "Pairs that do not compose: gap, length.",
                encoded_ranges(excluded)),
    ]
    print("\n".join(sections) + "}")


def print_head(name, comment):
    print("// Written by Tests/Oracles/tokenizers_unicode_categories.py, which says why;"
          " do not edit.")
    print("// All numbers are hexadecimal; a gap counts from the end of the entry before.")
    print(f"\n/// {comment}\nenum {name} {{")


if __name__ == "__main__":
    {"categories": categories, "compatibility": compatibility}[sys.argv[1]]()
