"""How a user's table becomes numbers: which columns are categories, and what their codes are."""

from collections.abc import Hashable
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_array

from skdense._input.categorical_features import which_are_categorical
from skdense._input.dtypes import TableLike, column_name, is_missing, is_table, pick
from skdense._input.refusals import one_sentence
from skdense._input.shape import check_shape
from skdense.engine.typing import Array

# Codes of a categorical column, NaN where it is missing.
Codes = list[float]


class Table:
    """What was learnt from the columns of the first table; `Table()` knows no categories.

    Attributes
    ----------
    is_categorical : ndarray of bool or None
        Which columns are categories; None if none is.
    n_levels : tuple of int
        Number of categories of each column, 0 for numbers; () if no column is categorical.
        A column of categories that are all missing counts as one of a single category.
    categories : list of ndarray
        Sorted categories of each categorical column, those that the first table held.
    """

    def __init__(self) -> None:
        self.is_categorical: Array | None = None
        self.n_levels: tuple[int, ...] = ()
        self.categories: list[Array] = []
        self._codes: list[dict[Hashable, float]] = []

    # The codes follow from the categories.

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_codes"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._codes = [_codes_of(levels.tolist()) for levels in self.categories]

    @classmethod
    def learn(cls, X: TableLike, categorical_features: object) -> "Table":
        """Learn from the first table; what is no table is left for `check_X` to refuse."""
        return cls.learn_with_codes(X, categorical_features)[0]

    @classmethod
    def learn_with_codes(
        cls, X: TableLike, categorical_features: object
    ) -> tuple["Table", list[Codes]]:
        """Learn from the first table; return the codes of its categorical columns as well."""
        table, X, columns = cls(), cellwise(X), []
        if is_table(X):
            mask = which_are_categorical(X, categorical_features)
            if mask.any():
                columns = table._learn(X, mask)
        return table, columns

    def _learn(self, X: TableLike, is_categorical: Array) -> list[Codes]:
        _check_dense(X)
        n_levels, columns = np.zeros(X.shape[1], int), []
        for position in np.flatnonzero(is_categorical).tolist():
            cells = _cells(X, position)
            levels = _levels(cells, X, position)
            self.categories.append(np.array(levels, dtype=object))
            self._codes.append(_codes_of(levels))
            columns.append([self._codes[-1].get(cell, np.nan) for cell in cells])
            n_levels[position] = max(1, len(levels))
        self.is_categorical, self.n_levels = is_categorical, tuple(n_levels.tolist())
        return columns

    def numbers(self, X: TableLike) -> TableLike:
        """Return the table as it is if no column is categorical, else as `read` does."""
        return X if self.is_categorical is None else self.read(self.cells(X))

    def read(self, cells: TableLike, codes: list[Codes] | None = None) -> Array:
        """Return the table in float64, with NaN and codes; there are categorical columns.

        Categories become codes from 0, which `codes` has if they are known. NaN stands for
        missing numbers, and for categories that are missing or not in the first table.
        """
        numbers = np.empty(cells.shape)
        self._read_numbers(cells, numbers)
        positions = np.flatnonzero(self.is_categorical).tolist()  # type: ignore[arg-type]
        if codes is None:
            known = zip(positions, self._codes, strict=True)
            codes = [_look_up(cells, position, by_level) for position, by_level in known]
        for position, column in zip(positions, codes, strict=True):
            numbers[:, position] = column
        return numbers

    def cells(self, X: TableLike) -> TableLike:
        """Return the table in a form that keeps the type of each cell, if any is a category."""
        if self.is_categorical is None:
            return X
        X = cellwise(X)
        _check_dense(X)
        check_shape(X)
        return X if is_table(X) else check_array(X, dtype=None, input_name="X")

    @property
    def numeric(self) -> list[int] | None:
        """The positions of what are no categories; None for all columns."""
        if self.is_categorical is None:
            return None
        return np.flatnonzero(~self.is_categorical).tolist()

    def _read_numbers(self, X: TableLike, out: Array) -> None:
        numeric = self.numeric
        if numeric:
            with one_sentence("X", "turn its columns into numbers"):
                out[:, numeric] = check_array(
                    pick(X, numeric),
                    dtype=np.float64,
                    ensure_all_finite="allow-nan",
                    ensure_min_samples=0,
                    input_name="X",
                )


def cellwise(X: TableLike) -> TableLike:
    """Return the table, if a list, as an array of objects."""
    # NumPy would make one type of all that a list holds
    return np.array(X, dtype=object) if isinstance(X, list | tuple) else X


def _check_dense(X: TableLike) -> None:
    if sparse.issparse(X):
        raise ValueError(
            "X is sparse, and a sparse table has no categorical_features; give a dense one, or "
            "set categorical_features=None and fit."
        )


def _levels(cells: list[Any], X: TableLike, position: int) -> list[Any]:
    """Return the sorted categories of a column with these cells."""
    found: set[Any] = set()
    try:
        found = {cell for cell in set(cells) if not is_missing(cell)}
        return sorted(found)
    except TypeError as error:
        types = ", ".join(sorted({type(cell).__name__ for cell in found}))
        raise ValueError(
            f"X holds what cannot be sorted in the category column {column_name(X, position)} "
            f"({types or error}); give it one type, for example str."
        ) from error


def _codes_of(levels: list[Any]) -> dict[Hashable, float]:
    return {level: float(code) for code, level in enumerate(levels)}


def _look_up(X: TableLike, position: int, codes: dict[Hashable, float]) -> list[float]:
    try:
        return [codes.get(cell, np.nan) for cell in _cells(X, position)]
    except TypeError as error:
        raise ValueError(
            f"X holds what is no category in column {column_name(X, position)} ({error}); give it "
            "one type, for example str."
        ) from error


def _cells(X: TableLike, position: int) -> list[Any]:
    return np.asarray(pick(X, position), dtype=object).tolist()
