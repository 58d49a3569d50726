"""Loss curves of Transformers' model in a plain PyTorch loop: the reference of a training run.

Reads {"runs": […]} from standard input and prints a list of {"losses", "norms", "rates"}, one for each run:
  folder        the model folder that the run starts from
  examples      [{"ids", "label" | "labels" | "value"}]
  steps         [[[place, …], …], …]: for each optimiser step its micro-batches, each the places of its examples
  optimizer     {"kind", "rate", "settings", "decay"}
  schedule      {"name", "warmup", "settings"}
  clip          the largest norm of gradients; none without it
  smoothing     label smoothing, or 0
  weights       class weights; none without it
The loss of a step is the mean over all examples of its micro-batches, whatever their sizes.
"""

import json
import sys

import torch
import torch.nn.functional as F
from transformers import AutoModelForSequenceClassification, get_scheduler
from transformers.optimization import Adafactor
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)

KINDS = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam, "sgd": torch.optim.SGD, "adafactor": Adafactor}


def batch_of(examples):
    longest = max(len(example["ids"]) for example in examples)
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, example in enumerate(examples):
        ids[row, : len(example["ids"])] = torch.tensor(example["ids"])
        mask[row, : len(example["ids"])] = 1
    return {"input_ids": ids, "attention_mask": mask}


def summed_loss(logits, examples, run):
    """The sum of the losses and what a mean divides it by, as PyTorch's `reduction="mean"` does."""
    weights = None if run.get("weights") is None else torch.tensor(run["weights"])
    if "value" in examples[0]:
        target = torch.tensor([example["value"] for example in examples])
        return F.mse_loss(logits.squeeze(-1), target, reduction="sum"), len(examples)
    if "labels" in examples[0]:
        target = torch.zeros_like(logits)
        for row, example in enumerate(examples):
            target[row, example["labels"]] = 1
        return F.binary_cross_entropy_with_logits(
            logits, target, pos_weight=weights, reduction="sum"), target.numel()
    target = torch.tensor([example["label"] for example in examples])
    divisor = len(examples) if weights is None else weights[target].sum().item()
    mean = F.cross_entropy(logits, target, weight=weights, label_smoothing=run.get("smoothing", 0))
    return mean * divisor, divisor


def curve(run):
    model, report = AutoModelForSequenceClassification.from_pretrained(
        run["folder"], output_loading_info=True, dtype=torch.float32)
    assert not report["missing_keys"] and not report["unexpected_keys"] and not report["mismatched_keys"], report
    # Dropout is off in evaluation mode; everything else of BERT is the same in both.
    model.eval()
    settings = {
        key: tuple(value) if isinstance(value, list) else value for key, value in run["optimizer"]["settings"].items()}
    decay = run["optimizer"]["decay"]
    named = list(model.named_parameters())
    is_plain = lambda name: name.endswith("bias") or "LayerNorm" in name
    groups = [
        {"params": [value for name, value in named if not is_plain(name)], "weight_decay": decay},
        {"params": [value for name, value in named if is_plain(name)], "weight_decay": 0.0}]
    optimizer = KINDS[run["optimizer"]["kind"]](groups, lr=run["optimizer"]["rate"], **settings)
    scheduler = get_scheduler(
        run["schedule"]["name"], optimizer, num_warmup_steps=run["schedule"]["warmup"],
        num_training_steps=len(run["steps"]), scheduler_specific_kwargs=run["schedule"]["settings"])

    losses, norms, rates = [], [], []
    for window in run["steps"]:
        batches = [[run["examples"][place] for place in places] for places in window]
        sums, divisor = [], 0
        for examples in batches:
            sum_, part = summed_loss(model(**batch_of(examples)).logits, examples, run)
            sums.append(sum_)
            divisor += part
        loss = sum(sums) / divisor
        loss.backward()
        limit = run.get("clip", float("inf"))
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), limit).item())
        losses.append(loss.item())
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
    return {"losses": losses, "norms": norms, "rates": rates}


json.dump([curve(run) for run in json.load(sys.stdin)["runs"]], sys.stdout)
