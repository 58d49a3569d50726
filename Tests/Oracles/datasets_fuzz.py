"""Makes random CSV and JSON texts and says what Python's csv and json modules read in each.

Usage: datasets_fuzz.py csv|json COUNT SEED
Prints a JSON list of {"text": ..., "rows": ... or null when Python refuses the text}.
"""

import csv
import io
import json
import random
import sys

kind, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
draw = random.Random(seed)
csv.field_size_limit(1 << 30)


def csv_case():
    pieces = ['"', '""', ",", "\n", "\r\n", "\r", "a", " ", "é", "中文", "👍", "longer text here"]
    if draw.random() < 0.5:
        text = "".join(draw.choice(pieces) for _ in range(draw.randrange(1, 30)))
    else:
        buffer = io.StringIO()
        writer = csv.writer(
            buffer,
            quoting=draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
            lineterminator=draw.choice(["\n", "\r\n"]),
        )
        for _ in range(draw.randrange(1, 5)):
            writer.writerow(
                ["".join(draw.choice(pieces) for _ in range(draw.randrange(0, 12))) for _ in range(3)]
            )
        text = buffer.getvalue()
    try:
        return text, list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return text, None


def unique(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def refuse(constant):
    raise ValueError(constant)


def json_case():
    value = {"text": "".join(chr(draw.choice([34, 92, 10, 9, 0, 97, 233, 0x4E2D, 0x1F44D, 47]))
                             for _ in range(draw.randrange(0, 12)))}
    for key in draw.sample(["a", "b", "c d", "é"], draw.randrange(0, 4)):
        value[key] = draw.choice([1, -2.5e-7, True, None, [1, "x", {"y": []}], {"z": {"w": "v"}}, ""])
    text = json.dumps(value, ensure_ascii=draw.random() < 0.5,
                      indent=None, separators=draw.choice([(",", ":"), (", ", " : ")]))
    if draw.random() < 0.6:
        place = draw.randrange(len(text))
        text = text[:place] + draw.choice(["", '"', "\\", "{", "}", ",", ":", "0", "-", "e", " ", "\t"]) \
            + text[place + draw.randrange(0, 2):]
    try:
        read = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
        found = read.get("text") if isinstance(read, dict) else None
        surrogate = isinstance(found, str) and any(0xD800 <= ord(c) < 0xE000 for c in found)
        return text, [[found]] if isinstance(found, str) and not surrogate else None
    except (ValueError, AttributeError):
        return text, None


cases = [csv_case() if kind == "csv" else json_case() for _ in range(count)]
json.dump([{"text": text, "rows": rows} for text, rows in cases], sys.stdout)
