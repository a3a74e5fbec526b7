"""Means of numbers and counts of rows for each level of a column, also out of fold."""

import numpy as np

from skdense.engine.typing import Array

# A row that is trained on gets the statistics of the rows in the other folds.
FOLDS = 5


def folds_of(kept: Array | None, n_rows: int) -> Array:
    """Return the fold of each row; FOLDS for rows that are not among `kept`.

    The folds depend on the number of rows alone, so that a fit that goes on has the same.
    """
    rows = np.arange(n_rows) if kept is None else kept
    folds = np.full(n_rows, FOLDS)
    folds[rows] = np.random.RandomState(0).permutation(len(rows)) % FOLDS
    return folds


def level_statistics(
    codes: Array, n_codes: int, values: Array, weight: Array, folds: Array
) -> Array:
    """Return the shrunk means and the logarithm of the count of each level.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
    n_codes : int
    values : ndarray of shape (n_rows, n_means)
    weight : ndarray of shape (n_rows,)
    folds : ndarray of int of shape (n_rows,)
        From `folds_of`.

    Returns
    -------
    statistics : ndarray of shape (FOLDS + 1, n_codes, n_means + 1)
        Those for the rows of each fold, computed from the other ones, and last those for other
        rows, computed from all folds.
    """
    kept = folds < FOLDS
    codes, values, weight, folds = codes[kept], values[kept], weight[kept], folds[kept]
    # means and variances of numbers around 0 are exact, and do not overflow
    center = np.average(values, axis=0, weights=weight)
    unit = np.abs(values - center).max(axis=0)
    unit[unit == 0] = 1
    values = (values - center) / unit

    def sums(numbers: Array) -> Array:
        places = folds * n_codes + codes
        total = np.bincount(places, weight * numbers, minlength=FOLDS * n_codes)
        return (1 - np.eye(FOLDS + 1, FOLDS)) @ total.reshape(FOLDS, n_codes)

    count = sums(np.ones(len(codes)))
    means = [_shrunk_mean(count, sums(v), sums(v * v)) for v in values.T]
    # a count among all folds is made comparable to one among the others
    count[FOLDS] *= (FOLDS - 1) / FOLDS
    means = [mean * u + c for mean, u, c in zip(means, unit, center, strict=True)]
    return np.stack([*means, np.log1p(count)], axis=-1)


def _shrunk_mean(count: Array, total: Array, squares: Array) -> Array:
    """Return the mean of each level, shrunk towards that of all levels.

    It is the empirical Bayes estimate of scikit-learn's `TargetEncoder`, from Micci-Barreca
    (2001), "A preprocessing scheme for high-cardinality categorical attributes in classification
    and prediction problems". Each row of the arguments is a set of levels of its own.
    """
    known = np.where(count > 0, count, 1)
    mean, all_rows = total / known, np.maximum(count.sum(axis=1, keepdims=True), TINY)
    variance = np.maximum(squares / known - mean**2, 0)
    prior = total.sum(axis=1, keepdims=True) / all_rows
    spread = np.maximum(squares.sum(axis=1, keepdims=True) / all_rows - prior**2, 0)
    between = count * spread
    both = between + variance
    trust = np.divide(between, both, out=np.zeros_like(both), where=both > 0)
    return trust * mean + (1 - trust) * prior


TINY = np.finfo(float).tiny
