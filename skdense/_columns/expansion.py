"""From a checked table to columns of numbers: flags of categories and of what is missing."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from skdense._arrays.missing import chunks, has_missing
from skdense.engine.typing import Array

# Categories of more levels keep their codes, for the network to embed.
ONE_HOT_LEVELS = 8


class Expansion:
    """Which columns come of a table, as its first rows have it.

    These are, in this order: the numeric columns; of each category of two levels a column of
    -1 and 1, of each of up to ONE_HOT_LEVELS a flag per level, both 0 where it is missing; a
    flag of what is missing for each numeric column that had holes in the first table; and the
    codes of all other categories, one more than the last one where they are missing.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        The first table, with codes for categories and NaN for what is missing.
    n_levels : sequence of int
        Number of categories of each column, 0 for numbers; empty if there are none.

    Attributes
    ----------
    numeric : ndarray of int
        Positions of the numeric columns.
    embedded : ndarray of int
        Positions of the categories that keep their codes.
    holed : ndarray of int
        Positions of the numeric columns in which something was missing.
    n_numbers : int
        Columns before the codes.
    is_identity : bool
        Whether all columns stay what they are.
    """

    def __init__(self, X: Any, n_levels: Sequence[int] = ()) -> None:
        self.n_levels = np.zeros(X.shape[1], int)
        self.n_levels[: len(n_levels)] = n_levels
        self.numeric = np.flatnonzero(self.n_levels == 0)
        self.embedded = np.flatnonzero(self.n_levels > ONE_HOT_LEVELS)
        self.holed = self.numeric[_columns_with_holes(X)[self.numeric]]
        self._flag_levels()
        self.n_numbers = len(self.numeric) + len(self._flagged) + len(self.holed)
        self.is_identity = len(self.numeric) == self.n_numbers == X.shape[1]

    def _flag_levels(self) -> None:
        """One flag for each level: 1 there, -1 at the opposite level, if any, else 0."""
        few = np.flatnonzero((self.n_levels > 0) & (self.n_levels <= ONE_HOT_LEVELS))
        flags = [(position, *flag) for position in few for flag in _flags(self.n_levels[position])]
        self._flagged, self._level, self._opposite = np.array(flags, int).reshape(-1, 3).T

    def numbers(self, X: Array) -> Array:
        """All columns but the codes; NaN where a numeric one is missing."""
        if self.is_identity:
            return X
        numeric, holes = X[:, self.numeric], np.isnan(X[:, self.holed])
        return np.concatenate([numeric, self._flags(X), holes], axis=1, dtype=X.dtype)

    def _flags(self, X: Array) -> Array:
        cells = X[:, self._flagged]
        flags: Array = (cells == self._level).view(np.int8)
        flags -= (cells == self._opposite).view(np.int8)
        return flags

    def codes(self, X: Array) -> Array:
        """The codes of the other categories."""
        codes = X[:, self.embedded]
        return np.where(np.isnan(codes), self.n_levels[self.embedded], codes)

    def expand(self, X: Any) -> Any:
        """A view of the table that has the columns of `numbers`, made when asked for."""
        return X if self.is_identity else Expanded(self, X)

    def names(self, names: Sequence[str], categories: Sequence[Array]) -> list[str]:
        """The names of all columns, from those of the table and the categories of some."""
        values = dict(zip(np.flatnonzero(self.n_levels).tolist(), categories, strict=True))
        flags = [
            # categories that are all missing have no value
            f"{names[i]}={values[i][level] if len(values[i]) else 'missing'}"
            for i, level in zip(self._flagged.tolist(), self._level.tolist(), strict=True)
        ]
        holes = [f"{names[i]} is missing" for i in self.holed.tolist()]
        numeric = [names[i] for i in self.numeric.tolist()]
        return numeric + flags + holes + [names[i] for i in self.embedded.tolist()]

    @property
    def origin(self) -> Array:
        """The position in the table that each column of `numbers` comes from."""
        return np.concatenate([self.numeric, self._flagged, self.holed])


class Expanded:
    """The numbers of a table, made of some rows when asked for."""

    def __init__(self, expansion: Expansion, X: Any) -> None:
        self._expansion, self._X = expansion, X
        self.shape = (X.shape[0], expansion.n_numbers)

    def __getitem__(self, rows: Any) -> Array:
        return self._expansion.numbers(self._X[rows])


def _flags(n_levels: int) -> list[tuple[int, int]]:
    """Level and opposite level, -1 for none, of each flag."""
    return [(1, 0)] if n_levels == 2 else [(level, -1) for level in range(n_levels)]


def _columns_with_holes(X: Any) -> Array:
    found = np.zeros(X.shape[1], bool)
    if not sparse.issparse(X):
        for rows in chunks(X):
            part = X[rows]
            if has_missing(part):
                found |= np.isnan(part).any(axis=0)
    return found
