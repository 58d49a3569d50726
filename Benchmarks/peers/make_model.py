"""Writes a BERT classifier with two labels, the same for the same seed.

Arguments: the folder, then a pre-trained model's folder and a seed; without them it is a BERT-base of random weights
(12 layers, 768 wide, 30,522 tokens).
"""

import sys

import torch
import transformers
from transformers import BertConfig, BertForSequenceClassification

transformers.logging.set_verbosity_error()
torch.manual_seed(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
labels = {"id2label": {0: "negative", 1: "positive"}, "label2id": {"negative": 0, "positive": 1}}
if len(sys.argv) > 2:
    model = BertForSequenceClassification.from_pretrained(sys.argv[2], **labels)
else:
    model = BertForSequenceClassification(BertConfig(**labels))
model.save_pretrained(sys.argv[1])
