"""Weights as bitsandbytes keeps them in 4 bits, and products with them.

Reads a JSON object {weight, scales, input, gradient} of stored tensors, and prints the parts of the quantised weight; and
with the codes of scales that were given, its numbers in float32 and bfloat16, and a linear layer's result and gradient of
the input, computed as `Linear4bit` does: numbers first, then a product.
"""

import base64
import json
import sys

import numpy
import torch
from bitsandbytes import functional


def tensor(stored):
    values = numpy.frombuffer(base64.b64decode(stored["bytes"]), dtype=stored["type"])
    return torch.from_numpy(values.copy()).reshape(stored["shape"])


def stored(value):
    kind = str(value.dtype).removeprefix("torch.")
    raw = value.detach().contiguous().view(-1).view(torch.uint8).numpy().tobytes()
    return {"type": kind, "shape": list(value.shape), "bytes": base64.b64encode(raw).decode()}


def main():
    request = {name: tensor(value) for name, value in json.load(sys.stdin).items()}
    codes, state = functional.quantize_4bit(request["weight"], quant_type="nf4", compress_statistics=True)
    answer = {
        "codes": codes.view(-1),
        "scales": state.absmax,
        "blockScales": state.state2.absmax,
        "offset": state.offset,
    }
    state.absmax = request["scales"]
    for kind in (torch.float32, torch.bfloat16):
        state.dtype = kind
        weight = functional.dequantize_4bit(codes, state)
        name = str(kind).removeprefix("torch.")
        answer[f"values {name}"] = weight
        rows = request["input"].detach().to(kind, copy=True).requires_grad_()
        result = torch.nn.functional.linear(rows, weight)
        result.backward(request["gradient"].to(kind))
        answer[f"result {name}"] = result
        answer[f"gradient {name}"] = rows.grad
    json.dump({name: stored(value) for name, value in answer.items()}, sys.stdout)


if __name__ == "__main__":
    main()
