"""Where the set-up puts things, and how it puts them there: whole or not at all."""

import fcntl
import os
import shutil
import uuid
from contextlib import contextmanager
from pathlib import Path

from console import SetupFailure, megabytes, say

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / ".setup"
LOGS = SETUP / "logs"
ENVIRONMENT = ROOT / ".venv"
DEMO = ROOT / "demo"


def need_space(folder, count, purpose):
    """Refuses to begin what would fill the disk."""
    free = shutil.disk_usage(folder).free
    if free < count:
        raise SetupFailure(
            f"{purpose} needs {megabytes(count)} in {folder}, and {megabytes(free)} are free.",
            "Free some space and run it again; what is complete is kept. (The set-up needs about"
            " 1.5 GB,\nthe tests 3 GB; pip unpacks in the temporary folder: TMPDIR=/roomy/folder"
            " names another.)",
        )


def read(path):
    """A file's text, or nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""


def write_whole(path, text):
    """Writes beside the file and renames, so that an interrupted write leaves the old one."""
    if read(path) == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def remove_folder(folder):
    """Moves a folder out of the way first, so that half of it is never taken for the whole."""
    if not folder.exists() and not folder.is_symlink():
        return
    SETUP.mkdir(exist_ok=True)
    aside = SETUP / f"removed-{uuid.uuid4().hex[:8]}"
    os.rename(folder, aside)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def folder_made_whole(folder):
    """Gives an empty folder to fill, which takes its place only when everything went well."""
    beside = SETUP / f"unfinished-{folder.name}-{uuid.uuid4().hex[:8]}"
    beside.mkdir(parents=True)
    try:
        yield beside
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_folder(folder)
        os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def sweep():
    """Removes what earlier, interrupted calls left behind."""
    for left in [*SETUP.glob("removed-*"), *SETUP.glob("unfinished-*")]:
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def alone():
    """Only one set-up at a time works in this folder; a second one waits."""
    SETUP.mkdir(exist_ok=True)
    with open(SETUP / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up works in this folder; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        sweep()
        yield
