"""Weighted quantiles of columns, ignoring missing values."""

import numpy as np

from skdense._arrays.missing import Sliceable, chunks, has_missing
from skdense.engine.typing import Array

# Quantiles are computed on copies of some columns at a time: at least BLOCK of them, and about
# BLOCK_CELLS cells.
BLOCK, BLOCK_CELLS = 16, 2**22


QUANTILES = (0, 0.25, 0.5, 0.75, 1)


ROUNDING = 1e-12


def quantiles(X: Sliceable, weight: Array | None) -> Array:
    """Return the QUANTILES of each column of a table, ignoring missing values."""
    parts, n_columns = [], max(BLOCK, BLOCK_CELLS // X.shape[0])
    for start in range(0, X.shape[1], n_columns):
        block = slice(start, start + n_columns)
        columns = np.concatenate([X[rows][:, block].T for rows in chunks(X)], axis=1)
        parts += [weighted_quantiles(column, weight) for column in columns.astype(np.float64)]
    return np.array(parts).reshape(-1, len(QUANTILES))


def weighted_quantiles(values: Array, weight: Array | None) -> Array:
    """Return the QUANTILES of a column, by the averaged inverse of its distribution function.

    So a row of weight 2 counts as two rows.
    """
    if has_missing(values):
        present = ~np.isnan(values)
        values, weight = values[present], None if weight is None else weight[present]
    if len(values) == 0:
        return np.zeros(len(QUANTILES))
    if weight is None:
        values, counts = np.sort(values), np.arange(1, len(values) + 1)
    else:
        order = np.argsort(values)
        values, counts = values[order], np.cumsum(weight[order])
    # a cumulative weight that equals a level up to rounding counts as equal
    at, last = np.array(QUANTILES) * counts[-1], len(values) - 1
    lower = np.searchsorted(counts, at * (1 - ROUNDING))
    upper = np.minimum(np.searchsorted(counts, at * (1 + ROUNDING), side="right"), last)
    return values[lower] / 2 + values[upper] / 2
