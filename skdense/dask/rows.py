"""The rows of a partition, read on its worker, and what is counted of them."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skdense._columns.expansion import Seen
from skdense._columns.target_encoding import MANY_LEVELS
from skdense._input.rows import Given, Rows, check_rows
from skdense._settings.parameters import Parameters
from skdense._table.table import Table
from skdense._target.base import Target
from skdense._target.labels import Labels
from skdense.dask.errors import in_partition
from skdense.engine.typing import Array, DType


@dataclass(frozen=True)
class Reader:
    """How every partition is read.

    Attributes
    ----------
    estimator : Parameters
        With the number and the names of the columns.
    table : Table
    names : list or None
        Names of the columns in the order of the first partition; None for arrays.
    """

    estimator: Parameters
    table: Table
    names: list[Any] | None

    def read(self, number: int, X: Any, y: Any, weight: Any) -> Rows:
        """Return the rows of a partition that have a weight."""
        if self.names is not None:
            X = X[self.names]
        with in_partition(number):
            given = Given(X, y, weight)
            estimator = copy(self.estimator)
            return check_rows(estimator, given, table=self.table, y_dtype=estimator._y_dtype)


@dataclass(frozen=True)
class Counts:
    """What is counted of some rows, and adds up over partitions.

    Attributes
    ----------
    dtype : dtype
        Of the table.
    seen : Seen
    has_weights : bool
    codes : ndarray of int of shape (n_combinations, n_outputs) or None
        Each combination of the classes of all outputs; None for numbers.
    rows_of, weight_of : ndarray of shape (n_combinations,)
        Number of rows of each combination, and the sum of their weights; of numbers there is one.
    """

    dtype: DType
    seen: Seen
    has_weights: bool
    codes: Array | None
    rows_of: Array
    weight_of: Array

    @classmethod
    def together(cls, parts: "Sequence[Counts]") -> "Counts":
        """Add up the counts of partitions."""
        codes, which = None, np.zeros(len(parts), int)
        if parts[0].codes is not None:
            stacked = np.concatenate([part.codes for part in parts])
            codes, which = np.unique(stacked, axis=0, return_inverse=True)
        n = np.bincount(which.ravel(), np.concatenate([part.rows_of for part in parts]))
        weight = np.bincount(which.ravel(), np.concatenate([part.weight_of for part in parts]))
        return cls(
            np.result_type(*(part.dtype for part in parts)),
            Seen.together([part.seen for part in parts]),
            any(part.has_weights for part in parts),
            codes,
            n.astype(int),
            weight,
        )

    def as_rows(self) -> Rows:
        """Return a row for each combination of classes, with the weight of all of its rows."""
        codes = np.zeros((1, 1)) if self.codes is None else self.codes
        return Rows(np.empty((len(codes), 0)), codes, self.weight_of)


def counts_of(shared: tuple[Sequence[int], Target], number: int, rows: Rows) -> Counts:
    """Count the rows of a partition, of a table of so many levels and this target."""
    n_levels, target = shared
    with in_partition(number):
        y = target.encode(rows.y)
    codes, which = None, np.zeros(len(y), int)
    if isinstance(target, Labels):
        codes, which = np.unique(y, axis=0, return_inverse=True)
    n, weight = np.bincount(which.ravel()), np.bincount(which.ravel(), rows.weights())
    many = [i for i, n in enumerate(n_levels) if n > MANY_LEVELS]
    seen = Seen.of(rows.X, n_levels, many)
    return Counts(rows.X.dtype, seen, rows.weight is not None, codes, n, weight)


@dataclass(frozen=True)
class Weighting:
    """How rows are encoded, weighted and divided into those that train and those held out.

    Attributes
    ----------
    target : Target
    weighter : callable
        Multiplies the weights of encoded rows by class weights.
    scale : float
        The mean weight of all rows, by which weights are divided.
    fraction : float
        Fraction of the rows to hold out.
    seed : int
        Decides which.
    """

    target: Target
    weighter: Callable[[Rows], Rows]
    scale: float
    fraction: float
    seed: int

    def encoded(self, given: Rows) -> Rows:
        """Return the rows encoded, with weights of mean 1 over all partitions."""
        rows = self.weighter(replace(given, y=self.target.encode(given.y)))
        present = rows.present()
        rows = rows if present is None else rows.take(present)
        if rows.weight is None and self.scale == 1:
            return rows
        return replace(rows, weight=rows.weights() / self.scale)

    def present(self, given: Rows) -> Rows:
        """Return the rows as given, without those of classes of weight 0."""
        rows = self.weighter(replace(given, y=self.target.encode(given.y)))
        present = rows.present()
        return given if present is None else given.take(present)

    def split(self, number: int, rows: Rows) -> tuple[Array, Array]:
        """Return the positions of encoded rows that train, and of those held out."""
        strata, rng = self.target.strata(rows.y), np.random.RandomState([self.seed, number])
        held_out = _spread(len(rows.y), self.fraction, strata, rng)
        return np.setdiff1d(np.arange(len(rows.y)), held_out), held_out

    def held_out(self, number: int, given: Rows) -> Rows:
        """Return the rows held out of a partition, as given."""
        _, held_out = self.split(number, self.encoded(given))
        return self.present(given).take(held_out)


def _spread(
    n_rows: int, fraction: float, strata: Array | None, rng: np.random.RandomState
) -> Array:
    """Return sorted positions of a random fraction of the rows, spread evenly over strata.

    The only row of a stratum is not among them.
    """
    codes = np.zeros(n_rows, int) if strata is None else np.unique(strata, return_inverse=True)[1]
    shared = np.flatnonzero(np.bincount(codes)[codes] > 1)
    n_chosen = int(fraction * len(shared) + rng.random_sample())
    in_order = shared[np.lexsort((rng.random_sample(len(shared)), codes[shared]))]
    places = (np.arange(n_chosen) + rng.random_sample()) * (len(shared) / max(1, n_chosen))
    return np.sort(in_order[places.astype(int)])


def rows_together(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts."""
    are_weighted = any(part.weight is not None for part in parts)
    return Rows(
        np.concatenate([part.X for part in parts]),
        np.concatenate([part.y for part in parts]),
        np.concatenate([part.weights() for part in parts]) if are_weighted else None,
    )
