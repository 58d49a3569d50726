"""Parameter-efficient methods, as both sides are asked for them."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """One method with its settings, the same for both sides."""

    title: str
    ours: tuple  # flags of `finetune train`
    theirs: str  # what peers/tuning.py reads
    needs: str = "PEFT"  # what makes the other side's model


def method(title, flags, needs="PEFT", **settings):
    return Method(title, tuple(flags), json.dumps(settings), needs)


def lora(targets, title, base=None):
    """LoRA of rank 8, alpha 16, without dropout."""
    flags = ["--method", "lora", "--rank", 8, "--alpha", 16, "--adapter-dropout", 0, "--targets", targets]
    flags += ["--base", base] if base else []
    return method(title, flags, kind="lora", rank=8, alpha=16, targets=targets, base=base)


LORA = lora("query,value", "LoRA (rank 8, query and value)")
LORA_ALL = lora("all-linear", "LoRA (rank 8, all dense layers)")
QLORA = lora("query,value", "QLoRA (rank 8, query and value, NF4)", base="nf4")
BOTTLENECK = method(
    "bottleneck adapters (Houlsby, width 48)",
    ["--method", "bottleneck", "--placement", "houlsby", "--reduction-factor", 16],
    needs="modules of our own on Transformers' model", kind="bottleneck", reduction=16)
PREFIX = method(
    "prefix tuning (20 tokens)", ["--method", "prefix", "--virtual-tokens", 20], kind="prefix", tokens=20)
