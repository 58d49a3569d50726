"""LSTM classifiers and taggers of plain PyTorch, over padded and packed batches.

encode FOLDER: reads cases on standard input; for each writes FOLDER/NAME/{config.json,model.safetensors} and
FOLDER/NAME.safetensors with tokens, outputs, and the gradient of each parameter.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence


class Classifier(nn.Module):
    def __init__(self, case):
        super().__init__()
        width = case["hidden_size"] * (2 if case["bidirectional"] else 1)
        self.embedding = nn.Embedding(case["vocab_size"], case["embedding_size"])
        self.lstm = nn.LSTM(
            case["embedding_size"], case["hidden_size"], num_layers=case["num_hidden_layers"], batch_first=True,
            bidirectional=case["bidirectional"],
        )
        self.classifier = nn.Linear(width, 3)

    def forward(self, sequences):
        lengths = torch.tensor([len(sequence) for sequence in sequences])
        padded = pad_sequence(sequences, batch_first=True)
        packed = pack_padded_sequence(self.embedding(padded), lengths, batch_first=True, enforce_sorted=False)
        states, (last, _) = self.lstm(packed)
        states, _ = pad_packed_sequence(states, batch_first=True)
        tokens = torch.cat([states[row, :length] for row, length in enumerate(lengths)])
        directions = 2 if self.lstm.bidirectional else 1
        return tokens, torch.cat(list(last[-directions:]), dim=-1)


def make(case, folder):
    torch.manual_seed(case["seed"])
    model = Classifier(case)
    sequences = [torch.randint(1, case["vocab_size"], (length,)) for length in case["lengths"]]
    tokens, ends = model(sequences)
    logits, tags = model.classifier(ends), model.classifier(tokens)
    probe, tag_probe = torch.randn_like(logits), torch.randn_like(tags)
    ((logits * probe).sum() + (tags * tag_probe).sum()).backward()

    home = folder / case["name"]
    home.mkdir(parents=True)
    kept = ["vocab_size", "embedding_size", "hidden_size", "num_hidden_layers", "bidirectional"]
    configuration = {"model_type": "lstm", "dropout": 0.0, **{key: case[key] for key in kept}}
    (home / "config.json").write_text(json.dumps(configuration))
    save_file({name: value.detach() for name, value in model.named_parameters()}, home / "model.safetensors")
    results = {
        "tokens": torch.cat(sequences), "lengths": torch.tensor(case["lengths"]),
        "segments": torch.zeros(sum(case["lengths"]), dtype=torch.long),
        "hidden": tokens, "logits": logits, "tags": tags, "probe": probe, "tag_probe": tag_probe,
    }
    results |= {f"gradient.{name}": value.grad for name, value in model.named_parameters()}
    save_file({name: value.detach().contiguous() for name, value in results.items()}, folder / f"{case['name']}.safetensors")


torch.set_num_threads(1)
for case in json.load(sys.stdin):
    make(case, Path(sys.argv[2]))
