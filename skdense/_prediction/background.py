"""The rows of a training table that explanations compare others with."""

import numpy as np
from scipy import sparse

from skdense.engine.typing import Array, Matrix

# Rows kept of a training table.
N_ROWS = 100


def background_of(X: Matrix, weight: Array | None) -> Array | None:
    """Return a sample of encoded rows, by weight; None of a sparse table.

    It is the same for the same table, and draws nothing from the estimator's random source.
    """
    if sparse.issparse(X):
        return None
    n_rows = X.shape[0]
    if n_rows <= N_ROWS:
        return np.array(X)
    p = None if weight is None else weight / weight.sum()
    chosen = np.random.default_rng(0).choice(n_rows, N_ROWS, replace=False, p=p)
    return np.array(X[np.sort(chosen)])
