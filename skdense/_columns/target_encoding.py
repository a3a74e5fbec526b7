"""Statistics of the target for each level of the categorical columns of many levels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from skdense._arrays.missing import Sliceable
from skdense._columns.expansion import level_codes
from skdense._columns.level_statistics import FOLDS, folds_of, level_statistics
from skdense.engine.typing import Array

# Columns of more levels get statistics.
MANY_LEVELS = 30


@dataclass
class TargetEncoding:
    """Appends statistics of the target to a table, for each column of many levels.

    These are, for each number that describes the target, the mean over the rows of the level,
    shrunk towards the mean over all rows; and the logarithm of the number of rows. Networks that
    are trained on different rows get a block of columns each, computed from their own rows.

    Parameters
    ----------
    n_levels : sequence of int
        Number of categories of each column of the table, 0 for numeric columns.
    n_means : int
        How many numbers describe the target.
    n_blocks : int
        Number of blocks of columns.

    Attributes
    ----------
    statistics : list of ndarray of shape (n_blocks, 1, n_levels + 2, n_means + 1)
        For each column of many levels, the statistics of each level, of missing values, and of
        unknown levels.
    """

    n_levels: Sequence[int]
    n_means: int
    n_blocks: int
    statistics: list[Array] = field(default_factory=list)

    @property
    def positions(self) -> list[int]:
        """Positions of the columns of many levels."""
        return [i for i, n_levels in enumerate(self.n_levels) if n_levels > MANY_LEVELS]

    @property
    def n_own(self) -> int:
        """Number of columns of a block."""
        return len(self.positions) * (self.n_means + 1)

    @property
    def n_columns(self) -> int:
        """Number of columns of all blocks."""
        return self.n_blocks * self.n_own

    @property
    def origin(self) -> list[int]:
        """Position in the table of the column behind each column of all blocks."""
        own = [position for position in self.positions for _ in range(self.n_means + 1)]
        return own * self.n_blocks

    def of_new(self, X: Sliceable) -> Sliceable:
        """Return a view of a table with the statistics of its levels."""
        if not self.n_own:
            return X
        return WithStatistics(self, X, self.statistics, np.zeros((self.n_blocks, 1), int))

    def learn(
        self, X: Sliceable, values: Array, weight: Array | None, kept: Sequence[Array | None]
    ) -> Sliceable:
        """Learn the statistics; return a view of the table with those of its rows.

        A row that a network is trained on gets the statistics of other such rows, so that its
        own target is not among its columns.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_features)
        values : ndarray of shape (n_rows, n_means)
            The numbers that describe the target.
        weight : ndarray of shape (n_rows,) or None
        kept : sequence of (ndarray of int or None)
            The rows that each network is trained on; None for all rows.
        """
        folds = np.array([folds_of(rows, len(values)) for rows in self._by_block(kept)])
        weight = np.ones(len(values)) if weight is None else weight
        tables = []
        for codes, n_codes, own_weight in self.weighted_codes(X, weight):
            of_blocks = [
                level_statistics(codes, n_codes, values, own_weight, own) for own in folds
            ]
            tables.append(np.array(of_blocks))
        self.keep(tables)
        return WithStatistics(self, X, tables, folds)

    def weighted_codes(self, X: Sliceable, weight: Array) -> Iterator[tuple[Array, int, Array]]:
        """Yield the codes, the number of codes and the weights of each column of many levels."""
        for position, codes in zip(self.positions, self._codes(X[:]), strict=True):
            n_codes = self.n_levels[position] + 2
            # what is unknown has no rows, also where a warm start has levels that are new
            yield codes, n_codes, np.where(codes == n_codes - 1, 0, weight)

    def keep(self, tables: Sequence[Array]) -> None:
        """Set the statistics from those of all folds, of which it takes the last."""
        self.statistics = [table[:, FOLDS:].copy() for table in tables]

    def _by_block(self, kept: Sequence[Array | None]) -> Sequence[Array | None]:
        """Return the rows of each block; networks that share one, those that all train on."""
        if len(kept) == self.n_blocks:
            return kept
        known = [rows for rows in kept if rows is not None]
        return [reduce(np.intersect1d, known) if known else None] * self.n_blocks

    def _codes(self, X: Array) -> list[Array]:
        return list(level_codes(X, self.positions, self.n_levels))

    def names(self, names: Sequence[str]) -> list[str]:
        """Return the names of the columns, from those of the table."""
        means = [f"mean of target {i}" for i in range(self.n_means)]
        means = ["mean of target"] if self.n_means == 1 else means
        own = [f"{names[i]}: {what}" for i in self.positions for what in (*means, "log of count")]
        if self.n_blocks < 2:
            return own * self.n_blocks
        return [f"{name}, network {i + 1}" for i in range(self.n_blocks) for name in own]


class WithStatistics:
    """A table followed by statistics of its levels, looked up for the rows that are indexed.

    Parameters
    ----------
    encoding : TargetEncoding
    X : ndarray of shape (n_rows, n_features)
    tables : list of ndarray of shape (n_blocks, n_folds, n_levels + 2, n_means + 1)
        The statistics for each column of many levels.
    folds : ndarray of shape (n_blocks, n_rows) or (n_blocks, 1)
        In which fold each row is.
    """

    def __init__(
        self, encoding: TargetEncoding, X: Sliceable, tables: list[Array], folds: Array
    ) -> None:
        self._encoding, self._X, self._tables = encoding, X, tables
        self._folds = np.broadcast_to(folds, (len(folds), X.shape[0]))
        self.shape = (X.shape[0], X.shape[1] + encoding.n_columns)

    def __getitem__(self, rows: slice) -> Array:
        X, folds = self._X[rows], self._folds[:, rows]
        blocks = np.arange(len(folds))[:, None]
        pairs = zip(self._tables, self._encoding._codes(X), strict=True)
        # of shape (n_blocks, n_rows, n_own)
        found = np.concatenate([table[blocks, folds, codes] for table, codes in pairs], axis=2)
        return np.hstack([X, found.transpose(1, 0, 2).reshape(len(X), -1)])
