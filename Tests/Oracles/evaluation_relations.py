"""Random relations and their scores: SemEval-2010 task 8's as its scorer's description defines them,
and scikit-learn's micro average without "no relation".

Prints a JSON list. Usage: evaluation_relations.py SEED CASES
"""

import json
import sys
import warnings

import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")


def base(label):
    return label.split("(")[0]


def semeval(truth, predicted, none):
    """(9+1)-way, direction taken into account: a wrong direction counts in both denominators."""
    scores = []
    for relation in sorted({base(label) for label in truth} - {none}):
        true_rows = [row for row, label in enumerate(truth) if base(label) == relation]
        guesses = [row for row, label in enumerate(predicted) if base(label) == relation]
        right = sum(truth[row] == predicted[row] for row in true_rows)
        precision = right / len(guesses) if guesses else 0
        recall = right / len(true_rows)
        f1 = 2 * precision * recall / (precision + recall) if right else 0
        scores.append((precision, recall, f1))
    means = np.mean(scores, axis=0) if scores else (0, 0, 0)
    return dict(zip(["precision_macro", "recall_macro", "f1_macro"], map(float, means)))


def case(random):
    names = ["Cause-Effect", "Message-Topic", "Part-Whole", "雇佣"][: random.integers(1, 5)]
    directed = random.random() < 0.7
    ends = ["(e1,e2)", "(e2,e1)"] if directed else [""]
    none = str(random.choice(["Other", "no_relation", "NA", "unknown"]))
    labels = [none] + [name + end for name in names for end in ends]
    rows = int(random.integers(1, 60))
    truth = random.choice(labels, size=rows)
    predicted = np.where(random.random(rows) < 0.5, truth, random.choice(labels, size=rows))
    truth, predicted = truth.tolist(), predicted.tolist()
    p, r, f, _ = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels[1:], average="micro", zero_division=0)
    expected = {
        "precision_micro": float(p), "recall_micro": float(r), "f1_micro": float(f),
        "accuracy": float(metrics.accuracy_score(truth, predicted)),
        **semeval(truth, predicted, none),
    }
    return {"labels": labels, "truth": truth, "predicted": predicted, "expected": expected}


random = np.random.default_rng(int(sys.argv[1]))
json.dump([case(random) for _ in range(int(sys.argv[2]))], sys.stdout)
