"""Swift, its C++ headers and git: present, new enough, and able to compile."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import debian
import environment
from console import SetupFailure, say
from places import SETUP, read, write_whole
from versions import OLDEST_SWIFT

PROBE = "#include <vector>\n#include <cmath>\nint main() { return std::vector<int>().size(); }\n"


def check():
    """Raises where the toolchain would fail later; a good one is asked only once."""
    swift = shutil.which("swift")
    oldest = ".".join(map(str, OLDEST_SWIFT))
    if swift is None:
        raise SetupFailure(
            "there is no `swift` on the PATH.",
            f"Install Swift {oldest} or newer from https://www.swift.org/install and put it on the"
            " PATH:\nexport PATH=/where/it/is/usr/bin:$PATH",
        )
    stamp = SETUP / "toolchain"
    known = identity(swift)
    if not read(stamp).startswith(known):
        write_whole(stamp, known + inspect(swift, oldest) + "\n")
    say(read(stamp).splitlines()[-1])


def identity(swift):
    real = Path(swift).resolve()
    facts = real.stat()
    return f"{real} {facts.st_size} {facts.st_mtime_ns} {shutil.which('git')}\n"


def inspect(swift, oldest):
    """What this toolchain is, in one line."""
    version = swift_version(swift)
    if version < OLDEST_SWIFT:
        found = ".".join(map(str, version))
        raise SetupFailure(
            f"Swift {found} is too old: the project needs {oldest} or newer ({swift}).",
            "Install a newer one from https://www.swift.org/install, or put it first on the PATH.",
        )
    beside = Path(swift).resolve().with_name("clang++")
    compiler = beside if beside.exists() else shutil.which("clang++") or "clang++"
    provide_packages(compiler)
    complaint = compiles(compiler, explain=True)
    if complaint:
        raise SetupFailure(
            f"Swift's C++ compiler cannot compile three lines of C++:\n{complaint}",
            "Install the libraries that https://www.swift.org/install lists for your system"
            " (on Debian: g++, libc6-dev) and run it again.",
        )
    return f"Swift {'.'.join(map(str, version))} ({swift})"


def provide_packages(compiler):
    """Installs what the system lacks, all at once: a person is asked one time, not three."""
    packages, reasons = [], []
    if shutil.which("git") is None:
        packages.append("git")
        reasons.append("git (Swift fetches packages with it)")
    if not compiles(compiler):
        packages += ["g++", "libc6-dev"]
        reasons.append("the C++ standard library's headers")
    package = environment.missing_package()
    if package:
        packages.append(package)
        reasons.append("Python's venv module")
    if packages:
        debian.install(packages, f"missing: {', '.join(reasons)}")


def swift_version(swift):
    try:
        text = subprocess.run(
            [swift, "--version"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupFailure(
            f"`{swift} --version` does not run: {error}.",
            "Install Swift again from https://www.swift.org/install.",
        ) from error
    found = re.search(r"Swift version (\d+)\.(\d+)(?:\.(\d+))?", text.stdout + text.stderr)
    if found is None:
        words = (text.stdout + text.stderr).strip()[-500:]
        raise SetupFailure(
            f"`{swift} --version` names no version of Swift; it says: {words or 'nothing'}",
            "Install Swift again from https://www.swift.org/install, with the libraries that the"
            " page lists for your system.",
        )
    return tuple(int(part) for part in found.groups() if part is not None)


def compiles(compiler, explain=False):
    """Whether three lines of C++ compile and link; with `explain`, the complaint when not."""
    SETUP.mkdir(exist_ok=True)
    output = SETUP / f"probe-{os.getpid()}"
    try:
        result = subprocess.run(
            [compiler, "-std=c++20", "-x", "c++", "-", "-o", output],
            input=PROBE, capture_output=True, text=True,
        )
    except OSError as error:
        return str(error) if explain else False
    finally:
        output.unlink(missing_ok=True)
    if explain:
        return "\n".join(result.stderr.splitlines()[:5]) if result.returncode else ""
    return result.returncode == 0
