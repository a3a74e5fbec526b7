"""Columns of numbers, also of numbers as text, and of durations and times of day in seconds."""

import re
from datetime import time, timedelta
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from skdense._table.cells import as_float, is_mark, is_missing, number_in
from skdense._table.column import Column, Content
from skdense._table.kind import Kind
from skdense._table.time_text import seconds_in
from skdense.engine.typing import Array

# What may stand for durations and times of day, and what to do about anything else.
OF_TIME = (Content.DURATIONS, Content.TIMES, Content.TEXT, Content.CATEGORIES)
GIVE_TIMES = "give durations or times of day, text such as '12:30:00', or None"


CODE = re.compile(r"0\d+", re.ASCII)


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
        return _numbers_in(column)[:, None]

    @property
    def description(self) -> str:
        return "number" if is_plain(self) else f"number, from {self.source}"


class Seconds(Kind):
    """Durations, or times of day since midnight, in seconds.

    Parameters
    ----------
    content : str
        The name of what the cells are.
    """

    def __init__(self, content: str) -> None:
        self.content = content

    def read(self, column: Column) -> Array:
        if column.is_empty:
            return np.full((len(column), 1), np.nan)
        what = f"in column {column.label}, where fit saw {self.content}"
        if column.content not in OF_TIME:
            raise ValueError(f"X holds {column.content.value} {what}; {GIVE_TIMES}.")
        seconds = {cell: _seconds(cell) for cell in set(column.cells)}
        strange = [cell for cell, value in seconds.items() if value is None]
        if strange:
            first = _first(column, strange)
            raise ValueError(
                f"X holds {column.content.value} {what}, first {first}; {GIVE_TIMES}."
            )
        return np.array([seconds[cell] for cell in column.cells], float)[:, None]

    @property
    def description(self) -> str:
        return f"number, seconds of {self.content}"


def is_plain(kind: Kind) -> bool:
    """Whether a kind is of cells that were numbers in the first table."""
    return isinstance(kind, Numbers) and kind.source == Content.NUMBERS.value


def are_numbers(texts: set[str]) -> bool:
    """Whether all of some texts, none of them missing, stand for numbers."""
    return all(number_in(text) == number_in(text) for text in texts)


def _numbers_in(column: Column) -> Array:
    if column.content in (Content.NUMBERS, Content.TRUTH, Content.NOTHING):
        return column.numbers()
    if column.is_empty:
        return np.full(len(column), np.nan)
    if column.content not in (Content.TEXT, Content.CATEGORIES):
        raise ValueError(
            f"X holds {column.content.value} in column {column.label}, where fit saw numbers; "
            "turn them into numbers."
        )
    values = {cell: _number(cell) for cell in set(column.cells)}
    strange = [cell for cell, value in values.items() if value is None]
    if strange:
        raise ValueError(
            f"X holds {column.content.value} in column {column.label}, where fit saw numbers, "
            f"first {_first(column, strange)}; turn it into a number or None."
        )
    return np.array([values[cell] for cell in column.cells], float)


def _first(column: Column, strange: list[Any]) -> str:
    row = next(row for row, cell in enumerate(column.cells) if cell in strange)
    return f"{column.cells[row]!r} in row {row}"


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
