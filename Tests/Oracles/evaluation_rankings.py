"""Random rankings, and similarities of pairs, and what scikit-learn and scipy say of them.

Measures that neither package has follow sentence-transformers' definitions. Prints JSON.
Usage: evaluation_rankings.py SEED CASES
"""

import json
import sys
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics

warnings.filterwarnings("ignore")
CUTOFFS = [1, 3, 5, 10]


def discounted(grades, cutoff):
    return sum(grade / np.log2(place + 2) for place, grade in enumerate(grades[:cutoff]))


def query(random, distinct):
    count = int(random.integers(1, 15))
    grades = random.choice([0, 0, 0, 1, 2, 3], size=count).astype(float)
    missed = random.choice([1.0, 2.0], size=random.integers(0, 3)) if random.random() < 0.3 else []
    scores = random.permutation(count) / 8 if distinct else random.integers(0, 4, size=count) / 4
    return {"grades": grades.tolist(), "missed": list(map(float, missed)), "scores": scores.tolist()}


def measures(query, distinct):
    scores, grades = np.array(query["scores"]), np.array(query["grades"])
    missed = query["missed"]
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    ranked = [grades[place] for place in order]
    ideal = sorted([*grades, *missed], reverse=True)
    relevant = sum(grade > 0 for grade in ideal)
    if not relevant:
        return None
    hits = [place + 1 for place, grade in enumerate(ranked) if grade > 0]
    result = {
        "mrr": 1 / hits[0] if hits else 0,
        "map": sum((number + 1) / place for number, place in enumerate(hits)) / relevant,
        "ndcg": discounted(ranked, len(ranked)) / discounted(ideal, len(ideal)),
    }
    for cutoff in CUTOFFS:
        found = [place for place in hits if place <= cutoff]
        result |= {
            f"accuracy@{cutoff}": float(bool(found)), f"precision@{cutoff}": len(found) / cutoff,
            f"recall@{cutoff}": len(found) / relevant,
            f"mrr@{cutoff}": 1 / found[0] if found else 0,
            f"map@{cutoff}": sum((number + 1) / place for number, place in enumerate(found))
            / min(cutoff, relevant),
            f"ndcg@{cutoff}": discounted(ranked, cutoff) / discounted(ideal, cutoff),
        }
    if distinct and not missed and len(grades) > 1:
        truth, given = [grades], [scores]
        result["map"] = metrics.average_precision_score(grades > 0, scores)
        result["ndcg"] = metrics.ndcg_score(truth, given)
        for cutoff in CUTOFFS:
            result[f"ndcg@{cutoff}"] = metrics.ndcg_score(truth, given, k=cutoff)
    return {name: float(value) for name, value in result.items()}


def ranking(random):
    distinct = random.random() < 0.5
    queries = [query(random, distinct) for _ in range(random.integers(1, 9))]
    found = [scores for scores in (measures(each, distinct) for each in queries) if scores]
    means = {name: float(np.mean([scores[name] for scores in found])) for name in found[0]} if found else {}
    return {"queries": queries, "without": len(queries) - len(found), "expected": means}


def similarity(random):
    rows = int(random.integers(2, 80))
    references = random.integers(0, 6, size=rows) / 5 if random.random() < 0.5 else random.normal(size=rows)
    references = references.astype(np.float32)
    predictions = (references * 0.5 + random.normal(size=rows)).astype(np.float32)
    if random.random() < 0.3:
        predictions = np.round(predictions, 0)
    pearson = stats.pearsonr(predictions.astype(float), references.astype(float))[0]
    spearman = stats.spearmanr(predictions, references)[0]
    return {
        "predictions": predictions.tolist(), "references": references.tolist(),
        "pearson": float(pearson) if np.isfinite(pearson) else None,
        "spearman": float(spearman) if np.isfinite(spearman) else None,
    }


random = np.random.default_rng(int(sys.argv[1]))
count = int(sys.argv[2])
json.dump({"rankings": [ranking(random) for _ in range(count)],
           "similarities": [similarity(random) for _ in range(count)]}, sys.stdout)
