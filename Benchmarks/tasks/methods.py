"""The methods whose scores are compared, with the settings of each: one table for both sides."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """A method with its settings."""

    title: str
    flags: tuple = ()  # ours
    rate: float | None = None  # learning rate; the task's own when left out
    theirs: str | None = None  # what peers/tuning.py reads, where the other side has it too


def lora(targets):
    return json.dumps({"kind": "lora", "rank": 8, "alpha": 16, "targets": targets})


LORA = ("--method", "lora", "--rank", "8", "--alpha", "16", "--adapter-dropout", "0", "--targets")
METHODS = {
    "full": Method("all weights"),
    "lora": Method("LoRA, query and value", (*LORA, "query,value"), 2e-3, lora("query,value")),
    "lora-all": Method("LoRA, all dense layers", (*LORA, "all-linear"), 1e-3, lora("all-linear")),
    "dora": Method("DoRA, all dense layers", (*LORA, "all-linear", "--dora"), 1e-3),
    "adalora": Method("AdaLoRA, all dense layers", ("--method", "adalora", "--targets", "all-linear"), 2e-3),
    "vera": Method("VeRA", ("--method", "vera"), 1e-2),
    "ia3": Method("IA³", ("--method", "ia3"), 1e-2),
    "houlsby": Method("adapters (Houlsby)", ("--method", "bottleneck", "--placement", "houlsby"), 1e-3),
    "pfeiffer": Method("adapters (Pfeiffer)", ("--method", "bottleneck", "--placement", "pfeiffer"), 1e-3),
    "prefix": Method("prefix tuning", ("--method", "prefix"), 1e-2),
    "prompt": Method("prompt tuning", ("--method", "prompt"), 3e-2),
    "p-tuning": Method("P-tuning", ("--method", "p-tuning"), 1e-3),
    "bitfit": Method("BitFit", ("--method", "bitfit"), 2e-3),
    "top-2": Method("the two top layers", ("--top-layers", "2"), None),
}
