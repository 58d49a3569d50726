"""What only the benchmark compares with: ONNX Runtime."""

import hashlib

import environment
from console import NotOffered, Step, say
from oracles import REQUIREMENTS as ORACLES
from places import ROOT, need_space, read

REQUIREMENTS = ROOT / "Benchmarks" / "requirements.txt"


def provide():
    """Installs it into `.venv`; where the index has none for this machine, the benchmark goes without."""
    wanted = fingerprint()
    if environment.stamp("peers") == wanted:
        say("the benchmark's packages (onnxruntime, ...) in .venv")
        return
    need_space(ROOT, 2e8, "the benchmark's packages")
    try:
        with Step("installing the benchmark's packages of Benchmarks/requirements.txt (60 MB)"):
            environment.pip(
                "install", "--prefer-binary", "-r", str(REQUIREMENTS), "-c", str(ORACLES),
                purpose="Installing the benchmark's packages",
            )
    except NotOffered as failure:
        say(f"the benchmark goes without ONNX Runtime: {failure.what.splitlines()[-1].strip()}")
        return
    environment.set_stamp("peers", wanted)


def fingerprint():
    return hashlib.sha256(f"{read(REQUIREMENTS)}\n{read(ORACLES)}".encode()).hexdigest()
