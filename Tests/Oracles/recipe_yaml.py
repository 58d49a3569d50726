"""Reads YAML from standard input with PyYAML and prints it as JSON, keys joined by points."""

import json
import sys

import yaml


def flat(value, path=""):
    if isinstance(value, dict) and not path.endswith("classWeights"):
        for key, item in value.items():
            yield from flat(item, f"{path}.{key}" if path else key)
    else:
        yield path, json.dumps(value, ensure_ascii=False, sort_keys=True)


print(json.dumps(dict(flat(yaml.safe_load(json.load(sys.stdin))))))
