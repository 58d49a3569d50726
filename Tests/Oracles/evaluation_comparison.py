"""Paired tests of scipy: binomtest, permutation_test and bootstrap.

Reads {"pairs": [[wins, losses]], "first", "second", "tinyFirst", "tinySecond", "firstCounts",
"secondCounts"} on standard input; counts are rows of found, predicted, expected.
"""

import itertools
import json
import sys

import numpy as np
from scipy import stats

data = json.load(sys.stdin)
first, second = np.array(data["first"]), np.array(data["second"])
tiny = np.array(data["tinyFirst"]), np.array(data["tinySecond"])


def difference(one, other, axis=-1):
    return other.mean(axis=axis) - one.mean(axis=axis)


def f1(counts):
    found, predicted, expected = counts.sum(axis=0)
    return 2 * found / (predicted + expected) if predicted + expected else 0.0


def exact_f1(one, other):
    """Every exchange of rows, one after another."""
    observed = f1(other) - f1(one)
    extreme = 0
    choices = list(itertools.product([False, True], repeat=len(one)))
    for choice in choices:
        swap = np.array(choice)[:, None]
        found = f1(np.where(swap, one, other)) - f1(np.where(swap, other, one))
        extreme += abs(found) >= abs(observed) - 1e-12
    return extreme / len(choices)


def permutation(samples, resamples):
    return float(stats.permutation_test(
        samples, difference, permutation_type="samples", n_resamples=resamples,
        vectorized=True, rng=np.random.default_rng(1)).pvalue)


interval = stats.bootstrap(
    (first, second), difference, paired=True, vectorized=True, method="percentile",
    n_resamples=4000, rng=np.random.default_rng(2)).confidence_interval
counts = np.array(data["firstCounts"]), np.array(data["secondCounts"])
draws = np.random.default_rng(3).integers(0, len(counts[0]), size=(4000, len(counts[0])))
drawn = [f1(counts[1][d]) - f1(counts[0][d]) for d in draws]
json.dump({
    "mcNemar": [
        float(stats.binomtest(w, w + l, 0.5).pvalue) if w + l else 1.0 for w, l in data["pairs"]],
    "permutation": permutation((first, second), 20000),
    "exactPermutation": permutation(tiny, np.inf),
    "exactF1": exact_f1(counts[0][:8], counts[1][:8]),
    "interval": [float(interval.low), float(interval.high)],
    "intervalF1": [float(v) for v in np.percentile(drawn, [2.5, 97.5])],
}, sys.stdout)
