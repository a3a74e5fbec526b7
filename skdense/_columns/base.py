"""From a checked table to the float matrix that the network is fed with."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from skdense._arrays.missing import chunks, has_missing
from skdense._arrays.overflow import within_range
from skdense._columns.expansion import Expansion
from skdense.engine.typing import Array


class Columns(ABC):
    """How columns become numbers of a size that networks train well on.

    The numbers of an `Expansion` less `center` and over `scale`, with 0, the centre, for what
    is missing; then the codes of categories as they are.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        The first table, with codes for categories and NaN for what is missing.
    n_levels : sequence of int, default=()
        Number of categories of each column, 0 for numbers; empty if there are none.

    Attributes
    ----------
    n_out : int
        Columns of the matrix.
    is_sparse : bool
        Whether the first table was.
    n_numeric : int
        How many of the first ones are numeric columns; 0 if the first table was sparse.
    n_embedded : tuple of int
        Levels of the categories whose codes come last.
    center, scale : ndarray of float
        Of each column but the codes; the scale of what never varied is infinite.
    """

    center: Array
    scale: Array

    def __init__(self, X: Any, n_levels: Sequence[int] = ()) -> None:
        self.expansion = expansion = Expansion(X, n_levels)
        self.is_sparse = sparse.issparse(X)
        self.n_numeric = 0 if self.is_sparse else len(expansion.numeric)
        self.n_embedded = tuple(expansion.n_levels[expansion.embedded].tolist())
        self.n_out = expansion.n_numbers + len(self.n_embedded)

    @abstractmethod
    def update(self, X: Any, weight: Array | None) -> None:
        """Learn from the columns, or go on learning from more rows."""

    def transform(self, X: Any, dtype: np.dtype[Any]) -> Any:
        """The matrix in `dtype`, C-contiguous or CSR."""
        with within_range("X", dtype):
            if sparse.issparse(X) and self._keeps_zeros():
                return self._scaled_entries(X, dtype)
            return self._dense(X, dtype)

    def names(self, feature_names: Sequence[str], categories: Sequence[Array] = ()) -> list[str]:
        """The names of the matrix's columns, `categories` being those of the table."""
        return self.expansion.names(feature_names, categories)

    def _keeps_zeros(self) -> bool:
        return self.expansion.is_identity

    @abstractmethod
    def _scaled_entries(self, X: Any, dtype: np.dtype[Any]) -> Any:
        """A sparse matrix whose zeros stay what they are."""

    def _dense(self, X: Any, dtype: np.dtype[Any]) -> Array:
        matrix = np.empty((X.shape[0], self.n_out), dtype)
        for rows in chunks(X):
            self._write(X[rows].toarray() if sparse.issparse(X) else X[rows], matrix[rows])
        return matrix

    def _write(self, X: Array, out: Array) -> None:
        numbers = out[:, : self.expansion.n_numbers] if self.n_embedded else out
        self._scale(self.expansion.numbers(X), numbers)
        _center_missing(numbers)
        if self.n_embedded:
            out[:, self.expansion.n_numbers :] = self.expansion.codes(X)

    @abstractmethod
    def _scale(self, X: Array, out: Array) -> None:
        """Write some rows of numbers; NaN stays."""


class PlainColumns(Columns):
    """Columns as they are."""

    def __init__(self, X: Any, n_levels: Sequence[int] = ()) -> None:
        super().__init__(X, n_levels)
        self.center = np.zeros(self.expansion.n_numbers)
        self.scale = np.ones(self.expansion.n_numbers)

    def update(self, X: Any, weight: Array | None) -> None:
        pass

    def _scaled_entries(self, X: Any, dtype: np.dtype[Any]) -> Any:
        return X.astype(dtype, copy=False)

    def _dense(self, X: Any, dtype: np.dtype[Any]) -> Array:
        if self.expansion.is_identity and not sparse.issparse(X):
            matrix = np.ascontiguousarray(X, dtype)
            if not has_missing(matrix):
                return matrix
        return super()._dense(X, dtype)

    def _scale(self, X: Array, out: Array) -> None:
        out[:] = X


def _center_missing(matrix: Array) -> None:
    """What is missing stands at the centre of its column."""
    if has_missing(matrix):
        np.copyto(matrix, 0, where=np.isnan(matrix))
