"""From a checked table to columns of numbers: flags of categories and of missing values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from skdense._arrays.missing import Sliceable, chunks, has_missing
from skdense.engine.typing import Array, Matrix

# Categorical columns of more levels become codes, for the network to embed.
ONE_HOT_LEVELS = 8
# In columns whose rare levels are pooled, these are levels of fewer rows.
RARE_ROWS = 30


@dataclass(frozen=True)
class Seen:
    """What the columns that a table is expanded to depend on.

    Attributes
    ----------
    shape : (int, int)
        Number of rows and of columns.
    n_missing : ndarray of int of shape (n_columns,)
        Number of missing values of each column.
    counts : dict of ndarray of int
        For each of the columns whose rare levels may be pooled, the number of rows of each level.
    """

    shape: tuple[int, int]
    n_missing: Array
    counts: Mapping[int, Array]

    @classmethod
    def of(cls, X: Sliceable, n_levels: Sequence[int] | Array, pooled: Sequence[int]) -> Self:
        """Look at a table; `n_levels` and `pooled` are as for `Expansion`."""
        levels = np.zeros(X.shape[1], int)
        levels[: len(n_levels)] = n_levels
        counts = {i: _level_counts(X[:][:, i], levels[i]) for i in pooled}
        return cls((int(X.shape[0]), int(X.shape[1])), _n_missing(X, levels), counts)

    @classmethod
    def together(cls, parts: "Sequence[Seen]") -> Self:
        """Return what is seen in a table of these parts."""
        counts = {i: np.sum([part.counts[i] for part in parts], axis=0) for i in parts[0].counts}
        n_rows = sum(part.shape[0] for part in parts)
        n_missing = np.sum([part.n_missing for part in parts], axis=0)
        return cls((n_rows, parts[0].shape[1]), n_missing, counts)


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
    X : ndarray or CSR matrix of shape (n_samples, n_features), or Seen
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
    n_missing : ndarray of int or None
        Number of missing values of each column of the first table; None if a file of an earlier
        version does not say.
    n_numbers : int
        Number of columns before the codes.
    is_identity : bool
        Whether the columns are those of the table.
    """

    n_missing: Array | None = None

    def __init__(
        self,
        X: Matrix | Seen,
        n_levels: Sequence[int] = (),
        pooled: Sequence[int] = (),
        n_more: int = 0,
    ) -> None:
        seen = X if isinstance(X, Seen) else Seen.of(X, n_levels, pooled)
        self.n_levels = np.zeros(X.shape[1] + n_more, int)
        self.n_levels[: len(n_levels)] = n_levels
        self.numeric = np.flatnonzero(self.n_levels == 0)
        self.embedded = np.flatnonzero(self.n_levels > ONE_HOT_LEVELS)
        self.n_missing = seen.n_missing
        had_missing = np.append(seen.n_missing > 0, np.zeros(n_more, bool))
        few = (self.n_levels > 0) & (self.n_levels <= ONE_HOT_LEVELS)
        flagged = [had_missing & (self.n_levels == 0), had_missing & few]
        self.with_missing = np.concatenate([np.flatnonzero(columns) for columns in flagged])
        self._flag_levels()
        self._code_levels(seen, had_missing, pooled)
        self.n_numbers = len(self.numeric) + len(self._flagged) + len(self.with_missing)
        self.is_identity = len(self.numeric) == self.n_numbers == len(self.n_levels)

    def _flag_levels(self) -> None:
        """Define the flags of levels: 1 at the level, -1 at the opposite one if any, else 0."""
        few = np.flatnonzero((self.n_levels > 0) & (self.n_levels <= ONE_HOT_LEVELS))
        flags = [(position, *flag) for position in few for flag in _flags(self.n_levels[position])]
        self._flagged, self._level, self._opposite = np.array(flags, int).reshape(-1, 3).T
        self._neutral = np.where(self._opposite < 0, 1 / self.n_levels[self._flagged], 0.0)

    def _code_levels(self, seen: Seen, had_missing: Array, pooled: Sequence[int]) -> None:
        """Define the codes of the embedded columns."""
        self.code_of, self.n_codes = [], []
        for position in self.embedded.tolist():
            codes = np.arange(self.n_levels[position])
            if position in pooled:
                codes = _pooled_codes(seen.counts[position], codes)
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


def _level_counts(cells: Array, n_levels: int) -> Array:
    """Return the number of rows of each level."""
    known = cells[~np.isnan(cells)].astype(np.intp)
    return np.bincount(known, minlength=n_levels)[:n_levels]


def _pooled_codes(counts: Array, codes: Array) -> Array:
    """Return codes of levels of which all rare ones share the last."""
    is_common = counts >= RARE_ROWS
    if len(codes) - np.count_nonzero(is_common) < 2:
        return codes
    return np.where(is_common, np.cumsum(is_common) - 1, np.count_nonzero(is_common))


def _flags(n_levels: int) -> list[tuple[int, int]]:
    """Return the level of each flag, and the opposite level or -1."""
    return [(1, 0)] if n_levels == 2 else [(level, -1) for level in range(n_levels)]


def _n_missing(X: Sliceable, n_levels: Array) -> Array:
    """Return the number of missing values of each column; a sparse table has none."""
    found, levels = np.zeros(len(n_levels), int), np.flatnonzero(n_levels)
    if sparse.issparse(X):
        return found
    for rows in chunks(X):
        part = X[rows]
        if has_missing(part):
            numbers = np.flatnonzero(n_levels[: X.shape[1]] == 0)
            found[numbers] += np.isnan(part[:, numbers]).sum(axis=0)
        if levels.size:
            found[levels] += (part[:, levels] == n_levels[levels]).sum(axis=0)
    return found
