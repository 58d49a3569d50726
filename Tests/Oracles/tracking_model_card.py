"""What huggingface_hub and PyYAML read in a model card, as JSON."""

import json
import sys

import yaml
from huggingface_hub import ModelCard

with open(sys.argv[1], encoding="utf-8") as file:
    content = file.read()
card = ModelCard(content)
matter = yaml.safe_load(content.split("---\n")[1])
results = [
    {
        "type": result.metric_type, "value": result.metric_value, "task": result.task_type,
        "dataset": result.dataset_name, "split": result.dataset_split,
    }
    for result in card.data.eval_results or []
]
json.dump({
    "base_model": card.data.base_model, "pipeline_tag": card.data.pipeline_tag,
    "model_name": card.data.model_name, "results": results, "keys": list(matter),
    "language": card.data.language, "license": card.data.license,
}, sys.stdout)
