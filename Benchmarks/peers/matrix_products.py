"""The speed of PyTorch's matrix products on large shapes, in GFLOP/s: what a model's products could reach at most.

Arguments: threads, seconds of each shape. Prints JSON: the rates by precision and shape.
"""

import json
import sys
import time

import torch

threads, budget = int(sys.argv[1]), float(sys.argv[2])
torch.set_num_threads(threads)
# Rows, inner size, columns: square ones, and a BERT-base layer's on 2,048 tokens.
SHAPES = [(2048, 2048, 2048), (3072, 3072, 3072), (4096, 4096, 4096), (2048, 768, 3072), (2048, 3072, 768)]


def best_seconds(product):
    product()
    times, end = [], time.perf_counter() + budget
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        product()
        times.append(time.perf_counter() - start)
    return min(times)


rates = {}
for name, kind in (("bf16", torch.bfloat16), ("fp32", torch.float32)):
    rates[name] = {}
    for rows, inner, columns in SHAPES:
        left = torch.randn(rows, inner).to(kind)
        # Weights lie as [outputs, inputs]; the product takes them turned, as a linear layer does.
        right = torch.randn(columns, inner).to(kind).t()
        result = torch.empty(rows, columns, dtype=kind)
        seconds = best_seconds(lambda: torch.mm(left, right, out=result))
        rates[name][f"{rows} x {inner} x {columns}"] = 2 * rows * inner * columns / seconds / 1e9
print(json.dumps(rates))
