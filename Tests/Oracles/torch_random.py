"""Random tensors of one seeded generator: reads ["[expression of g, ...]", "seed"] from standard input."""

import base64
import json
import sys

import torch

expression, seed = json.load(sys.stdin)
g = torch.Generator().manual_seed(int(seed))
results = []
for tensor in eval(expression):
    data = tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
    results.append({
        "type": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "bytes": base64.b64encode(data).decode(),
    })
print(json.dumps(results))
