"""From a checked table to the float matrix that the network is fed with."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils.sparsefuncs import inplace_column_scale, min_max_axis

from skdense.engine.layers import Array

# Rows converted at once: the float64 copy in between stays in the cache.
CHUNK = 4_096


class Columns(ABC):
    """How columns become numbers of a size that networks train well on."""

    @abstractmethod
    def update(self, X: Any, weight: Array | None) -> None:
        """Learn from the columns, or go on learning from more rows."""

    @abstractmethod
    def transform(self, X: Any, dtype: np.dtype[Any]) -> Any:
        """The matrix in `dtype`, C-contiguous or CSR."""


class PlainColumns(Columns):
    """Columns as they are."""

    def update(self, X: Any, weight: Array | None) -> None:
        pass

    def transform(self, X: Any, dtype: np.dtype[Any]) -> Any:
        with within_range("X", dtype):
            if sparse.issparse(X):
                return X.astype(dtype, copy=False)
            return np.ascontiguousarray(X, dtype)


class StandardColumns(Columns):
    """Each column less its mean and over its standard deviation; sparse ones keep their zeros."""

    def __init__(self) -> None:
        self.scaler: StandardScaler | None = None

    def update(self, X: Any, weight: Array | None) -> None:
        if self.scaler is None:
            self.scaler = StandardScaler(with_mean=not sparse.issparse(X))
        if self.scaler.with_mean == sparse.issparse(X):
            raise ValueError(
                "X changed between sparse and dense; give partial_fit every batch in the "
                "same form, or set feature_scaling=None."
            )
        fit_scaler(self.scaler, X, weight, "X")
        self._derive()

    def transform(self, X: Any, dtype: np.dtype[Any]) -> Any:
        assert self.scaler is not None
        with within_range("X", dtype):
            if sparse.issparse(X) and not self.scaler.with_mean:
                matrix = X.astype(np.float64)
                inplace_column_scale(matrix, 1 / self.scaler.scale_)
                return matrix.astype(dtype, copy=False)
            return self._centered(X, dtype)

    def _centered(self, X: Any, dtype: np.dtype[Any]) -> Array:
        matrix = np.empty(X.shape, dtype)
        for rows in _chunks(X.shape[0]):
            part = X[rows].toarray() if sparse.issparse(X) else X[rows]
            self._center(part, matrix[rows])
        return matrix

    def _center(self, X: Array, out: Array) -> None:
        if self.units32 is not None and X.dtype == out.dtype == np.float32:
            mean, lost, scale = self.units32
            np.subtract(X, mean, out)
            out -= lost
            out /= scale
        else:
            # in float64, so that float32 does not round a large mean away
            mean, scale = self._units()
            np.divide(np.subtract(X, mean, dtype=np.float64), scale, out=out, casting="same_kind")

    def _derive(self) -> None:
        self.units32 = _in_float32(*self._units())

    # What follows from the scaler need not be in a pickle.

    def __getstate__(self) -> dict[str, Any]:
        return {"scaler": self.scaler}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.scaler = state["scaler"]
        if self.scaler is not None:
            self._derive()

    def _units(self) -> tuple[Array, Array]:
        """Mean and scale of each column."""
        assert self.scaler is not None
        scale: Array = self.scaler.scale_
        return self.scaler.mean_ if self.scaler.with_mean else np.zeros_like(scale), scale


def _in_float32(mean: Array, scale: Array) -> Array | None:
    """Mean, what float32 loses of it, and scale; None if these are beyond float32.

    With both parts of the mean, float32 is as exact as float64 and takes 0.6 of its time.
    """
    limits = np.finfo(np.float32)
    # well within them, as the difference of a number and its mean may be larger than both
    if scale.min() < limits.tiny or max(scale.max(), np.abs(mean).max()) > limits.max / 100:
        return None
    rounded = mean.astype(np.float32)
    return np.array([rounded, mean - rounded, scale], np.float32)


@contextmanager
def within_range(name: str, dtype: np.dtype[Any]) -> Iterator[None]:
    """Turns an overflow into a ValueError that names the argument."""
    try:
        with np.errstate(over="raise", invalid="ignore", under="ignore"):
            yield
    except FloatingPointError as error:
        raise ValueError(
            f"{name} is beyond the range of {dtype}, in which the network computes, or too "
            "far from what fit saw; check its units, or set dtype='float64'."
        ) from error


def require_finite(prediction: Array) -> Array:
    """The prediction, or ValueError: no NaN and no infinity is ever handed out."""
    finite = np.isfinite(prediction)
    if not finite.all():
        row = int(finite.reshape(len(prediction), -1).all(axis=1).argmin())
        raise ValueError(
            f"X is so far from what fit saw that the prediction overflows, first in row "
            f"{row}; check the units of its columns. If this is what fit saw, "
            "training diverged: lower learning_rate_init."
        )
    return prediction


def fit_scaler(scaler: StandardScaler, values: Any, weight: Array | None, name: str) -> None:
    """Take more rows into a scaler, or say which argument cannot be scaled."""
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in _chunks(values.shape[0]):
            # float64: float32 has no room for the squares of large and of small numbers
            part = values[rows].astype(np.float64)
            try:
                scaler.partial_fit(part, sample_weight=None if weight is None else weight[rows])
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
        remedy = "multiply" if vanished[column] else "divide"
        raise ValueError(
            f"{name} cannot be standardized: the variance of column {column} is beyond the range "
            f"of float64; {remedy} {name} by a large number first."
        )


def _chunks(n_rows: int) -> Iterator[slice]:
    # scikit-learn's gen_batches checks its arguments for a third of a small prediction's time
    return (slice(start, start + CHUNK) for start in range(0, n_rows, CHUNK))


def _varies(values: Any) -> Array:
    """Whether a column holds different values."""
    if sparse.issparse(values):
        smallest, largest = min_max_axis(values, axis=0)
    else:
        values = np.asarray(values)
        smallest, largest = values.min(axis=0), values.max(axis=0)
    return np.asarray(largest != smallest)


COLUMNS: dict[str | None, type[Columns]] = {"standard": StandardColumns, None: PlainColumns}
