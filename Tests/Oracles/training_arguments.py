"""Prints the fields of Transformers' TrainingArguments with their defaults as YAML scalars."""

import dataclasses
import json

from transformers import TrainingArguments


def written(field):
    value = field.default
    if value is dataclasses.MISSING:
        factory = field.default_factory
        value = None if factory is dataclasses.MISSING else factory()
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    value = getattr(value, "value", value)
    return json.dumps(value) if isinstance(value, (str, list, dict)) else str(value)


print(json.dumps([
    {"name": field.name, "value": written(field)} for field in dataclasses.fields(TrainingArguments)
]))
