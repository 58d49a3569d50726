"""Calibration errors by their definitions, and the temperature that scipy finds.

Reads {"confidences", "correct", "bins", "logits", "references", "classes"} on standard input.
"""

import json
import sys

import numpy as np
from scipy import optimize, special

data = json.load(sys.stdin)


def errors(confidences, correct, bins):
    edges = np.linspace(0, 1, bins + 1)
    # Open below and closed above; 0 belongs to the first bin.
    place = np.clip(np.searchsorted(edges, confidences, side="left") - 1, 0, bins - 1)
    gaps, weights, counts = [], [], []
    for number in range(bins):
        chosen = place == number
        counts.append(int(chosen.sum()))
        if chosen.any():
            gaps.append(abs(confidences[chosen].mean() - correct[chosen].mean()))
            weights.append(chosen.mean())
    order = np.lexsort((correct, confidences))
    adaptive = 0.0
    for part in np.array_split(order, bins):
        if len(part):
            gap = abs(confidences[part].mean() - correct[part].mean())
            adaptive += gap * len(part) / len(order)
    return {
        "expected": float(np.dot(gaps, weights)), "adaptive": adaptive,
        "maximum": float(max(gaps)), "counts": counts,
        "brier": float(np.mean((confidences - correct) ** 2)),
    }


logits = np.array(data["logits"], np.float32).astype(float).reshape(-1, data["classes"])
rows = np.arange(len(logits))
truth = np.array(data["references"])


def exclusive(temperature):
    return -special.log_softmax(logits / temperature, axis=1)[rows, truth].mean()


hot = truth[:, None] == np.arange(data["classes"])


def independent(temperature):
    scaled = logits / temperature
    return np.mean(np.where(hot, -special.log_expit(scaled), -special.log_expit(-scaled)))


def fit(loss):
    best = optimize.minimize_scalar(
        lambda exponent: loss(np.exp(exponent)), bounds=(np.log(0.01), np.log(100)),
        method="bounded", options={"xatol": 1e-10})
    return {"temperature": float(np.exp(best.x)), "before": float(loss(1)),
            "after": float(best.fun)}


def calibration(temperature):
    probabilities = special.softmax(logits / temperature, axis=1)
    return errors(
        probabilities.max(axis=1), (probabilities.argmax(axis=1) == truth).astype(float),
        data["bins"])["expected"]


chosen = fit(exclusive)
json.dump({
    **errors(np.array(data["confidences"], np.float32).astype(float),
             np.array(data["correct"], float), data["bins"]),
    "exclusive": chosen, "independent": fit(independent),
    "errorBefore": calibration(1), "errorAfter": calibration(chosen["temperature"]),
}, sys.stdout)
