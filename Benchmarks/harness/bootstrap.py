"""How sure a difference of accuracies is."""

import random


def interval(differences, resamples=2000, level=0.95, seed=1):
    """The bootstrap interval of a mean difference between two sides that answered the same rows.

    `differences`: for each training seed, for each row, 1 where only ours is right, -1 where only theirs is, else 0.
    Seeds are drawn with replacement, then rows within each: both the luck of a run and the choice of rows are in the
    interval. (Percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993.)
    """
    source = random.Random(seed)
    means = []
    for _ in range(resamples):
        drawn = source.choices(differences, k=len(differences))
        means.append(mean([mean(source.choices(rows, k=len(rows))) for rows in drawn]))
    means.sort()
    tail = (1 - level) / 2
    return means[round(tail * (resamples - 1))], means[round((1 - tail) * (resamples - 1))]


def mean(values):
    return sum(values) / len(values)
