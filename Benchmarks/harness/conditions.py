"""What ran, and where: the processor's kind, never the host's name."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from .places import FINETUNE

PACKAGES = ("torch", "transformers", "tokenizers", "onnxruntime")
INSTRUCTIONS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")


def processor():
    """The processor's name, and the instruction sets it has of those that matter here."""
    fields = {}
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    flags = (fields.get("flags", "") + " " + fields.get("Features", "")).split()
    name = fields.get("model name") or platform.processor() or platform.machine()
    return name, [instruction for instruction in INSTRUCTIONS if instruction in flags]


def has_bf16():
    """Whether the processor multiplies bf16 itself; without that, a comparison in bf16 says nothing."""
    return any("bf16" in instruction for instruction in processor()[1])


def versions():
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    found["finetune"] = subprocess.run(
        [str(FINETUNE), "version"], capture_output=True, text=True, check=True).stdout.strip()
    return found


def memory_gib():
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def load():
    """The processes that want a core, on average over the last minute."""
    return round(os.getloadavg()[0], 2)


def conditions(threads, rounds, quick):
    name, instructions = processor()
    return {
        "processor": name, "instructions": " ".join(instructions), "bf16": has_bf16(),
        "cores": os.cpu_count(), "threads": threads, "memory_gib": memory_gib(),
        "system": f"{platform.system()} {platform.machine()}", "python": platform.python_version(),
        "versions": versions(), "rounds": rounds, "quick": quick, "load_before": load(),
    }
