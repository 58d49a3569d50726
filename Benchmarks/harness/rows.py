"""The rows that both sides get: random sentences of known lengths, in the order of the batches."""

import json
import math
import random
from dataclasses import dataclass
from pathlib import Path

from .places import DEMO_MODEL

SHORTEST, LONGEST = 4, 256
LABELS = ["negative", "positive"]
TAGS = ["O", "O", "O", "B-place", "I-place", "O", "B-person"]
QUESTION_WORDS = 10
# What `finetune train --task` calls each kind of rows.
TASKS = {"text": "text-classification", "tokens": "token-classification", "answers": "question-answering"}


@dataclass
class Rows:
    """A file of rows, and the tokens of each row, batch by batch."""

    path: Path
    batches: list  # for each batch the lengths of its rows, special tokens included
    size: tuple  # ("sequences", 16) or ("tokens", 2048): the setting that cuts the file into these batches
    task: str = "text"  # what the rows are for: a key of TASKS

    @property
    def counts(self):
        """The rows of each batch."""
        return [len(batch) for batch in self.batches]

    def tokens(self, first=0, last=None):
        return sum(map(sum, self.batches[first:last]))


def log_normal(mean, longest=LONGEST, shortest=SHORTEST, sigma=0.6):
    """Draws lengths as texts have them: many short ones, few long ones, the mean as given (before limits)."""
    return lambda source: min(
        longest, max(shortest, round(source.lognormvariate(math.log(mean) - sigma**2 / 2, sigma))))


def batches_of_sequences(count, size, length, seed=7, ordered=True):
    """Lengths of `count` batches of `size` rows each.

    `ordered`: rows of like lengths share a batch, and the batches are shuffled. That is the best setting of a side that
    pads, and costs one that does not pad nothing.
    """
    source = random.Random(seed)
    lengths = [length(source) for _ in range(count * size)]
    if ordered:
        lengths.sort()
    batches = [lengths[first : first + size] for first in range(0, len(lengths), size)]
    if ordered:
        source.shuffle(batches)
    return batches


def batches_of_tokens(count, limit, length, seed=7):
    """Lengths of `count` batches of exactly `limit` tokens each, rows of like lengths together, batches shuffled.

    What would be left empty in a batch is added to its rows, a token each: so the batches are the same for everyone who
    fills each as far as the limit allows, whatever comes next in the file.
    """
    source = random.Random(seed)
    mean = sum(length(source) for _ in range(1000)) / 1000
    lengths = sorted(length(source) for _ in range(round(1.1 * count * limit / mean) + 64))
    batches, batch = [], []
    for one in lengths:
        if sum(batch) + one > limit:
            missing = limit - sum(batch)
            batches.append([old + missing // len(batch) + (place < missing % len(batch))
                            for place, old in enumerate(batch)])
            batch = []
        batch.append(one)
    # Every batch stands for the whole range of lengths: of those that there are, equally spaced ones.
    chosen = [batches[place * len(batches) // count] for place in range(count)]
    source.shuffle(chosen)
    return chosen


def text_row(words, place):
    return {"text": " ".join(words), "label": LABELS[place % 2]}


def tokens_row(words, place):
    return {"tokens": words, "tags": [TAGS[(place + word) % len(TAGS)] for word in range(len(words))]}


def answers_row(words, place):
    # The separator between question and context is a token too.
    question, context = words[:QUESTION_WORDS], words[QUESTION_WORDS + 1 :]
    first = place % len(context)
    return {
        "id": str(place), "question": " ".join(question), "context": " ".join(context),
        "answers": {"text": [context[first]], "answer_start": [len(" ".join(context[:first] + [""]))]}}


ROWS = {"text": text_row, "tokens": tokens_row, "answers": answers_row}


def known_words(folder):
    """Words that a model's tokenizer makes one token of, and the special tokens that it adds to a text."""
    own = folder / "words.txt"
    if own.exists():
        return own.read_text(encoding="utf-8").split(), 0
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return [word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 2], 2


def write(path, batches, size, task="text", seed=11, model=DEMO_MODEL):
    """Writes rows of these lengths as JSON Lines. Every word is one token, so the lengths are exact."""
    source = random.Random(seed)
    words, special = known_words(model)
    with open(path, "w", encoding="utf-8") as file:
        for batch in batches:
            for place, tokens in enumerate(batch):
                chosen = [source.choice(words) for _ in range(tokens - special)]
                file.write(json.dumps(ROWS[task](chosen, place)) + "\n")
    return Rows(Path(path), batches, size, task)
