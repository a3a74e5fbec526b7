"""Checked rows: a table, its target and its weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdense._input.categories import Table
from skdense._input.features import check_X
from skdense._input.target import check_y
from skdense._input.weights import check_sample_weight
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Rows:
    """Checked rows: float32 or float64 `X`, dense or CSR, `y`, and `weight` or None.

    A dense `X` holds NaN where something is missing, and the codes of categories. `y` is
    as given, or as its `Target` reads it.
    """

    X: Any
    y: Array
    weight: Array | None

    def take(self, rows: Array) -> "Rows":
        return Rows(self.X[rows], self.y[rows], None if self.weight is None else self.weight[rows])

    def counted(self) -> "Rows":
        """Without rows of weight zero, which are not there; unit weights are no weights."""
        if self.weight is None:
            return self
        rows = self if self.weight.all() else self.take(np.flatnonzero(self.weight))
        return Rows(rows.X, rows.y, None) if np.all(rows.weight == 1) else rows


def check_rows(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    sample_weight: Any,
    *,
    table: Table,
    y_dtype: Any,
    reset: bool,
) -> Rows:
    """The rows to train on; `table` was learnt from the first ones."""
    X = check_X(estimator, X, table, reset=reset)
    y = check_y(estimator, y, X.shape[0], y_dtype)
    weight = check_sample_weight(sample_weight, X.shape[0])
    return Rows(X, y, weight).counted()
