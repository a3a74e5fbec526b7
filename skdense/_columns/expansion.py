"""From a checked table to columns of numbers: flags of categories and of missing values."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from skdense._arrays.missing import Sliceable, chunks, has_missing
from skdense.engine.typing import Array, Matrix

# Categorical columns of more levels become codes, for the network to embed.
ONE_HOT_LEVELS = 8
# In columns whose rare levels are pooled, these are levels of fewer rows.
RARE_ROWS = 30


class Expansion:
    """The columns that a table is expanded to.

    These are, in this order: the numeric columns; for each categorical column of two levels a
    column of -1 and 1, and for each of up to ONE_HOT_LEVELS levels a flag per level; a flag of
    missing values for each of these columns that had some in the first table; and the codes of
    all other categorical columns.

    An unknown level, or one that is missing, has the mean of the flags of all levels. Among the
    codes, the number of levels stands for missing, and the next number for unknown; a missing
    level counts as unknown if none was missing in the first table.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        The first table. A missing number is NaN. Categories are codes from 0 on, their number
        of levels where they are missing, and NaN where they are unknown.
    n_levels : sequence of int
        Number of categories of each column, 0 for numeric columns; empty if all are numeric.
    pooled : sequence of int, default=()
        Positions of the columns whose rare levels share a code, which unknown ones get as well.
    n_more : int, default=0
        Number of numeric columns that later tables have after those of the first.

    Attributes
    ----------
    n_levels : ndarray of int
        Number of categories of each column.
    numeric : ndarray of int
        Positions of the numeric columns.
    embedded : ndarray of int
        Positions of the categorical columns that become codes.
    n_codes : list of int
        Number of codes of each of them, not counting those of missing and unknown levels.
    code_of : list of ndarray
        For each of them, the code that each of its levels becomes, then those of a missing and
        of an unknown level.
    with_missing : ndarray of int
        Positions of the columns, except the embedded ones, with missing values in the first
        table; first the numeric ones.
    n_numbers : int
        Number of columns before the codes.
    is_identity : bool
        Whether the columns are those of the table.
    """

    def __init__(
        self, X: Matrix, n_levels: Sequence[int] = (), pooled: Sequence[int] = (), n_more: int = 0
    ) -> None:
        self.n_levels = np.zeros(X.shape[1] + n_more, int)
        self.n_levels[: len(n_levels)] = n_levels
        self.numeric = np.flatnonzero(self.n_levels == 0)
        self.embedded = np.flatnonzero(self.n_levels > ONE_HOT_LEVELS)
        had_missing = _had_missing(X, self.n_levels)
        few = (self.n_levels > 0) & (self.n_levels <= ONE_HOT_LEVELS)
        flagged = [had_missing & (self.n_levels == 0), had_missing & few]
        self.with_missing = np.concatenate([np.flatnonzero(columns) for columns in flagged])
        self._flag_levels()
        self._code_levels(X, had_missing, pooled)
        self.n_numbers = len(self.numeric) + len(self._flagged) + len(self.with_missing)
        self.is_identity = len(self.numeric) == self.n_numbers == len(self.n_levels)

    def _flag_levels(self) -> None:
        """Define the flags of levels: 1 at the level, -1 at the opposite one if any, else 0."""
        few = np.flatnonzero((self.n_levels > 0) & (self.n_levels <= ONE_HOT_LEVELS))
        flags = [(position, *flag) for position in few for flag in _flags(self.n_levels[position])]
        self._flagged, self._level, self._opposite = np.array(flags, int).reshape(-1, 3).T
        self._neutral = np.where(self._opposite < 0, 1 / self.n_levels[self._flagged], 0.0)

    def _code_levels(self, X: Sliceable, had_missing: Array, pooled: Sequence[int]) -> None:
        """Define the codes of the embedded columns."""
        self.code_of, self.n_codes = [], []
        for position in self.embedded.tolist():
            codes = np.arange(self.n_levels[position])
            if position in pooled:
                codes = _pooled_codes(X[:][:, position], codes)
            n_codes = int(codes.max()) + 1
            unknown = n_codes - 1 if n_codes < len(codes) else n_codes + 1
            missing = n_codes if had_missing[position] else unknown
            self.code_of.append(np.append(codes, [missing, unknown]))
            self.n_codes.append(n_codes)

    def numbers(self, X: Array) -> Array:
        """Return all columns except the codes; NaN where a number is missing."""
        if self.is_identity:
            return X
        parts = [X[:, self.numeric], self._flags(X), self._missing(X)]
        return np.concatenate(parts, axis=1, dtype=X.dtype)

    def _flags(self, X: Array) -> Array:
        cells = X[:, self._flagged]
        flags: Array = (cells == self._level).astype(X.dtype)
        flags -= cells == self._opposite
        # false for NaN as well
        is_known = cells < self.n_levels[self._flagged]
        if not is_known.all():
            np.copyto(flags, self._neutral, where=~is_known, casting="same_kind")
        return flags

    def _missing(self, X: Array) -> Array:
        cells, n_levels = X[:, self.with_missing], self.n_levels[self.with_missing]
        return np.where(n_levels > 0, cells == n_levels, np.isnan(cells))

    def codes(self, X: Array) -> Array:
        """Return the codes of the embedded columns."""
        columns = zip(
            level_codes(X, self.embedded.tolist(), self.n_levels), self.code_of, strict=True
        )
        return np.column_stack([code_of[codes] for codes, code_of in columns])

    def expand(self, X: Sliceable) -> "Sliceable":
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


def level_codes(
    X: Array, positions: Sequence[int], n_levels: Sequence[int] | Array
) -> Iterator[Array]:
    """Yield the integer codes of categorical columns: n_levels if missing, + 1 if unknown."""
    for position in positions:
        cells = X[:, position]
        yield np.where(np.isnan(cells), n_levels[position] + 1, cells).astype(np.intp)


def _pooled_codes(cells: Array, codes: Array) -> Array:
    """Return codes of levels of which all rare ones share the last."""
    counts = np.bincount(cells[~np.isnan(cells)].astype(np.intp), minlength=len(codes))
    is_common = counts[: len(codes)] >= RARE_ROWS
    if len(codes) - np.count_nonzero(is_common) < 2:
        return codes
    return np.where(is_common, np.cumsum(is_common) - 1, np.count_nonzero(is_common))


def _flags(n_levels: int) -> list[tuple[int, int]]:
    """Return the level of each flag, and the opposite level or -1."""
    return [(1, 0)] if n_levels == 2 else [(level, -1) for level in range(n_levels)]


def _had_missing(X: Sliceable, n_levels: Array) -> Array:
    """Return whether each column has missing values; a sparse table has none."""
    found, levels = np.zeros(len(n_levels), bool), np.flatnonzero(n_levels)
    if sparse.issparse(X):
        return found
    for rows in chunks(X):
        part = X[rows]
        if has_missing(part):
            numbers = np.flatnonzero(n_levels[: X.shape[1]] == 0)
            found[numbers] |= np.isnan(part[:, numbers]).any(axis=0)
        if levels.size:
            found[levels] |= (part[:, levels] == n_levels[levels]).any(axis=0)
    return found
