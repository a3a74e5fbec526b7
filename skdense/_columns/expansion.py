"""From a checked table to columns of numbers: flags of categories and of missing values."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from skdense._arrays.missing import Sliceable, chunks, has_missing
from skdense.engine.typing import Array, Matrix

# Categorical columns of more levels keep their codes, for the network to embed.
ONE_HOT_LEVELS = 8


class Expansion:
    """The columns that a table is expanded to.

    These are, in this order: the numeric columns; for each categorical column of two levels a
    column of -1 and 1, and for each of up to ONE_HOT_LEVELS levels a flag per level, all 0 where
    it is missing; a flag of missing values for each numeric column that had some in the first
    table; and the codes of all other categorical columns, `n_levels` where they are missing.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        The first table, with codes for categories and NaN for missing values.
    n_levels : sequence of int
        Number of categories of each column, 0 for numeric columns; empty if all are numeric.

    Attributes
    ----------
    numeric : ndarray of int
        Positions of the numeric columns.
    embedded : ndarray of int
        Positions of the categorical columns that keep their codes.
    with_missing : ndarray of int
        Positions of the numeric columns with missing values in the first table.
    n_numbers : int
        Number of columns before the codes.
    is_identity : bool
        Whether the columns are those of the table.
    """

    def __init__(self, X: Matrix, n_levels: Sequence[int] = ()) -> None:
        self.n_levels = np.zeros(X.shape[1], int)
        self.n_levels[: len(n_levels)] = n_levels
        self.numeric = np.flatnonzero(self.n_levels == 0)
        self.embedded = np.flatnonzero(self.n_levels > ONE_HOT_LEVELS)
        self.with_missing = self.numeric[_has_missing_values(X)[self.numeric]]
        self._flag_levels()
        self.n_numbers = len(self.numeric) + len(self._flagged) + len(self.with_missing)
        self.is_identity = len(self.numeric) == self.n_numbers == X.shape[1]

    def _flag_levels(self) -> None:
        """Define the flags of levels: 1 at the level, -1 at the opposite one if any, else 0."""
        few = np.flatnonzero((self.n_levels > 0) & (self.n_levels <= ONE_HOT_LEVELS))
        flags = [(position, *flag) for position in few for flag in _flags(self.n_levels[position])]
        self._flagged, self._level, self._opposite = np.array(flags, int).reshape(-1, 3).T

    def numbers(self, X: Array) -> Array:
        """Return all columns except the codes; NaN where a number is missing."""
        if self.is_identity:
            return X
        numeric, missing = X[:, self.numeric], np.isnan(X[:, self.with_missing])
        return np.concatenate([numeric, self._flags(X), missing], axis=1, dtype=X.dtype)

    def _flags(self, X: Array) -> Array:
        cells = X[:, self._flagged]
        flags: Array = (cells == self._level).view(np.int8)
        flags -= (cells == self._opposite).view(np.int8)
        return flags

    def codes(self, X: Array) -> Array:
        """Return the codes of the categorical columns that are not flagged."""
        codes = X[:, self.embedded]
        return np.where(np.isnan(codes), self.n_levels[self.embedded], codes)

    def expand(self, X: Matrix) -> "Matrix | Expanded":
        """Return a lazy view of the table with the columns of `numbers`."""
        return X if self.is_identity else Expanded(self, X)

    def names(self, names: Sequence[str], categories: Sequence[Array]) -> list[str]:
        """Return the names of all columns, from the table's names and categories."""
        values = dict(zip(np.flatnonzero(self.n_levels).tolist(), categories, strict=True))
        flags = [
            # a column of only missing values has no categories
            f"{names[i]}={values[i][level] if len(values[i]) else 'missing'}"
            for i, level in zip(self._flagged.tolist(), self._level.tolist(), strict=True)
        ]
        missing = [f"{names[i]} is missing" for i in self.with_missing.tolist()]
        numeric = [names[i] for i in self.numeric.tolist()]
        return numeric + flags + missing + [names[i] for i in self.embedded.tolist()]

    @property
    def origin(self) -> Array:
        """Position in the table of the column behind each column of `numbers`."""
        return np.concatenate([self.numeric, self._flagged, self.with_missing])


class Expanded:
    """The numbers of a table, computed for the rows that are indexed."""

    def __init__(self, expansion: Expansion, X: Sliceable) -> None:
        self._expansion, self._X = expansion, X
        self.shape = (X.shape[0], expansion.n_numbers)

    def __getitem__(self, rows: slice) -> Array:
        return self._expansion.numbers(self._X[rows])


def _flags(n_levels: int) -> list[tuple[int, int]]:
    """Return the level of each flag, and the opposite level or -1."""
    return [(1, 0)] if n_levels == 2 else [(level, -1) for level in range(n_levels)]


def _has_missing_values(X: Sliceable) -> Array:
    """Return a bool for each column; a sparse table has no missing values."""
    found = np.zeros(X.shape[1], bool)
    if not sparse.issparse(X):
        for rows in chunks(X):
            part = X[rows]
            if has_missing(part):
                found |= np.isnan(part).any(axis=0)
    return found
