"""From a checked table to the float matrix that the networks take."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from skdense._arrays.missing import Sliceable, chunks, has_missing
from skdense._arrays.overflow import within_range
from skdense._columns.expansion import Expansion
from skdense._columns.target_encoding import TargetEncoding
from skdense.engine.typing import CSR, Array, DType, Matrix


class Columns(ABC):
    """Transform columns to a scale that networks train well on.

    A `TargetEncoding` may append statistics to a table, which are numbers like others. `center`
    is subtracted from the numbers of an `Expansion`, which are then divided by `scale`; missing
    values become 0, the center. The codes of categories follow, unchanged.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        The first table, encoded as `Expansion` says.
    n_levels : sequence of int, default=()
        Number of categories of each column, 0 for numeric columns; empty if all are numeric.
    encoding : TargetEncoding or None, default=None
        The rare levels of the columns that it encodes are pooled.

    Attributes
    ----------
    n_in, n_out : int
        Number of columns of the table and of the matrix.
    is_sparse : bool
        Whether the first table was sparse.
    n_numeric : int
        Number of numeric columns of the table, which come first, before any statistics; 0 if
        the first table was sparse.
    n_embedded : tuple of int
        Number of codes of each categorical column whose codes come last.
    center, scale : ndarray of float
        For each column except the codes; the scale of a constant column is infinite.
    """

    center: Array
    scale: Array

    def __init__(
        self, X: Matrix, n_levels: Sequence[int] = (), encoding: TargetEncoding | None = None
    ) -> None:
        self.encoding = encoding = encoding or TargetEncoding((), 0, 0)
        n_more, self.n_in = encoding.n_columns, X.shape[1]
        self.expansion = expansion = Expansion(X, n_levels, encoding.positions, n_more)
        self.is_sparse = sparse.issparse(X)
        self.n_numeric = 0 if self.is_sparse else len(expansion.numeric) - n_more
        self.n_embedded = tuple(expansion.n_codes)
        self.n_out = expansion.n_numbers + len(self.n_embedded)

    @abstractmethod
    def update(self, X: Sliceable, weight: Array | None) -> None:
        """Learn center and scale, or update them with more rows, from `encoding`."""

    def transform(self, X: Matrix, dtype: DType) -> Matrix:
        """Return the matrix of new rows in `dtype`, C-contiguous or CSR."""
        return self.matrix(self.encoding.of_new(X), dtype)

    def matrix(self, X: Sliceable, dtype: DType) -> Matrix:
        """Return the matrix of rows from `encoding`."""
        with within_range("X", dtype):
            if sparse.issparse(X) and self._keeps_zeros():
                return self._scaled_entries(X, dtype)
            return self._dense(X, dtype)

    @property
    def origin(self) -> Array:
        """Position in the table of the column behind each column of the matrix."""
        of_numbers, positions = self.expansion.origin, self.expansion.embedded
        table = np.append(np.arange(self.n_in), self.encoding.origin)
        return np.asarray(table[np.append(of_numbers, positions)], int)

    def names(self, feature_names: Sequence[str], categories: Sequence[Array] = ()) -> list[str]:
        """Return the names of the matrix's columns; `categories` are those of the table."""
        names = [*feature_names, *self.encoding.names(feature_names)]
        return self.expansion.names(names, categories)

    def _keeps_zeros(self) -> bool:
        return self.expansion.is_identity

    @abstractmethod
    def _scaled_entries(self, X: Any, dtype: DType) -> CSR:
        """Return a sparse matrix with its entries scaled, and its zeros kept."""

    def _dense(self, X: Sliceable, dtype: DType) -> Array:
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
        """Write the scaled numbers of some rows to `out`; keep NaN."""


class PlainColumns(Columns):
    """Columns without scaling."""

    def __init__(
        self, X: Matrix, n_levels: Sequence[int] = (), encoding: TargetEncoding | None = None
    ) -> None:
        super().__init__(X, n_levels, encoding)
        self.center = np.zeros(self.expansion.n_numbers)
        self.scale = np.ones(self.expansion.n_numbers)

    def update(self, X: Sliceable, weight: Array | None) -> None:
        pass

    def _scaled_entries(self, X: Any, dtype: DType) -> CSR:
        return X.astype(dtype, copy=False)

    def _dense(self, X: Sliceable, dtype: DType) -> Array:
        if self.expansion.is_identity and not sparse.issparse(X):
            matrix = np.ascontiguousarray(X, dtype)
            if not has_missing(matrix):
                return matrix
        return super()._dense(X, dtype)

    def _scale(self, X: Array, out: Array) -> None:
        out[:] = X


def _center_missing(matrix: Array) -> None:
    """Replace NaN with 0, the center of its column, in place."""
    if has_missing(matrix):
        np.copyto(matrix, 0, where=np.isnan(matrix))
