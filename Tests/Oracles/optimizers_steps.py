"""Steps of PyTorch's optimisers and of Transformers' Adafactor, and Transformers' schedules.

Usage: optimizers_steps.py VERB, with JSON on standard input and standard output.
  steps       {"kind", "settings", "decayed", "parameters": [[…]], "shapes": [[…]], "gradients": [step][parameter][…],
              "rates": [step]}: the parameters after each step, [step][parameter][…]. Only parameters for which `decayed`
              is true get the weight decay of the settings. Optional, one for each parameter: "factors" of the rate,
              "decays" instead of the settings' (null for those), "begins", the step of the first gradient.
  schedules   [{"name", "warmup", "total", "peak", "settings"}]: the rates of every step
"""

import json
import sys

import torch
from transformers import get_scheduler
from transformers.optimization import Adafactor

torch.set_num_threads(1)

KINDS = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam, "sgd": torch.optim.SGD, "adafactor": Adafactor}


def steps(case):
    parameters = [
        torch.nn.Parameter(torch.tensor(values).reshape(shape))
        for values, shape in zip(case["parameters"], case["shapes"])]
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in case["settings"].items()}
    decay = settings.pop("weight_decay", 0.0)
    count = len(parameters)
    factors = case.get("factors") or [1.0] * count
    begins = case.get("begins") or [0] * count
    own_decays = case.get("decays") or [None] * count
    groups = [
        {"params": [parameter], "weight_decay": own if own is not None else decay if decayed else 0.0}
        for parameter, decayed, own in zip(parameters, case["decayed"], own_decays)]
    relative = settings.get("relative_step", False)
    optimizer = KINDS[case["kind"]](groups, lr=None if relative else case["rates"][0], **settings)
    results = []
    for step, (rate, gradients) in enumerate(zip(case["rates"], case["gradients"])):
        for group, factor in zip(optimizer.param_groups, factors):
            group["lr"] = None if relative else rate * factor
        for parameter, gradient, begin in zip(parameters, gradients, begins):
            parameter.grad = torch.tensor(gradient).reshape(parameter.shape) if step >= begin else None
        optimizer.step()
        results.append([parameter.detach().flatten().tolist() for parameter in parameters])
    return results


def schedules(cases):
    results = []
    for case in cases:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=case["peak"])
        scheduler = get_scheduler(
            case["name"], optimizer, num_warmup_steps=case["warmup"], num_training_steps=case["total"],
            scheduler_specific_kwargs=case["settings"])
        rates = []
        for _ in range(case["total"]):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        results.append(rates)
    return results


json.dump({"steps": steps, "schedules": schedules}[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
