"""How a peer computes: its arguments, precision, compiler and threads. Imported before torch is."""

import argparse
import json
import os
import signal
from contextlib import nullcontext

SETTINGS = {
    "fp32": "fp32",
    "autocast": "autocast to bf16, fp32 weights",
    "weights": "bf16 weights",
}


def parser(description):
    options = argparse.ArgumentParser(description=description)
    options.add_argument("model", help="the model's folder")
    options.add_argument("--setting", choices=SETTINGS, required=True)
    options.add_argument("--threads", type=int, required=True)
    options.add_argument("--seed", type=int, default=7, help="of dropout")
    options.add_argument(
        "--compile", type=float, metavar="SECONDS",
        help="compiles the model (torch.compile), and gives up when it is not warm after so many seconds")
    return options


def start(options):
    """Sets the threads and the seed; gives torch and transformers."""
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    return torch, transformers


def precision(torch, setting):
    """What the forward pass runs in."""
    return torch.autocast("cpu", torch.bfloat16) if setting == "autocast" else nullcontext()


def converted(torch, model, setting):
    """The model with the weights of the setting."""
    return model.to(torch.bfloat16) if setting == "weights" else model


def compiled(torch, model, options, same_lengths):
    """The model as it is called: compiled where that is asked for, else itself."""
    if not options.compile:
        return model
    return torch.compile(model, dynamic=not same_lengths)


class Patience:
    """Ends the process, with JSON that says so, when the compiler takes longer than it may."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        if self.seconds:
            signal.signal(signal.SIGALRM, self.give_up)
            signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_):
        if self.seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def give_up(self, *_):
        print(json.dumps({"unfinished": f"not compiled within {self.seconds:.0f} s"}), flush=True)
        # Not an exception: the compiler catches those.
        os._exit(0)


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]
