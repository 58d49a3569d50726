"""Debian's packages, where something of the system is missing."""

import os
import shutil
import subprocess

from console import SetupFailure, Step
from places import LOGS


def install(packages, reason):
    """Installs with apt-get as root or by `sudo -n`; elsewhere says what a person must type."""
    names = " ".join(packages)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise SetupFailure(
            f"{reason}, and this is not a Debian or Ubuntu system that apt-get could mend.",
            f"Install what your system calls these Debian packages: {names}. Then run it again.",
        )
    prefix = administrator()
    if prefix is None:
        raise SetupFailure(
            f"{reason}, and only an administrator can install it.",
            f"sudo apt-get install {names}\nand run it again.",
        )
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "apt.log"
    with Step(f"{reason}: installing the Debian packages {names}"):
        with open(log, "w", encoding="utf-8") as output:
            if run(prefix + command, output) and (
                run(prefix + ["apt-get", "update"], output) or run(prefix + command, output)
            ):
                raise SetupFailure(
                    f"{reason}, and apt-get could not install {names}:\n{tail(log)}",
                    f"sudo apt-get update && sudo apt-get install {names}\n"
                    "and run it again. Without a network, install them from your own mirror.",
                )


def administrator():
    """How to become root without a question: nothing as root, `sudo -n`, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"], subprocess.DEVNULL) == 0:
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive"]
    return None


def run(command, output):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
    ).returncode


def tail(log, count=4):
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "\n".join(f"  {line}" for line in lines[-count:])
