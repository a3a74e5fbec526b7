"""Fit a StandardScaler by chunks, with clear errors for columns that it cannot scale."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils.sparsefuncs import min_max_axis

from skdense._arrays.missing import HasShape, Sliceable, has_missing
from skdense._arrays.overflow import beyond_range
from skdense.engine.typing import Array, Matrix

# Rows of a call of `partial_fit`.
CHUNK = 4_096


def fit_scaler(
    scaler: StandardScaler,
    values: Sliceable,
    weight: Array | None,
    name: str,
    origin: Array | None = None,
) -> None:
    """Update a scaler with more rows; ValueError if a column cannot be scaled.

    The error names the argument, and the position of the column in it, which `origin` gives if
    the argument has other columns than `values`.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in _rows_of(values):
            # in float64, as squares of large and of small numbers are out of range of float32
            part = values[rows].astype(np.float64)
            try:
                _update(scaler, part, None if weight is None else weight[rows])
            except OverflowError as error:
                raise ValueError(
                    f"sample_weight is too far from the weights that fit saw to scale {name}; "
                    "check its scale."
                ) from error
    vanished = scaler.var_ == 0
    if vanished.any():
        vanished &= _varies(values)
    unusable = np.flatnonzero(vanished | ~np.isfinite(scaler.var_))
    if unusable.size:
        column = unusable[0]
        position = column if origin is None else origin[column]
        raise beyond_range(name, "variance", position, vanished[column])


def _update(scaler: StandardScaler, part: Matrix, weight: Array | None) -> None:
    """Update a scaler, except for columns of which all values in `part` are missing."""
    zeros, ones = np.zeros(part.shape[1]), np.ones(part.shape[1])
    known = getattr(scaler, "var_", None) is not None
    before = (scaler.mean_, scaler.var_, scaler.scale_) if known else (zeros, zeros, ones)
    scaler.partial_fit(part, sample_weight=weight)
    if isinstance(part, np.ndarray) and has_missing(part):
        blank = np.isnan(part).all(axis=0)
        for learnt, old in zip((scaler.mean_, scaler.var_, scaler.scale_), before, strict=True):
            learnt[blank] = old[blank]


def _rows_of(values: HasShape) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, values.shape[0], CHUNK))


def _varies(values: Sliceable) -> Array:
    """Return a bool for each column: whether its values differ."""
    if sparse.issparse(values):
        smallest, largest = min_max_axis(values, axis=0)
        return np.asarray(largest != smallest)
    parts = [values[rows] for rows in _rows_of(values)]
    smallest = np.fmin.reduce([np.fmin.reduce(part, axis=0) for part in parts])
    largest = np.fmax.reduce([np.fmax.reduce(part, axis=0) for part in parts])
    return np.asarray(largest > smallest)
