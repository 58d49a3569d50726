"""Random answers and their scores by the published definitions of SQuAD 1.1, SQuAD 2.0 and CMRC 2018.

The words of CMRC's mixed segmentation are NLTK's. Prints a JSON list.
Usage: evaluation_answers.py SEED CASES
"""

import collections
import json
import random
import re
import string
import sys

from nltk.tokenize import NLTKWordTokenizer

ENGLISH = [
    "The", "a", "an", "the", "Norman", "kings", "king's", "U.S.", "1066", "3,000", "don't", "é",
    "e\u0301", "a\u0301", "(The", "theory)", "half-a-mile", "\u00a0", "  ", "an\u2014other", "Ünïcode",
    "$5", "the,", "¿a?", "ﬁn", "x²", "_a_", "über-the", "\t", "İs", "?", "...", "",
]
CHINESE = [
    "光荣", "和", "ω-force", "村雨城", "，", "。", "《", "》", "……", "1999年", "3.14%", "U.S.", "can't",
    "cannot", "gonna", "it's", "they'll", "\"quoted\"", "'90s", "(A)", "A.", "1,000", "a,b", "é", "?",
    "!", "\u2014", "\u2014\u2014", "-", "+", "Wi-Fi", "C++", "$5", "rock 'n' roll", "dogs'", "  ", " ",
    "x²", "「", "」", "don't.", "wanna go", "...", "‘", "’", "“", "”", "»", "«", "''", "龥", "龦", "ＡＢＣ",
    "more'n", "'tis", "d'ye", ";", ":", "n't", "<b>", "[1]", "{x}", "#1", "@", "&",
]
PUNCTUATION = set("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
words_of = NLTKWordTokenizer().tokenize


def squad_words(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def squad(answers, given, version):
    if version == 2:
        answers = [answer for answer in answers if squad_words(answer)] or [""]
    exact = f1 = 0
    mine = squad_words(given)
    for answer in answers:
        theirs = squad_words(answer)
        exact = max(exact, int(theirs == mine))
        shared = sum((collections.Counter(theirs) & collections.Counter(mine)).values())
        if version == 2 and not (theirs and mine):
            f1 = max(f1, int(theirs == mine))
        elif shared:
            f1 = max(f1, 2 * shared / (len(theirs) + len(mine)))
    return exact, f1


def mixed(text):
    pieces, other = [], ""
    for c in text.lower().strip():
        if c in PUNCTUATION:
            continue
        if "\u4e00" <= c <= "\u9fa5":
            pieces += words_of(other) + [c]
            other = ""
        else:
            other += c
    return pieces + words_of(other)


def longest_run(first, second):
    best = 0
    for start in range(len(first)):
        for end in range(start + best + 1, len(first) + 1):
            run = first[start:end]
            if any(run == second[at:at + len(run)] for at in range(len(second) - len(run) + 1)):
                best = end - start
            else:
                break
    return best


def cmrc(answers, given):
    plain = lambda text: "".join(c for c in text.lower().strip() if c not in PUNCTUATION)
    f1 = 0
    for answer in answers:
        theirs, mine = mixed(answer), mixed(given)
        run = longest_run(theirs, mine)
        if run:
            f1 = max(f1, 2 * run / (len(theirs) + len(mine)))
    return int(any(plain(answer) == plain(given) for answer in answers)), f1


def best_threshold(gains, unanswerable):
    total = best = unanswerable
    threshold = 0.0
    for null, gain in sorted(gains, key=lambda pair: pair[0]):
        total += gain
        if total > best:
            best, threshold = total, null
    return best / len(gains), threshold


def mean(values):
    return sum(values) / len(values) if values else None


def summary(rules, rows, threshold):
    kept = [((0, 0) if row["answers"] else (1, 1)) if row["null"] > threshold else row["raw"]
            for row in rows]
    scores = {"exact": mean([s[0] for s in kept]), "f1": mean([s[1] for s in kept])}
    if rules != "squad2":
        return scores
    for side, prefix in [(True, "has_ans"), (False, "no_ans")]:
        chosen = [s for s, row in zip(kept, rows) if bool(row["answers"]) == side]
        scores |= {f"{prefix}_exact": mean([s[0] for s in chosen]),
                   f"{prefix}_f1": mean([s[1] for s in chosen])}
    none = sum(not row["answers"] for row in rows)
    for place, name in enumerate(["exact", "f1"]):
        gains = [(row["null"], row["raw"][place] if row["answers"] else -1 if row["given"] else 0)
                 for row in rows]
        scores[f"best_{name}"], scores[f"best_{name}_thresh"] = best_threshold(gains, none)
    return scores


def case(chance):
    rules = chance.choice(["squad1", "squad2", "cmrc"])
    vocabulary = CHINESE if rules == "cmrc" else ENGLISH
    glue = "" if rules == "cmrc" and chance.random() < 0.7 else " "
    text = lambda: glue.join(chance.choice(vocabulary) for _ in range(chance.randint(0, 6)))
    rows = []
    for _ in range(chance.randint(1, 12)):
        answers = [text() for _ in range(chance.randint(0 if rules == "squad2" else 1, 3))]
        given = chance.choice(answers) if answers and chance.random() < 0.4 else text()
        if chance.random() < 0.4:
            given = given + glue + chance.choice(vocabulary)
        raw = cmrc(answers, given) if rules == "cmrc" else squad(answers, given, int(rules[-1]))
        rows.append({"answers": answers, "given": given, "raw": raw,
                     "null": chance.choice([-2.5, -1.0, 0.25, 0.5, 3.0, chance.randint(-9, 9) / 8])})
    threshold = chance.choice([-1.0, 0.0, 0.5, 99.0])
    return {"rules": rules, "rows": rows, "threshold": threshold,
            "expected": summary(rules, rows, threshold)}


chance = random.Random(int(sys.argv[1]))
json.dump([case(chance) for _ in range(int(sys.argv[2]))], sys.stdout)
