"""Writes a BERT-base of random weights: 12 layers, 768 wide, 30,522 tokens. Argument: the folder."""

import sys

import torch
from transformers import BertConfig, BertModel

torch.manual_seed(7)
BertModel(BertConfig()).save_pretrained(sys.argv[1])
