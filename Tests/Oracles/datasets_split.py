"""The text-hash split in Python. Standard input: {"texts": [...], "validation": v, "test": t}.

Prints a JSON list with "train", "validation" or "test" for each text.
"""

import hashlib
import json
import sys

request = json.load(sys.stdin)


def part(text):
    head = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    unit = (head >> 11) * 2.0**-53
    if unit < request["test"]:
        return "test"
    return "validation" if unit < request["test"] + request["validation"] else "train"


json.dump([part(text) for text in request["texts"]], sys.stdout)
