"""The Swift packages that Package.swift names."""

import hashlib
import os
import re
import subprocess

from console import SetupFailure, Step
from debian import tail
from places import LOGS, ROOT, SETUP, read, write_whole

STAMP = SETUP / "packages"


def what_to_do(complaint):
    if re.search("build.lock|access to .*denied|Permission denied", complaint):
        return "Another user has built here: remove the file that Swift names, and run it again."
    if re.search("No space left", complaint):
        return "The disk is full. Free some space and run it again."
    if "manifest" in complaint or "no versions of" in complaint:
        return "Mend what Swift names, and run it again."
    if re.search("fetching|resolve host|unable to access|clone", complaint, re.IGNORECASE):
        return (
            "Connect to the network: the packages come from github.com with git (behind a proxy:\n"
            "git config --global http.proxy http://proxy:port). Then run it again."
        )
    return "Mend what Swift names, and run it again."


def provide():
    """Fetches them, so that a missing network is told here and not in the middle of a build."""
    manifest = ROOT / "Package.swift"
    if not manifest.exists():
        return
    wanted = hashlib.sha256(manifest.read_bytes()).hexdigest()
    if read(STAMP).strip() == wanted and (ROOT / ".build").exists():
        return
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "packages.log"
    environment = {**os.environ, "PKG_CONFIG_PATH": str(SETUP), "FINETUNE_ROOT": str(ROOT)}
    with Step("fetching the Swift packages that Package.swift names"):
        with open(log, "w", encoding="utf-8") as output:
            status = subprocess.run(
                ["swift", "package", "--package-path", str(ROOT), "resolve"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env=environment,
            ).returncode
        if status != 0:
            raise SetupFailure(
                f"`swift package resolve` failed:\n{tail(log, 6)}",
                f"{what_to_do(read(log))}\nAll that Swift said is in {log}.",
            )
    write_whole(STAMP, wanted + "\n")
