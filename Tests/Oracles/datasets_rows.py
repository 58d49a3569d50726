"""Reads data files with Python's own csv and json modules, for DatasetsTests.

Usage: datasets_rows.py FORMAT FILE [KEY ...]
FORMAT csv: all records; tsv: fields between tabs; jsonl: the values of the keys.
Prints a JSON list of lists of strings.
"""

import csv
import json
import sys

kind, path, *keys = sys.argv[1:]
if kind == "jsonl":
    with open(path, encoding="utf-8") as file:
        objects = [json.loads(line) for line in file if line.strip()]
    rows = [[str(item[key]) for key in keys] for item in objects]
else:
    with open(path, encoding="utf-8-sig", newline="") as file:
        if kind == "csv":
            rows = list(csv.reader(file, strict=True))
        else:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
json.dump(rows, sys.stdout)
