"""Random numbers, and what scikit-learn and scipy say of them.

Prints a JSON list of cases with ties, constant sides and single rows.
Usage: evaluation_regression.py SEED CASES
"""

import json
import sys
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics

warnings.filterwarnings("ignore")


def number(value):
    value = float(value)
    return value if np.isfinite(value) else None


def case(random):
    rows = int(random.choice([1, 2, 3, 10, 100, 400]))
    truth = random.normal(size=rows) * random.choice([1, 1e-3, 1e3]) + random.choice([0, 5, 1e4])
    predicted = truth + random.normal(size=rows) * random.choice([0.1, 1, 100])
    if random.random() < 0.4:
        truth, predicted = np.round(truth), np.round(predicted)
    if random.random() < 0.1:
        predicted[:] = 2.5
    if random.random() < 0.1:
        truth[:] = 1.5
    if random.random() < 0.1:
        predicted = truth.copy()
    varied = rows > 1 and np.ptp(truth) > 0 and np.ptp(predicted) > 0
    expected = {
        "mse": metrics.mean_squared_error(truth, predicted),
        "rmse": metrics.root_mean_squared_error(truth, predicted),
        "mae": metrics.mean_absolute_error(truth, predicted),
        "r2": metrics.r2_score(truth, predicted) if rows > 1 else np.nan,
        "pearson": stats.pearsonr(truth, predicted)[0] if varied else np.nan,
        "spearman": stats.spearmanr(truth, predicted)[0] if varied else np.nan,
    }
    return {
        "predictions": predicted.tolist(), "references": truth.tolist(),
        "expected": {name: number(value) for name, value in expected.items()},
    }


random = np.random.default_rng(int(sys.argv[1]))
json.dump([case(random) for _ in range(int(sys.argv[2]))], sys.stdout)
