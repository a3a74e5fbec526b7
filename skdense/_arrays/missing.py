"""Where values are missing, and tables a piece at a time."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from skdense.engine.typing import Array

# Cells that are converted at once: they and what comes of them stay in the cache.
CELLS = 131_072


def has_missing(X: Array) -> bool:
    """Whether there is any NaN."""
    # the smallest number is NaN if one is, and takes half the time of looking for each
    smallest = np.minimum.reduce(X, axis=None, initial=0)
    return bool(smallest != smallest)


def chunks(X: Any) -> Iterator[slice]:
    """Consecutive rows of about CELLS cells."""
    # scikit-learn's gen_batches checks its arguments for a third of a small prediction's time
    n_rows = max(1, CELLS // max(1, X.shape[1]))
    return (slice(start, start + n_rows) for start in range(0, X.shape[0], n_rows))
