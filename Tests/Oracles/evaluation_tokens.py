"""Random tags of sentences, well-formed and not, and what seqeval and conlleval say of them.

conlleval is a Perl script of the CoNLL shared tasks; its rules are written down here, word by word
as it counts, not as spans. Prints a JSON list. Usage: evaluation_tokens.py SEED CASES
"""

import json
import random
import sys
import warnings

from seqeval import metrics, scheme
from seqeval.metrics.sequence_labeling import get_entities

warnings.filterwarnings("ignore")

SCHEMES = {
    "iob1": (scheme.IOB1, "BI"), "iob2": (scheme.IOB2, "BI"), "ioe1": (scheme.IOE1, "IE"),
    "ioe2": (scheme.IOE2, "IE"), "iobes": (scheme.IOBES, "BIES"), "bilou": (scheme.BILOU, "BILU"),
}


def sequence(chance, tags, length):
    """Tags that tend to go on with the type before."""
    result, last = [], "O"
    for _ in range(length):
        same = [tag for tag in tags if tag[2:] == last[2:] and tag != "O"]
        last = chance.choice(same) if same and chance.random() < 0.5 else chance.choice(tags)
        result.append(last)
    return result


def split(tag):
    letter, _, kind = tag.partition("-")
    return letter, kind


def conll_end(before, kind_before, now, kind):
    if (before, now) in {("B", "B"), ("B", "O"), ("I", "B"), ("I", "O"), ("E", "E"), ("E", "I"),
                         ("E", "O")}:
        return True
    return before not in "O." and kind_before != kind


def conll_start(before, kind_before, now, kind):
    if (before, now) in {("B", "B"), ("I", "B"), ("O", "B"), ("O", "I"), ("E", "E"), ("E", "I"),
                         ("O", "E")}:
        return True
    return now not in "O." and kind_before != kind


def conlleval(truth, predicted):
    right = wanted = given = 0
    going = False
    last = ("O", "", "O", "")
    words = [pair for t, p in zip(truth, predicted) for pair in [*zip(t, p), ("O", "O")]]
    for true_tag, predicted_tag in words:
        true_now, guess_now = split(true_tag), split(predicted_tag)
        true_last, guess_last = last[:2], last[2:]
        true_ends = conll_end(*true_last, *true_now)
        guess_ends = conll_end(*guess_last, *guess_now)
        if going:
            if true_ends and guess_ends and true_last[1] == guess_last[1]:
                going = False
                right += 1
            elif true_ends != guess_ends or true_now[1] != guess_now[1]:
                going = False
        true_starts = conll_start(*true_last, *true_now)
        guess_starts = conll_start(*guess_last, *guess_now)
        going = going or (true_starts and guess_starts and true_now[1] == guess_now[1])
        wanted += true_starts
        given += guess_starts
        last = (*true_now, *guess_now)
    precision = right / given if given else 0
    recall = right / wanted if wanted else 0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    return {"precision_conlleval": precision, "recall_conlleval": recall, "f1_conlleval": f1}


def seqeval(truth, predicted, average, suffix, **mode):
    settings = dict(average=average, zero_division=0, **mode)
    return {
        f"precision{suffix}": float(metrics.precision_score(truth, predicted, **settings)),
        f"recall{suffix}": float(metrics.recall_score(truth, predicted, **settings)),
        f"f1{suffix}": float(metrics.f1_score(truth, predicted, **settings)),
    }


def case(chance):
    name = chance.choice(list(SCHEMES))
    rules, letters = SCHEMES[name]
    kinds = chance.sample(["PER", "LOC", "A-B", "组织", "x"], chance.randint(1, 4))
    tags = ["O"] + [f"{letter}-{kind}" for kind in kinds for letter in letters]
    truth, predicted = [], []
    for _ in range(chance.randint(1, 6)):
        true_tags = sequence(chance, tags, chance.randint(1, 9))
        noise = chance.choice([0, 0.1, 0.4])
        truth.append(true_tags)
        predicted.append(
            [chance.choice(tags) if chance.random() < noise else tag for tag in true_tags])
    expected = {"accuracy": float(metrics.accuracy_score(truth, predicted))}
    any_entity = any(get_entities(tags) for tags in truth + predicted)
    expected |= seqeval(truth, predicted, "micro", "")
    if any_entity:
        expected |= seqeval(truth, predicted, "macro", "_macro")
        expected |= seqeval(truth, predicted, "weighted", "_weighted")
    strict = scheme.Entities(truth + predicted, rules)
    if strict.unique_tags:
        expected |= seqeval(truth, predicted, "micro", "_strict", mode="strict", scheme=rules)
    expected |= conlleval(truth, predicted)
    return {
        "scheme": name, "tags": tags, "truth": truth, "predicted": predicted,
        "expected": expected,
        "entities": [[[kind, first, last + 1] for kind, first, last in get_entities(tags)]
                     for tags in truth],
        "strict": [[[entity.tag, entity.start, entity.end] for entity in sentence]
                   for sentence in scheme.Entities(truth, rules).entities],
        "text": metrics.classification_report(truth, predicted, zero_division=0)
        if any_entity else None,
    }


chance = random.Random(int(sys.argv[1]))
json.dump([case(chance) for _ in range(int(sys.argv[2]))], sys.stdout)
