"""Random predictions, and what scikit-learn says of them.

Prints a JSON list of cases: binary, multi-class and multi-label, with ties, absent classes and
rows without labels. Usage: evaluation_classification.py SEED CASES
"""

import json
import sys
import warnings

import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")


def number(value):
    if value is None:
        return None
    value = float(value)
    return value if np.isfinite(value) else None


def averages(truth, predicted, names):
    scores = {}
    for average in names:
        p, r, f, _ = metrics.precision_recall_fscore_support(
            truth, predicted, average=average, zero_division=0)
        scores |= {f"precision_{average}": p, f"recall_{average}": r, f"f1_{average}": f}
    return scores


def single(random, classes, rows):
    present = random.choice(classes, size=random.integers(1, classes + 1), replace=False)
    truth = random.choice(present, size=rows)
    if random.random() < 0.5:  # coarse probabilities make ties
        steps = int(random.integers(2, 11))
        scores = random.multinomial(steps, np.ones(classes) / classes, size=rows) / steps
    else:
        logits = random.normal(size=(rows, classes)) * random.choice([0.5, 3])
        logits[np.arange(rows), truth] += 1
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    scores = scores.astype(np.float32).astype(np.float64)
    predicted = scores.argmax(axis=1)
    expected = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
        "mcc": metrics.matthews_corrcoef(truth, predicted),
        "cohen_kappa": metrics.cohen_kappa_score(truth, predicted),
        **averages(truth, predicted, ["macro", "micro", "weighted"]),
    }
    # scikit-learn bounds single precision at its epsilon; the sum is taken in double precision.
    bounded = np.maximum(scores, np.finfo(np.float32).eps)
    expected["log_loss"] = -np.log(bounded[np.arange(rows), truth]).mean()
    labels = list(range(classes))
    if bounded.min() == scores.min() and not np.any(scores == 1):
        theirs = metrics.log_loss(truth, scores, labels=labels)
        assert abs(theirs - expected["log_loss"]) < 1e-12
    if classes == 2:
        p, r, f, _ = metrics.precision_recall_fscore_support(
            truth, predicted, average="binary", pos_label=1, labels=labels, zero_division=0)
        expected |= {"precision": p, "recall": r, "f1": f}
        if len(set(truth)) == 2:
            expected["roc_auc"] = metrics.roc_auc_score(truth, scores[:, 1])
        else:
            expected["roc_auc"] = None
        expected["average_precision"] = metrics.average_precision_score(truth, scores[:, 1])
    else:
        hot = (truth[:, None] == np.arange(classes)).astype(int)
        expected |= ranking(hot, scores)
        if len(set(truth)) == classes:
            for name, settings in {
                "roc_auc": {"multi_class": "ovr"},
                "roc_auc_weighted": {"multi_class": "ovr", "average": "weighted"},
                "roc_auc_micro": {"multi_class": "ovr", "average": "micro"},
                "roc_auc_ovo": {"multi_class": "ovo"},
                "roc_auc_ovo_weighted": {"multi_class": "ovo", "average": "weighted"},
            }.items():
                expected[name] = metrics.roc_auc_score(truth, scores, **settings)
            for name in ["", "_weighted", "_micro"]:
                expected[f"average_precision{name}"] = metrics.average_precision_score(
                    truth, scores, average=name[1:] or "macro")
    table = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0)
    return {
        "kind": "binary" if classes == 2 else "multiclass", "classes": classes,
        "probabilities": scores.ravel().tolist(),
        "references": [[int(label)] for label in truth],
        "expected": {name: number(value) for name, value in expected.items()},
        "precision": table[0].tolist(), "recall": table[1].tolist(), "f1": table[2].tolist(),
        "support": table[3].tolist(),
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "text": text(truth, predicted, classes),
    }


def text(truth, predicted, classes):
    names = [f"class {label}" + "x" * (label * 7 % 5) for label in range(classes)]
    occurring = sorted(set(truth) | set(predicted))
    if len(occurring) < classes:
        return None  # scikit-learn leaves such classes out of its table, we show them with "-"
    if not np.any(truth == predicted):
        return None  # scikit-learn then writes the support as "2.0"
    return metrics.classification_report(
        truth, predicted, target_names=names, zero_division=0)


def ranking(hot, scores):
    """Averages over the classes that have both sides; scikit-learn's nan where it has none."""
    both = [c for c in range(hot.shape[1]) if 0 < hot[:, c].sum() < len(hot)]
    areas = np.array([metrics.roc_auc_score(hot[:, c], scores[:, c]) for c in both])
    support = hot[:, both].sum(axis=0)
    result = {
        "roc_auc": areas.mean() if both else None,
        "roc_auc_weighted": (areas * support).sum() / support.sum() if both else None,
        "roc_auc_micro":
            metrics.roc_auc_score(hot.ravel(), scores.ravel())
            if 0 < hot.sum() < hot.size else None,
    }
    for average in ["macro", "micro", "weighted"]:
        name = "average_precision" + ("" if average == "macro" else f"_{average}")
        result[name] = metrics.average_precision_score(hot, scores, average=average)
    if hot.sum() == 0:
        result["average_precision_weighted"] = None
    return {name: value for name, value in result.items() if value is not None}


def multiple(random, classes, rows):
    truth = (random.random((rows, classes)) < random.random(classes) * 0.7).astype(int)
    if random.random() < 0.4:
        truth[:, random.integers(classes)] = random.integers(2)
    scores = np.clip(random.random((rows, classes)) * 0.8 + truth * 0.2, 0, 1)
    if random.random() < 0.5:
        scores = np.round(scores * 8) / 8
    scores = scores.astype(np.float32).astype(np.float64)
    predicted = (scores >= 0.5).astype(int)
    expected = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "hamming_loss": metrics.hamming_loss(truth, predicted),
        **averages(truth, predicted, ["macro", "micro", "weighted", "samples"]),
    }
    eps = np.finfo(np.float32).eps
    expected["log_loss"] = -np.where(
        truth == 1, np.log(np.maximum(scores, eps)), np.log(np.maximum(1 - scores, eps))).mean()
    expected |= ranking(truth, scores)
    table = metrics.precision_recall_fscore_support(truth, predicted, zero_division=0)
    names = [f"class {label}" + "x" * (label * 7 % 5) for label in range(classes)]
    return {
        "kind": "multilabel", "classes": classes, "probabilities": scores.ravel().tolist(),
        "references": [[int(c) for c in np.flatnonzero(row)] for row in truth],
        "expected": {name: number(value) for name, value in expected.items()},
        "precision": table[0].tolist(), "recall": table[1].tolist(), "f1": table[2].tolist(),
        "support": table[3].tolist(), "confusion": None,
        "text": metrics.classification_report(
            truth, predicted, target_names=names, zero_division=0) if classes > 1 else None,
    }


def main():
    random = np.random.default_rng(int(sys.argv[1]))
    cases = []
    for place in range(int(sys.argv[2])):
        rows = int(random.choice([1, 2, 3, 10, 40, 150]))
        kind = place % 3
        if kind == 0:
            cases.append(single(random, 2, rows))
        elif kind == 1:
            cases.append(single(random, int(random.integers(3, 9)), rows))
        else:
            cases.append(multiple(random, int(random.integers(2, 8)), rows))
    json.dump(cases, sys.stdout)


main()
