"""From a checked table to the float matrix that the network is fed with."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils import gen_batches
from sklearn.utils.sparsefuncs import inplace_column_scale

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

    def transform(self, X: Any, dtype: np.dtype[Any]) -> Any:
        assert self.scaler is not None
        if sparse.issparse(X) and not self.scaler.with_mean:
            matrix = X.copy()
            inplace_column_scale(matrix, 1 / self.scaler.scale_)
            return matrix.astype(dtype, copy=False)
        return self._centered(X, dtype)

    def _centered(self, X: Any, dtype: np.dtype[Any]) -> Array:
        assert self.scaler is not None
        mean = self.scaler.mean_ if self.scaler.with_mean else 0.0
        matrix = np.empty(X.shape, dtype)
        with np.errstate(over="ignore"):
            for rows in gen_batches(X.shape[0], CHUNK):
                part = X[rows].toarray() if sparse.issparse(X) else X[rows]
                # in float64, so that float32 does not round a large mean away
                part = np.subtract(part, mean, dtype=np.float64)
                np.divide(part, self.scaler.scale_, out=matrix[rows], casting="same_kind")
        return matrix


def fit_scaler(scaler: StandardScaler, values: Any, weight: Array | None, name: str) -> None:
    """Take more rows into a scaler, or say which argument cannot be scaled."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaler.partial_fit(values, sample_weight=weight)
    unbounded = np.flatnonzero(~np.isfinite(scaler.scale_))
    if unbounded.size:
        raise ValueError(
            f"{name} cannot be standardized: the variance of column {unbounded[0]} is beyond "
            f"the range of {values.dtype}; divide {name} by a large number first."
        )


COLUMNS: dict[str | None, type[Columns]] = {"standard": StandardColumns, None: PlainColumns}
