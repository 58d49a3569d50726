"""The project's own Python environment `.venv`, and pip in it."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from collections import deque

import debian
from console import NotOffered, SetupFailure, Step
from places import ENVIRONMENT, LOGS, ROOT, need_space, read, remove_folder, write_whole
from versions import OLDEST_PYTHON

MARK = ENVIRONMENT / ".made-by-finetune"
PYTHON = ENVIRONMENT / "bin" / "python"


def check_python(oldest=OLDEST_PYTHON, purpose="libtorch's wheel"):
    if sys.version_info[:2] < oldest:
        found = f"{sys.version_info.major}.{sys.version_info.minor}"
        needed = ".".join(map(str, oldest))
        raise SetupFailure(
            f"Python {found} is too old: {purpose} needs {needed} or newer ({sys.executable}).",
            f"Name a newer one: make PYTHON=python{needed} ...",
        )


def make():
    """Makes `.venv` where it is missing, is not ours to keep, or was left half-made."""
    if stamp("made") and PYTHON.exists():
        return
    if ENVIRONMENT.exists() and not MARK.exists() and any(ENVIRONMENT.iterdir()):
        raise SetupFailure(
            f"{ENVIRONMENT} is already here and was not made by this set-up.",
            "Move it away (or delete it); the set-up makes its own there.",
        )
    check_python()
    need_space(ROOT, 60e6, "the Python environment .venv")
    seeded = pip_can_be_seeded()
    with Step(f"making the Python environment .venv (Python {sys.version.split()[0]})"):
        remove_folder(ENVIRONMENT)
        ENVIRONMENT.mkdir()
        MARK.touch()
        arguments = [sys.executable, "-m", "venv", str(ENVIRONMENT)]
        if not seeded:
            arguments.insert(-1, "--without-pip")
        result = subprocess.run(arguments, capture_output=True, text=True)
        if result.returncode != 0:
            raise SetupFailure(
                f"`{' '.join(arguments)}` failed:\n{(result.stderr + result.stdout).strip()}",
                "Install Python's venv and pip (Debian: sudo apt-get install python3-venv), then run"
                " it again.",
            )
        set_stamp("made", sys.version.split()[0])


def pip_can_be_seeded():
    """Whether venv can put a pip into the environment; if not, one outside must do the work."""
    if has_modules("venv", "ensurepip"):
        return True
    if has_modules("venv") and outside_pip() >= (22, 3):
        return False
    package = missing_package()
    if package is None:
        raise SetupFailure(
            f"this Python ({sys.executable}) has neither venv with ensurepip nor a pip of 22.3 or"
            " newer.",
            "Name a Python that has one of them: make PYTHON=/usr/bin/python3 ...",
        )
    debian.install([package], "missing: Python's venv module")
    if not has_modules("venv", "ensurepip"):
        raise SetupFailure(
            f"Python's venv module is still missing after {package} was installed.",
            "Name another Python that has it: make PYTHON=/path/to/python3 ...",
        )
    return True


def missing_package():
    """The Debian package without which `.venv` cannot be made; None where it can, or is, or where no package helps."""
    if PYTHON.exists() or has_modules("venv", "ensurepip"):
        return None
    if has_modules("venv") and outside_pip() >= (22, 3):
        return None
    of_the_system = os.path.realpath(sys.executable).startswith("/usr/bin/")
    return f"python3.{sys.version_info.minor}-venv" if of_the_system else None


def has_modules(*names):
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) is not None for name in names)


def outside_pip():
    """The version of the pip beside this Python; (0,) when there is none."""
    result = subprocess.run(
        [sys.executable, "-m", "pip", "--version"], capture_output=True, text=True
    )
    found = re.match(r"pip (\d+)\.(\d+)", result.stdout)
    return tuple(map(int, found.groups())) if found else (0,)


def pip_command():
    if any(ENVIRONMENT.glob("lib/python*/site-packages/pip/__main__.py")):
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def pip(*arguments, purpose):
    """Runs pip with the user's own configuration, and explains its failures."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "pip.log"
    log.unlink(missing_ok=True)
    environment = {
        **os.environ,
        # An environment has no user site, and nobody is there to answer.
        "PIP_USER": "0",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    on_screen = sys.stdout.isatty()
    command = [*pip_command(), *arguments, "--log", str(log)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=None if on_screen else subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", env=environment,
    )
    complaints = deque(maxlen=60)
    reader = threading.Thread(target=lambda: complaints.extend(process.stderr))
    reader.start()
    try:
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        reader.join()
    if status != 0:
        raise explain(purpose, "".join(complaints), log)


def explain(purpose, complaint, log):
    """Why pip failed, in words of what to do."""
    last = [line for line in complaint.splitlines() if line.strip()][-3:]
    what = f"{purpose}: pip failed.\n" + "\n".join(f"  {line.strip()[:400]}" for line in last)
    everything = f"\nAll that pip said is in {log}."
    for pattern, to_do in REASONS:
        if re.search(pattern, complaint, re.IGNORECASE):
            return SetupFailure(what, to_do + everything)
    if re.search("No matching distribution|Could not find a version", complaint):
        return NotOffered(what, NOT_OFFERED + everything)
    return SetupFailure(what, "Mend what pip names, and run it again." + everything)


NOT_OFFERED = (
    "pip's index has no such package for this Python and this machine. If it is your own mirror,"
    " add the\npackage to it (python3 -m pip config list shows pip's settings). torch has wheels for"
    " 64-bit Linux\n(glibc 2.28 or newer) and CPython 3.10 and newer; a very new Python may not have"
    " them yet: name\nanother one (make PYTHON=python3.12 ...), or use an installed libtorch"
    " (LIBTORCH=/folder)."
)

REASONS = (
    (
        r"No space left on device|Disk quota exceeded",
        "The disk is full. Free some space (the set-up needs about 1.5 GB, the tests 3 GB; pip"
        " unpacks\nin TMPDIR, so that folder needs room too) and run it again; what is complete"
        " is kept.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSL: ",
        "The package index's certificate is not trusted here. Behind a company proxy, name its"
        " certificates:\nexport PIP_CERT=/path/to/certificates.pem   and run it again.",
    ),
    (
        r"\b(401|403|407)\b.*(error|Unauthorized|Forbidden|Proxy)|Cannot connect to proxy",
        "The package index or the proxy refuses. Check pip's settings (python3 -m pip config"
        " list) and\nHTTPS_PROXY, then run it again.",
    ),
    (
        r"name resolution|Name or service not known|NewConnectionError|Network is unreachable"
        r"|Connection refused|ConnectTimeout|ReadTimeout|Read timed out|No route to host"
        r"|Connection reset|RemoteDisconnected|nodename nor servname",
        "There is no way to the package index. Connect to the network, or give pip its proxy or"
        " mirror:\nexport HTTPS_PROXY=http://proxy:port   or   export PIP_INDEX_URL="
        "https://mirror/simple\nand run it again. Without any network: put the wheels into a"
        " folder and export\nPIP_NO_INDEX=1 PIP_FIND_LINKS=/that/folder; or use an installed"
        " PyTorch: LIBTORCH_USE_PYTORCH=1.",
    ),
    (
        r"No module named pip",
        "Install pip (Debian: sudo apt-get install python3-pip python3-venv) and run it again.",
    ),
)


def stamp(name):
    """What a finished step wrote down about itself; empty when it was never finished."""
    return read(ENVIRONMENT / f".finetune-{name}").strip()


def set_stamp(name, text):
    write_whole(ENVIRONMENT / f".finetune-{name}", text.strip() + "\n")


def clear_stamp(name):
    (ENVIRONMENT / f".finetune-{name}").unlink(missing_ok=True)


def distributions():
    """Names and versions of what is installed, as pip lists them."""
    result = subprocess.run(
        [*pip_command(), "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True, text=True,
    )
    found = json.loads(result.stdout) if result.returncode == 0 else []
    return {item["name"].lower().replace("_", "-"): item["version"] for item in found}
