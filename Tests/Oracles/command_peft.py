"""Loads folders of adapters with PEFT, and answers texts with them; prints JSON.

usage: command_peft.py FOLDER...   (texts as a JSON list on standard input)
           {FOLDER: {"labels": [...], "scores": [...]}, ...}
"""

import json
import sys

import torch
from peft import PeftConfig, PeftModel
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

texts = json.load(sys.stdin)
answers = {}
for folder in sys.argv[1:]:
    adapter = PeftConfig.from_pretrained(folder)
    base = AutoModelForSequenceClassification.from_pretrained(
        adapter.base_model_name_or_path, config=AutoConfig.from_pretrained(folder),
        dtype=torch.float32)
    model = PeftModel.from_pretrained(base, folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    labels, scores = [], []
    with torch.no_grad():
        for text in texts:
            logits = model(**tokenizer(text, return_tensors="pt", truncation=True)).logits[0]
            best = int(logits.argmax())
            labels.append(base.config.id2label[best])
            scores.append(float(logits.softmax(0)[best]))
    answers[folder] = {"labels": labels, "scores": scores}
print(json.dumps(answers))
