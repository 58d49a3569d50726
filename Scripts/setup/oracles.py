"""The reference implementations that the tests and the benchmark compare with."""

import hashlib
from pathlib import Path

import environment
import libtorch
from console import Step, say
from places import ROOT, need_space, read
from versions import OLDEST_PYTHON_OF_TESTS, TORCH

REQUIREMENTS = Path(__file__).resolve().parents[1] / "oracle-requirements.txt"


def provide():
    """Installs them into `.venv`, whose torch is the pinned one whatever the build links."""
    environment.make()
    libtorch.install_wheel()
    wanted = fingerprint()
    if environment.stamp("oracles") == wanted:
        say("reference packages (transformers, tokenizers, scikit-learn, ...) in .venv")
        return
    environment.check_python(OLDEST_PYTHON_OF_TESTS, "the tests' scikit-learn")
    need_space(ROOT, 1e9, "the tests' reference packages")
    begun = environment.stamp("oracles-begun") != ""
    environment.clear_stamp("oracles")
    environment.set_stamp("oracles-begun", wanted)
    # What an interrupted call left may be half a package that pip takes for a whole one.
    again = ["--ignore-installed"] if begun else []
    with Step(f"installing the reference packages of {REQUIREMENTS.name} (0.2 GB)"):
        environment.pip(
            "install", *again, "--prefer-binary", "-r", str(REQUIREMENTS),
            purpose="Installing the tests' reference packages",
        )
    complete_torch(again)
    environment.set_stamp("oracles", wanted)
    environment.clear_stamp("oracles-begun")


def fingerprint():
    text = f"{TORCH}\n{read(REQUIREMENTS)}"
    return hashlib.sha256(text.encode()).hexdigest()


def complete_torch(again):
    """A CUDA build's Python module loads every GPU library when it is imported; libtorch does not.

    pip takes the CPU build where the index has one, so that here only the CUDA build is offered.
    """
    if not libtorch.is_cuda_build():
        return
    say("`import torch` of the CUDA build loads all its GPU libraries, and the tests compare with")
    say("Python's torch; so for the tests (not for the demo) they are needed after all: 2.5 GB.")
    say("PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu before a first set-up avoids it.")
    need_space(ROOT, 5e9, "torch's GPU libraries")
    with Step(f"installing what torch=={TORCH} needs in Python"):
        environment.pip(
            "install", *again, "--prefer-binary", f"torch=={TORCH}",
            purpose="Installing torch's GPU libraries",
        )
