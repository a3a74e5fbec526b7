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
    center, unit = _units(values[kept], weight[kept])
    sums = level_sums(codes, n_codes, values, weight, folds, center, unit)
    return statistics_of(sums, center, unit)


def level_sums(
    codes: Array,
    n_codes: int,
    values: Array,
    weight: Array,
    folds: Array,
    center: Array,
    unit: Array,
) -> Array:
    """Return sums over the rows of each fold and level, which add up over parts of a table.

    The arguments are those of `level_statistics`, with a center and a unit of each number, in
    which values are small, so that their squares are exact.

    Returns
    -------
    sums : ndarray of shape (1 + 2 * n_means, FOLDS, n_codes)
        Of the weights; then of the numbers; then of their squares.
    """
    kept = folds < FOLDS
    places, weight = folds[kept] * n_codes + codes[kept], weight[kept]
    values = (values[kept] - center) / unit
    numbers = [np.ones(len(values)), *values.T, *(values * values).T]
    sums = [np.bincount(places, weight * v, minlength=FOLDS * n_codes) for v in numbers]
    return np.array(sums).reshape(-1, FOLDS, n_codes)


def statistics_of(sums: Array, center: Array, unit: Array) -> Array:
    """Return what `level_statistics` does, from the sums of all rows."""
    # each fold's row has the sum of the others, the last row that of all
    count, *others = (1 - np.eye(FOLDS + 1, FOLDS)) @ sums
    totals, squares = others[: len(center)], others[len(center) :]
    means = [
        c + u * _shrunk_mean(count, total, square)
        for c, u, total, square in zip(center, unit, totals, squares, strict=True)
    ]
    # comparable to a count of the rows in all folds but one
    count[FOLDS] *= (FOLDS - 1) / FOLDS
    return np.stack([*means, np.log1p(count)], axis=-1)


def _units(values: Array, weight: Array) -> tuple[Array, Array]:
    """Return a center and a unit of each column, in which it is within -1 and 1 around 0."""
    center = np.average(values, axis=0, weights=weight)
    unit = np.abs(values - center).max(axis=0)
    unit[unit == 0] = 1
    return center, unit


def _shrunk_mean(count: Array, total: Array, squares: Array) -> Array:
    """Return the mean of each level, shrunk towards that of all levels.

    It is the empirical Bayes estimate of scikit-learn's `TargetEncoder`, from Micci-Barreca
    (2001), "A preprocessing scheme for high-cardinality categorical attributes in classification
    and prediction problems". Each row of the arguments is a set of levels of its own.
    """
    mean, variance = _moments(count, total, squares)
    of_all = (sums.sum(axis=1, keepdims=True) for sums in (count, total, squares))
    prior, spread = _moments(*of_all)
    between = count * spread
    both = between + variance
    trust = np.divide(between, both, out=np.zeros_like(both), where=both > 0)
    return trust * mean + (1 - trust) * prior


def _moments(count: Array, total: Array, squares: Array) -> tuple[Array, Array]:
    """Return means and variances, 0 without rows."""
    n = np.where(count > 0, count, 1)
    mean = total / n
    return mean, np.maximum(squares / n - mean**2, 0)
