"""Columns of numbers, also of numbers as text, and of durations and times of day in seconds."""

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from skdense._table.cells.cell import CODE, as_float, is_mark, is_missing, number_in
from skdense._table.cells.column import Column, Content
from skdense._table.cells.time_text import seconds_in
from skdense._table.kinds.kind import Kind
from skdense._table.kinds.unreadable import check_readable
from skdense.engine.typing import Array

# What may stand for durations and times of day, and what to do about anything else.
OF_TIME = (Content.DURATIONS, Content.TIMES, Content.TEXT, Content.CATEGORIES)
GIVE_TIMES = "give durations or times of day, text such as '12:30:00', or None"


class Numbers(Kind):
    """Numbers.

    Parameters
    ----------
    source : str, default="numbers"
        What the cells of the first table were.
    """

    def __init__(self, source: str = Content.NUMBERS.value) -> None:
        self.source = source

    def read(self, column: Column) -> Array:
        return self._numbers_in(column)[:, None]

    def _numbers_in(self, column: Column) -> Array:
        if column.content in (Content.NUMBERS, Content.TRUTH, Content.NOTHING):
            return column.numbers()
        if column.is_empty:
            return np.full(len(column), np.nan)
        if column.content not in (Content.TEXT, Content.CATEGORIES):
            raise ValueError(
                f"X holds {column.content.value} in column {column.label}, where fit saw numbers; "
                "turn them into numbers."
            )
        cells = f"X[{column.label}]"
        remedy = (
            "turn it into a number or None, in pandas by "
            f"{cells} = pandas.to_numeric({cells}, errors='coerce')"
        )
        return _each(column, _number, not is_plain(self), "numbers", remedy)

    @property
    def description(self) -> str:
        return "number" if is_plain(self) else f"number, from {self.source}"


class Seconds(Kind):
    """Durations, or times of day since midnight, in seconds.

    Parameters
    ----------
    content : str
        The name of what the cells are.
    was_text : bool, default=False
        Whether they were text in the first table.
    """

    def __init__(self, content: str, *, was_text: bool = False) -> None:
        self.content, self.was_text = content, was_text

    def read(self, column: Column) -> Array:
        if column.is_empty:
            return np.full((len(column), 1), np.nan)
        if column.content not in OF_TIME:
            raise ValueError(
                f"X holds {column.content.value} in column {column.label}, where fit saw "
                f"{self.content}; {GIVE_TIMES}."
            )
        return _each(column, _seconds, self.was_text, self.content, GIVE_TIMES)[:, None]

    @property
    def description(self) -> str:
        return f"number, seconds of {self.content}"


def is_plain(kind: Kind) -> bool:
    """Whether a kind is of cells that were numbers in the first table."""
    return isinstance(kind, Numbers) and kind.source == Content.NUMBERS.value


def are_numbers(texts: set[str]) -> bool:
    """Whether all of some texts, none of them missing, stand for numbers."""
    return all(number_in(text) == number_in(text) for text in texts)


def _each(
    column: Column,
    read: Callable[[Any], float | None],
    was_text: bool,
    saw: str,
    remedy: str,
) -> Array:
    """Return what `read` makes of each cell; None is a cell that cannot be read."""
    values = {cell: read(cell) for cell in set(column.cells)}
    strange = [cell for cell, value in values.items() if value is None]
    check_readable(column, strange, was_text=was_text, saw=saw, remedy=remedy)
    return np.array([values[cell] for cell in column.cells], float)


def _number(cell: object) -> float | None:
    """Return a cell as a number, NaN where it is missing, None where it is none."""
    if is_missing(cell) or is_mark(cell):
        return np.nan
    if isinstance(cell, str):
        # where fit saw codes without a leading zero, as a fold may have, they are numbers
        value = float(cell) if CODE.fullmatch(cell.strip()) else number_in(cell)
        return value if value == value else None
    return as_float(cell) if isinstance(cell, Real | Decimal) else None


def _seconds(cell: object) -> float | None:
    """Return the seconds of a cell, NaN where it is missing, None where it has none."""
    if is_missing(cell) or is_mark(cell):
        return np.nan
    if isinstance(cell, str):
        value = seconds_in(cell)
        return value if value == value else None
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    if isinstance(cell, np.timedelta64):
        return float(cell / np.timedelta64(1, "s"))
    if not isinstance(cell, time):
        return None
    return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
