"""Real data as both sides read them: training and test rows of each task, the same files for both.

The sets lie in ../shared/data, each with its SOURCE.txt; they are not part of the project.
"""

import csv
import json
import random
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from harness.places import DEMO_DATA, PROJECT

SHARED = PROJECT.parent / "shared" / "data"


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reviews(folder):
    """The demo's film reviews: positive or negative."""
    for name in ("train", "test"):
        rows = table(DEMO_DATA / f"{name}.csv")
        write(folder / f"{name}.jsonl", [{"text": row["text"], "label": row["label"]} for row in rows])


def intents(folder):
    """CLINC150: 150 intents of English requests, every fifth training row, every third test row."""
    write(folder / "train.jsonl", table(SHARED / "clinc150_en" / "train.csv")[::5])
    write(folder / "test.jsonl", table(SHARED / "clinc150_en" / "test.csv")[::3])


def pairs(folder):
    """OCNLI (few-shot edition): whether one Chinese sentence follows from another."""
    source = SHARED / "fewclue_ocnli_zh"
    rows = lines(source / "test_public.jsonl")
    kept = [{"text": row["sentence1"], "pair": row["sentence2"], "label": row["label"]} for row in rows]
    write(folder / "train.jsonl", kept[:1000])
    write(folder / "test.jsonl", kept[2000:])


def regression(folder):
    """How positive people found 4,200 tweets, -4 to 4: the ratings in the source of vaderSentiment (PyPI)."""
    rows = tweets()
    random.Random(1).shuffle(rows)
    write(folder / "train.jsonl", rows[:1600])
    write(folder / "test.jsonl", rows[3400:])


def tweets():
    """The rated tweets, from the archive within the package's source."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", scratch,
             "vaderSentiment==3.3.2"], check=True)
        with tarfile.open(next(Path(scratch).glob("*.tar.gz"))) as package:
            inner = next(one for one in package.getmembers() if one.name.endswith("hutto_ICWSM_2014.tar.gz"))
            with tarfile.open(fileobj=package.extractfile(inner)) as files:
                rated = next(one for one in files.getmembers() if one.name.endswith("tweets_GroundTruth.txt"))
                text = files.extractfile(rated).read().decode("utf-8", "replace")
    rows = [line.split("\t") for line in text.splitlines() if line.count("\t") >= 2]
    return [{"text": row[2], "label": float(row[1])} for row in rows if row[2].strip()]


def tokens(folder):
    """WNUT-17: emerging entities in English social media, 1,600 training sentences."""
    for name, source in (("train", "train"), ("test", "test")):
        text = (SHARED / "wnut17_en" / f"{source}.conll").read_text(encoding="utf-8")
        sentences = re.split(r"\n[ \t]*\n", text.strip())[:1600]
        (folder / f"{name}.conll").write_text("\n\n".join(sentences) + "\n", encoding="utf-8")


def relations(folder):
    """SemEval-2010 task 8: how two marked nouns are related, a quarter of the training rows."""
    for name in ("train", "test"):
        rows = lines(SHARED / "semeval2010_task8_en" / f"{name}.jsonl")
        write(folder / f"{name}.jsonl", rows[: 2000 if name == "train" else 1400])


def articles():
    data = json.loads((SHARED / "xquad_en_zh" / "xquad.en.json").read_text(encoding="utf-8"))["data"]
    return data[:16], data[40:]


def answers(folder):
    """XQuAD, English: questions on Wikipedia's paragraphs, 16 articles to learn from, 8 to be judged by."""
    for name, part in zip(("train", "test"), articles()):
        text = json.dumps({"version": "1.1", "data": part}, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def questions(part):
    """Every question with its paragraph."""
    for article in part:
        for paragraph in article["paragraphs"]:
            for one in paragraph["qas"]:
                yield one["question"], paragraph["context"]


def embeddings(folder):
    """XQuAD, English: the paragraph that answers a question, among all of the test articles."""
    for name, part in zip(("train", "test"), articles()):
        write(folder / f"{name}.jsonl", [{"anchor": one, "positive": other} for one, other in questions(part)])


def ranking(folder):
    """XQuAD, English: the paragraph that answers a question, among four."""
    source = random.Random(2)
    for name, part in zip(("train", "test"), articles()):
        paragraphs = sorted({context for _, context in questions(part)})
        rows = []
        for question, context in questions(part):
            documents = source.sample([one for one in paragraphs if one != context], 3)
            documents.insert(source.randrange(len(documents) + 1), context)
            rows.append({
                "query": question, "documents": documents,
                "labels": [int(one == context) for one in documents]})
        write(folder / f"{name}.jsonl", rows[::2] if name == "train" else rows)


def choice(folder):
    """XDailyDialog, English: what is said next in a conversation, among four utterances."""
    source = random.Random(3)
    for name, part in (("train", "en_dev"), ("test", "en_test")):
        text = (SHARED / "xdailydialog_en_zh" / f"{part}.tsv").read_text(encoding="utf-8")
        talks = [[one.strip() for one in line.split("\t")[0].split("__eou__") if one.strip()]
                 for line in text.splitlines()]
        said = sorted({one for talk in talks for one in talk})
        rows = []
        for talk in talks:
            for place in range(1, min(len(talk), 3)):
                wrong = source.sample([one for one in said if one not in talk], 3)
                right = source.randrange(4)
                wrong.insert(right, talk[place])
                rows.append({"question": " ".join(talk[:place]), "choices": wrong, "label": right})
        write(folder / f"{name}.jsonl", rows[:400])


MAKERS = {
    "reviews": reviews, "intents": intents, "pairs": pairs, "regression": regression, "tokens": tokens,
    "relations": relations,
    "answers": answers, "embeddings": embeddings, "choice": choice, "ranking": ranking,
}


def make(task, folder):
    """Writes the files of a task, once."""
    if not (folder / "made").exists():
        folder.mkdir(parents=True, exist_ok=True)
        MAKERS[task](folder)
        (folder / "made").touch()
    return Path(folder)
