"""Percentile bootstrap intervals of scipy, for rows that come on standard input."""

import json
import sys

import numpy as np
from scipy import stats
from sklearn import metrics

data = json.load(sys.stdin)
truth = np.array(data["references"])
scores = np.array(data["scores"])
measures = {
    "accuracy": lambda t, s: metrics.accuracy_score(t, s >= 0.5),
    "f1": lambda t, s: metrics.f1_score(t, s >= 0.5),
    "mcc": lambda t, s: metrics.matthews_corrcoef(t, s >= 0.5),
    "roc_auc": metrics.roc_auc_score,
    "average_precision": metrics.average_precision_score,
    "pearson": lambda t, s: stats.pearsonr(t, s)[0],
    "spearman": lambda t, s: stats.spearmanr(t, s)[0],
    "mse": metrics.mean_squared_error,
    "r2": metrics.r2_score,
}
result = {}
for name in data["measures"]:
    interval = stats.bootstrap(
        (truth, scores), measures[name], paired=True, vectorized=False, method="percentile",
        n_resamples=data["resamples"], confidence_level=0.9, random_state=0,
    ).confidence_interval
    result[name] = [float(interval.low), float(interval.high)]
json.dump(result, sys.stdout)
