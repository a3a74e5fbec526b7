"""Columns of categories, and the codes of their levels."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from decimal import Decimal
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from skdense._table.cells.cell import CODE, is_mark, is_missing, number_in, present
from skdense._table.cells.column import Column, objects
from skdense._table.cells.user_warning import warn_user
from skdense._table.kinds.kind import Kind
from skdense.engine.typing import Array

# A table of at least so many rows, none of which has a category that fit saw, deserves a warning.
MANY_ROWS = 20


class Categories(Kind):
    """Categories: text, numbers or booleans.

    Cells of any other type, such as tuples, intervals and dates, become their text, so that
    every category can be saved. The codes are 0, 1, ... for the levels, their number where a
    category is missing, and NaN where the first table did not have it.

    Parameters
    ----------
    levels : ndarray of object
        The categories in the first table, sorted.
    """

    is_categorical: ClassVar[bool] = True

    def __init__(self, levels: Array) -> None:
        self.levels = levels
        self._derive()

    @classmethod
    def learn(cls, column: Column) -> "Categories":
        """Return the categories of a column; ValueError if cells cannot be categories."""
        levels = [_level(cell, column) for cell in _sorted(present(_hashable(column)))]
        if any(isinstance(level, str) for level in levels):
            levels = [_text(level) for level in levels]
        return cls(objects(list(dict.fromkeys(levels))))

    # The codes are not pickled, as they follow from the levels.

    def __getstate__(self) -> dict[str, object]:
        return {"levels": self.levels}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.levels = state["levels"]
        self._derive()

    def _derive(self) -> None:
        levels = self.levels.tolist()
        self._codes = {level: float(code) for code, level in enumerate(levels)}
        self.n_levels = (max(1, len(levels)),)
        self._are_text = any(isinstance(level, str) for level in levels)
        self._without_zeros = _without_zeros(levels) if self._are_text else {}

    def read(self, column: Column) -> Array:
        known = self._rounded() if column.is_float32 else self._codes
        distinct = _hashable(column)
        if column.mixes_truth:  # which is equal to 0 and 1 in a dict
            codes = [self._code(cell, column, known) for cell in column.cells]
        else:
            code_of = {cell: self._code(cell, column, known) for cell in distinct}
            codes = [code_of[cell] for cell in column.cells]
        read = np.array(codes, float)
        if len(read) >= MANY_ROWS:
            self._warn_of_form(column, read)
        return read[:, None]

    def _code(self, cell: Hashable, column: Column, known: dict[Any, float]) -> float:
        if is_missing(cell) or is_mark(cell):
            return float(self.n_levels[0])
        level = _level(cell, column)
        for form in (_text_forms if self._are_text else _value_forms)(level):
            if form in known:
                return known[form]
        is_number = isinstance(level, int | float) and not isinstance(level, bool)
        return self._without_zeros.get(level, np.nan) if is_number else np.nan

    def _rounded(self) -> dict[Any, float]:
        """Return the codes of levels as a column of float32 has them."""
        if self._are_text:
            return self._codes
        return {float(np.float32(level)): code for level, code in self._codes.items()}

    def _warn_of_form(self, column: Column, codes: Array) -> None:
        """Warn if there are categories, and all are unknown or of another type than in fit."""
        there = np.flatnonzero(codes != self.n_levels[0])
        if not there.size or not len(self.levels):
            return
        given, level = column.cells[int(there[0])], self.levels[0]
        such = f"such as {given!r}, where fit saw ones such as {level!r}"
        if np.isnan(codes[there]).all():
            warn_user(
                f"X has no category that fit saw in column {column.label}, but ones {such}; give "
                "them in the form that fit had, which is in model.categories_, or fit again if "
                "they are new."
            )
        elif self._are_text != any(isinstance(cell, str) for cell in column.cells):
            warn_user(
                f"X has categories of another type than in fit in column {column.label}, {such}, "
                "with which they are matched; give them in the form that fit had."
            )

    @property
    def description(self) -> str:
        n = len(self.levels)
        return f"category of {n:,} level{'s' * (n != 1)}"


def _sorted(cells: set[Any]) -> list[Any]:
    """Return cells in their order, such as that of intervals, or in that of their text."""
    try:
        return sorted(cells)
    except (TypeError, OverflowError):  # of text and numbers, of huge integers and floats
        return sorted(cells, key=str)


def _hashable(column: Column) -> set[Any]:
    """Return the distinct cells; ValueError if they cannot be compared."""
    if column.distinct is None:
        kind = next(type(cell).__name__ for cell in column.cells if not isinstance(cell, Hashable))
        raise ValueError(
            f"X has values that cannot be categories in column {column.label} (unhashable type: "
            f"'{kind}'); turn them into text, or drop the column."
        )
    return column.distinct


def _level(cell: Any, column: Column) -> Any:
    """Return a cell as text, a number or a boolean."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, str | bool | int | float):
        return cell
    if isinstance(cell, Decimal | Real):
        return float(cell)
    if isinstance(cell, timedelta):
        # the text of a duration depends on the library
        return cell.total_seconds()
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    _check_has_text(cell, column)
    return str(cell)


def _text(level: Any) -> str:
    """Return a level as text; a column with holes may hold the integer 1 as 1.0."""
    is_whole = isinstance(level, float) and level.is_integer()
    return str(int(level) if is_whole else level)


def _spellings(value: bool) -> tuple[str, ...]:
    return str(value), str(value).upper(), str(value).lower()


# How files spell booleans.
TRUTH = {spelt: value for value in (True, False) for spelt in _spellings(value)}


def _without_zeros(levels: list[Any]) -> dict[float, float]:
    """Return the codes of levels such as "007" by the number that a csv file makes of them."""
    codes: dict[float, float] = {}
    for code, level in enumerate(levels):
        if CODE.fullmatch(level.strip()):
            # several levels may be one number
            codes[float(level)] = np.nan if float(level) in codes else float(code)
    return codes


def _text_forms(level: Any) -> tuple[str, ...]:
    """Return how a level may stand among text."""
    return _spellings(level) if isinstance(level, bool) else (_text(level),)


def _value_forms(level: Any) -> tuple[Any, ...]:
    """Return what a level may be among numbers and booleans; text may stand for either."""
    if not isinstance(level, str):
        return (level,)
    text = level.strip()
    return (TRUTH.get(text, number_in(text)),)


def _check_has_text(cell: object, column: Column) -> None:
    """Raise ValueError if the text of a cell is not the same in another process."""
    parts = cell if isinstance(cell, tuple) else (cell,)
    for part in parts:
        # an address, or the order of a set, is another one there
        if " at 0x" in str(part) or isinstance(part, frozenset):
            kind = type(part).__name__
            raise ValueError(
                f"X has values of type {kind} in the category column {column.label}, which "
                "have no text to save them by; turn them into text or numbers."
            )
