"""A StandardScaler that learns from chunks, and says what it cannot scale."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils.sparsefuncs import min_max_axis

from skdense._arrays.missing import has_missing
from skdense._arrays.overflow import beyond_range
from skdense.engine.typing import Array

# Rows that a scaler learns from at once.
CHUNK = 4_096


def fit_scaler(
    scaler: StandardScaler,
    values: Any,
    weight: Array | None,
    name: str,
    origin: Array | None = None,
) -> None:
    """Take more rows into a scaler, or say which argument cannot be scaled.

    `origin` is the position of each column in that argument, if it is another there.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in _rows_of(values):
            # float64: float32 has no room for the squares of large and of small numbers
            part = values[rows].astype(np.float64)
            try:
                _take_in(scaler, part, None if weight is None else weight[rows])
            except OverflowError as error:
                raise ValueError(
                    f"sample_weight is too far from what fit saw to scale {name}; check its unit."
                ) from error
    vanished = scaler.var_ == 0
    if vanished.any():
        vanished &= _varies(values)
    unusable = np.flatnonzero(vanished | ~np.isfinite(scaler.var_))
    if unusable.size:
        column = unusable[0]
        position = column if origin is None else origin[column]
        raise beyond_range(name, "variance", position, vanished[column])


def _take_in(scaler: StandardScaler, part: Any, weight: Array | None) -> None:
    """More rows; a column of which all is missing leaves its mean and variance as they were."""
    zeros, ones = np.zeros(part.shape[1]), np.ones(part.shape[1])
    known = getattr(scaler, "var_", None) is not None
    before = (scaler.mean_, scaler.var_, scaler.scale_) if known else (zeros, zeros, ones)
    scaler.partial_fit(part, sample_weight=weight)
    if not sparse.issparse(part) and has_missing(part):
        blank = np.isnan(part).all(axis=0)
        for learnt, old in zip((scaler.mean_, scaler.var_, scaler.scale_), before, strict=True):
            learnt[blank] = old[blank]


def _rows_of(values: Any) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, values.shape[0], CHUNK))


def _varies(values: Any) -> Array:
    """Whether a column holds different values."""
    if sparse.issparse(values):
        smallest, largest = min_max_axis(values, axis=0)
        return np.asarray(largest != smallest)
    parts = [values[rows] for rows in _rows_of(values)]
    smallest = np.fmin.reduce([np.fmin.reduce(part, axis=0) for part in parts])
    largest = np.fmax.reduce([np.fmax.reduce(part, axis=0) for part in parts])
    return np.asarray(largest > smallest)
