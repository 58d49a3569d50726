"""What the set-up says: one line a step, and a way out where a step fails."""

import errno
import sys
import time


class SetupFailure(Exception):
    """A step that could not be done: what happened, and what to do about it."""

    def __init__(self, what, to_do):
        super().__init__(what)
        self.what = what
        self.to_do = to_do


class NotOffered(SetupFailure):
    """What was asked for is not to be had from the index (another package may have it)."""


def say(text):
    print(f"set-up: {text}", flush=True)


class Step:
    """Says what begins, and how long it took where that was noticeable."""

    def __init__(self, text):
        self.text = text

    def __enter__(self):
        say(f"{self.text} ...")
        self.start = time.monotonic()
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            say(f"  done in {time.monotonic() - self.start:.0f} s")


def megabytes(count):
    return f"{count / 1e6:,.0f} MB"


def explain_system_error(error):
    """The failure that a person understands, for an error of the operating system."""
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SetupFailure(
            f"the disk is full{place}.",
            "Free some space (the set-up needs about 1.5 GB, the tests 3 GB) and run it again;"
            " what is complete is kept.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SetupFailure(
            f"writing is not allowed here{place}: {error.strerror}.",
            "Run it in a folder that is yours, as the user it belongs to.",
        )
    return SetupFailure(f"{error.strerror or error}{place}.", "Mend that and run it again.")


def report(failure):
    print(f"\nset-up failed: {failure.what}", file=sys.stderr)
    print("What to do:", file=sys.stderr)
    for line in failure.to_do.splitlines():
        print(f"  {line}", file=sys.stderr)
    sys.stderr.flush()
