"""Loads folders with Transformers' `AutoTokenizer` and encodes texts with each.

Standard input: {"folders": [...], "texts": [...]}. Prints a list, one entry a folder:
{"ids": ..., "starts": ..., "ends": ..., "length": ..., "special": {...}}.
"""

import json
import sys

from transformers import AutoTokenizer

request = json.load(sys.stdin)
reports = []
for folder in request["folders"]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    encodings = [tokenizer(text, return_offsets_mapping=True) for text in request["texts"]]
    reports.append({
        "ids": [encoding["input_ids"] for encoding in encodings],
        "starts": [[start for start, _ in e["offset_mapping"]] for e in encodings],
        "ends": [[end for _, end in e["offset_mapping"]] for e in encodings],
        "length": len(tokenizer),
        "special": {
            "unk_token": tokenizer.unk_token_id,
            "pad_token": tokenizer.pad_token_id,
            "cls_token": tokenizer.cls_token_id,
            "sep_token": tokenizer.sep_token_id,
            "mask_token": tokenizer.mask_token_id,
            "bos_token": tokenizer.bos_token_id,
            "eos_token": tokenizer.eos_token_id,
        },
    })
print(json.dumps(reports))
