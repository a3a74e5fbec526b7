"""The training rows of a partition, in the form that the networks take; made on its worker."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skdense._arrays.missing import Sliceable
from skdense._columns.base import Columns
from skdense._columns.level_statistics import folds_of, level_sums
from skdense._columns.target_encoding import WithStatistics
from skdense._input.rows import Rows
from skdense._prediction.predictor import Predictor
from skdense._target.base import Target
from skdense.dask.rows import Weighting
from skdense.dask.sketch import Sketch
from skdense.engine import Data
from skdense.engine.threads import one_blas_thread
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Preparation:
    """From the rows of a partition to a Block, in passes that the client merges in between.

    Attributes
    ----------
    weighting : Weighting
    predictor : Predictor
    tables : list of ndarray
        The statistics of levels by fold, for `WithStatistics`; empty before they are known.
    """

    weighting: Weighting
    predictor: Predictor[Any]
    tables: list[Array] = field(default_factory=list)

    def target(self, number: int, given: Rows, target: Target) -> Target:
        """Return the target after it has seen the rows of one more partition."""
        # a task that is run again must find its arguments as they were
        rows, target = self.weighting.encoded(given), deepcopy(target)
        with one_blas_thread:
            target.update(rows.y, rows.weight)
        return target

    def columns(self, number: int, given: Rows, columns: Columns) -> Columns:
        """Return the columns after they have seen the rows of one more partition."""
        rows, columns = self.weighting.encoded(given), deepcopy(columns)
        with one_blas_thread:
            columns.update(self._with_statistics(rows, self._folds(number, rows)), rows.weight)
        return columns

    def sketch(self, number: int, given: Rows) -> Sketch:
        """Return the sketch of the columns that are scaled."""
        rows = self.weighting.encoded(given)
        table = self._with_statistics(rows, self._folds(number, rows))
        return Sketch.of(self.predictor.columns.expansion.expand(table), rows.weight)

    def extent(self, number: int, given: Rows) -> Array:
        """Return weight, weighted sum, minimum and maximum of what describes the target."""
        rows, _, values = self._described(number, given)
        weight = rows.weights()[:, None]
        sums = [np.broadcast_to(weight.sum(), values.shape[1]), (weight * values).sum(axis=0)]
        limits = [values.min(axis=0, initial=np.inf), values.max(axis=0, initial=-np.inf)]
        return np.array([*sums, *limits])

    def sums(self, number: int, given: Rows, center: Array, unit: Array) -> list[Array]:
        """Return the sums of `level_sums` for each column of many levels."""
        rows, folds, values = self._described(number, given)
        encoding, weight = self.predictor.columns.encoding, rows.weights()
        return [
            level_sums(codes, n_codes, values, own_weight, folds, center, unit)
            for codes, n_codes, own_weight in encoding.weighted_codes(rows.X, weight)
        ]

    def block(self, number: int, given: Rows) -> Data:
        """Return the rows that train."""
        rows = self.weighting.encoded(given)
        kept, held_out = self.weighting.split(number, rows)
        folds = self._folds(number, rows)
        if len(held_out):
            rows, folds = rows.take(kept), folds[kept]
        return self.predictor.data_of(self._with_statistics(rows, folds), rows)

    def _described(self, number: int, given: Rows) -> tuple[Rows, Array, Array]:
        """Return encoded rows, their folds and what describes their target."""
        rows = self.weighting.encoded(given)
        return rows, self._folds(number, rows), self.weighting.target.statistics_target(rows.y)

    def _folds(self, number: int, rows: Rows) -> Array:
        kept, _ = self.weighting.split(number, rows)
        return folds_of(kept, len(rows.y))

    def _with_statistics(self, rows: Rows, folds: Array) -> Sliceable:
        encoding = self.predictor.columns.encoding
        if not encoding.n_own:
            return rows.X
        return WithStatistics(encoding, rows.X, self.tables, folds[None])


def extent_together(parts: Sequence[Array]) -> Array:
    """Return the extent of all rows."""
    weight, total, low, high = np.array(parts).transpose(1, 0, 2)
    return np.array([weight.sum(axis=0), total.sum(axis=0), low.min(axis=0), high.max(axis=0)])


def sums_together(parts: Sequence[list[Array]]) -> list[Array]:
    """Return the sums over all rows, added in the order of the partitions."""
    return [sum(columns[1:], columns[0]) for columns in zip(*parts, strict=True)]


def some_rows(block: Data, n_rows: int, seed: Sequence[int]) -> Any:
    """Return about so many random rows of the matrix of a block."""
    n = min(n_rows, block.n_rows)
    rows = np.random.RandomState(seed).choice(block.n_rows, n, replace=False)
    return block.X[np.sort(rows)]
