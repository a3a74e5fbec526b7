"""Checked rows: a table, its target and its weights."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator

from skdense._input.features import check_X
from skdense._input.target import YDtype, check_y
from skdense._input.typing import ArrayLike, TableLike
from skdense._input.weights import check_sample_weight, check_total_weight
from skdense._table.table import Table
from skdense.engine.typing import Array, Matrix


@dataclass(frozen=True)
class Rows:
    """Checked rows: float32 or float64 `X`, dense or CSR, `y`, and `weight` or None.

    A dense `X` holds the codes of categories as `Table.read` returns them, and NaN for missing
    numbers. `y` is as given, or encoded by its `Target`.
    """

    X: Matrix
    y: Array
    weight: Array | None

    def take(self, rows: Array) -> "Rows":
        """Return copies of the rows at these positions."""
        return Rows(self.X[rows], self.y[rows], None if self.weight is None else self.weight[rows])

    def weights(self) -> Array:
        """Return the weight of each row, 1 without weights."""
        return np.ones(len(self.y)) if self.weight is None else self.weight

    def present(self) -> Array | None:
        """Return the positions of the rows of positive weight; None if these are all rows."""
        if self.weight is None or self.weight.all():
            return None
        return np.flatnonzero(self.weight)

    def counted(self) -> "Rows":
        """Drop rows of weight 0; drop the weights if all are 1; ValueError if none are left."""
        if self.weight is not None:
            check_total_weight(self.weight)
        present = self.present()
        rows = self if present is None else self.take(present)
        return Rows(rows.X, rows.y, None) if np.all(rows.weight == 1) else rows


@dataclass(frozen=True)
class Given:
    """A table, its target and its weights, unchecked."""

    X: TableLike = None
    y: ArrayLike = None
    sample_weight: ArrayLike = None


def check_rows(
    estimator: BaseEstimator,
    given: Given,
    *,
    table: Table,
    y_dtype: YDtype,
    X: Matrix | None = None,
) -> Rows:
    """Return checked rows; `X` has the numbers of the first table, which `learn_X` has read."""
    X = check_X(estimator, given.X, table) if X is None else X
    y = check_y(estimator, given.y, X.shape[0], y_dtype)
    weight = check_sample_weight(given.sample_weight, X.shape[0])
    return Rows(X, y, weight).counted()


def check_validation(given: Given) -> bool:
    """Whether there are validation data; ValueError if a part of them is missing."""
    if given.X is None and given.y is None:
        if given.sample_weight is not None:
            raise ValueError("sample_weight_val needs X_val and y_val; give all three.")
        return False
    if given.X is None or given.y is None:
        there, missing = ("X_val", "y_val") if given.y is None else ("y_val", "X_val")
        raise ValueError(f"{there} was given without {missing}; give both or neither.")
    return True
