"""Tables of codes and missing values, and the columns that are fitted to them."""

import numpy as np

from skdense._columns.scaled import COLUMNS

NAN = np.nan
F32, F64 = np.dtype(np.float32), np.dtype(np.float64)
KINDS = list(COLUMNS)
SCALED = ["standard", "robust"]


def fitted(kind, X, n_levels=(), weight=None):
    columns = COLUMNS[kind](X, n_levels)
    columns.update(X, weight)
    return columns


def matrix(kind, X, n_levels=(), weight=None, dtype=F64):
    return fitted(kind, X, n_levels, weight).transform(X, dtype)


def with_holes(rng, shape, share=0.2):
    X = rng.standard_normal(shape) * 3 + 5
    X[rng.uniform(size=shape) < share] = NAN
    return X


def squeezed(x):
    return x / np.sqrt(1 + (x / 3) ** 2)
