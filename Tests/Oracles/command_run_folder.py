"""Reads a run folder with other people's software; prints JSON.

usage: command_run_folder.py model FOLDER   (texts as a JSON list on standard input)
           {"missing": [...], "unexpected": [...], "labels": [...], "scores": [...]}
       command_run_folder.py events FOLDER
           [{"tag": ..., "step": ..., "value": ...}, ...]
"""

import json
import sys


def model(folder):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    texts = json.load(sys.stdin)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    network, info = AutoModelForSequenceClassification.from_pretrained(
        folder, output_loading_info=True, dtype=torch.float32)
    network.eval()
    labels, scores = [], []
    with torch.no_grad():
        for text in texts:
            logits = network(**tokenizer(text, return_tensors="pt", truncation=True)).logits[0]
            best = int(logits.argmax())
            labels.append(network.config.id2label[best])
            scores.append(float(logits.softmax(0)[best]))
    return {
        "missing": sorted(info["missing_keys"]), "unexpected": sorted(info["unexpected_keys"]),
        "labels": labels, "scores": scores,
    }


def events(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    reader = EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0})
    reader.Reload()
    return [
        {"tag": tag, "step": event.step, "value": event.value}
        for tag in reader.Tags()["scalars"] for event in reader.Scalars(tag)
    ]


print(json.dumps({"model": model, "events": events}[sys.argv[1]](sys.argv[2])))
