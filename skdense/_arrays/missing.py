"""Find missing values, and split tables into chunks."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from skdense.engine.typing import Array


class HasShape(Protocol):
    """A table of any kind."""

    @property
    def shape(self) -> tuple[int, ...]: ...


class Sliceable(HasShape, Protocol):
    """A table that slices of rows index; it may compute them when indexed."""

    def __getitem__(self, rows: slice, /) -> Any: ...


# Cells that are converted at once: input and output fit in the cache.
CELLS = 131_072


def has_missing(X: Array) -> bool:
    """Whether an array has any NaN."""
    # the minimum is NaN if any number is, and takes half the time of testing each
    smallest = np.minimum.reduce(X, axis=None, initial=0)
    return bool(smallest != smallest)


def chunks(X: HasShape) -> Iterator[slice]:
    """Return slices of consecutive rows of about CELLS cells."""
    # scikit-learn's gen_batches checks its arguments for a third of a small prediction's time
    n_rows = max(1, CELLS // max(1, X.shape[1]))
    return (slice(start, start + n_rows) for start in range(0, X.shape[0], n_rows))
