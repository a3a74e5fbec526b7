"""Encoding of a user's table: which columns are categorical, and the codes of their categories."""

from collections.abc import Hashable
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_array

from skdense._input.categorical_features import which_are_categorical
from skdense._input.dtypes import TableLike, column_name, is_missing, is_table, pick
from skdense._input.refusals import clear_errors
from skdense._input.shape import check_shape
from skdense.engine.typing import Array

# Codes of a categorical column: its number of levels where it is missing, NaN where unknown.
Codes = list[float]


class Table:
    """The categorical columns of the first table; `Table()` has none.

    Attributes
    ----------
    is_categorical : ndarray of bool or None
        Which columns are categorical; None if none are.
    n_levels : tuple of int
        Number of categories of each column, 0 for numeric columns; () if no column is
        categorical. A categorical column of only missing values counts as one category.
    categories : list of ndarray
        Sorted categories of each categorical column in the first table.
    """

    def __init__(self) -> None:
        self.is_categorical: Array | None = None
        self.n_levels: tuple[int, ...] = ()
        self.categories: list[Array] = []
        self._codes: list[dict[Hashable, float]] = []

    # The codes are not pickled, as they follow from the categories.

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "_codes"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._codes = [_codes_of(levels.tolist()) for levels in self.categories]

    @classmethod
    def learn(cls, X: TableLike, categorical_features: object) -> tuple["Table", list[Codes]]:
        """Learn from the first table; return the codes of its categorical columns as well.

        An X that is not a table is left for `check_X` to refuse.
        """
        table, X, columns = cls(), keep_cell_types(X), []
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
            columns.append(_encoded(cells, self._codes[-1]))
            n_levels[position] = max(1, len(levels))
        self.is_categorical, self.n_levels = is_categorical, tuple(n_levels.tolist())
        return columns

    def read(self, cells: TableLike, codes: list[Codes] | None = None) -> Array:
        """Return a table with categorical columns in float64.

        Categories become codes from 0, and their number if they are missing; `codes` has them if
        they are known. NaN stands for missing numbers, and for categories that are not in the
        first table.
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
        """Return the table, in a form that keeps the type of each cell if there are categories."""
        if self.is_categorical is None:
            return X
        X = keep_cell_types(X)
        _check_dense(X)
        check_shape(X)
        return X if is_table(X) else check_array(X, dtype=None, input_name="X")

    @property
    def numeric(self) -> list[int] | None:
        """Positions of the numeric columns; None if all columns are numeric."""
        if self.is_categorical is None:
            return None
        return np.flatnonzero(~self.is_categorical).tolist()

    def _read_numbers(self, X: TableLike, out: Array) -> None:
        numeric = self.numeric
        if numeric:
            with clear_errors("X", "turn its columns into numbers"):
                out[:, numeric] = check_array(
                    pick(X, numeric),
                    dtype=np.float64,
                    ensure_all_finite="allow-nan",
                    ensure_min_samples=0,
                    input_name="X",
                )


def keep_cell_types(X: TableLike) -> TableLike:
    """Return a list as an array of objects, and any other table itself."""
    # NumPy would convert all cells of a list to one type
    return np.array(X, dtype=object) if isinstance(X, list | tuple) else X


def _check_dense(X: TableLike) -> None:
    if sparse.issparse(X):
        raise ValueError(
            "X is sparse, but categorical_features needs a dense table; give a dense one, or set "
            "categorical_features=None and fit."
        )


def _levels(cells: list[Hashable], X: TableLike, position: int) -> list[Hashable]:
    """Return the sorted categories of a column with these cells."""
    found: set[Any] = set()
    try:
        found = {cell for cell in set(cells) if not is_missing(cell)}
        return sorted(found)
    except TypeError as error:
        types = ", ".join(sorted({type(cell).__name__ for cell in found}))
        raise ValueError(
            "X has values that cannot be sorted in the category column "
            f"{column_name(X, position)} ({types or error}); convert them to one "
            "type, for example str."
        ) from error


def _codes_of(levels: list[Hashable]) -> dict[Hashable, float]:
    return {level: float(code) for code, level in enumerate(levels)}


def _look_up(X: TableLike, position: int, codes: dict[Hashable, float]) -> list[float]:
    try:
        return _encoded(_cells(X, position), codes)
    except TypeError as error:
        raise ValueError(
            f"X has values that cannot be categories in column {column_name(X, position)} "
            f"({error}); convert them to one type, for example str."
        ) from error


def _encoded(cells: list[Hashable], codes: dict[Hashable, float]) -> Codes:
    missing = float(max(1, len(codes)))
    encoded = [codes.get(cell, np.nan) for cell in cells]
    return [
        missing if code != code and is_missing(cell) else code
        for code, cell in zip(encoded, cells, strict=True)
    ]


def _cells(X: TableLike, position: int) -> list[Hashable]:
    return np.asarray(pick(X, position), dtype=object).tolist()
