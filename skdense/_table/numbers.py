"""Columns of numbers, also of numbers as text, and of durations and times of day in seconds."""

from datetime import time, timedelta
from decimal import Decimal
from numbers import Real

import numpy as np

from skdense._table.cells import as_float, is_mark, is_missing, number_in
from skdense._table.column import Column, Content
from skdense._table.kind import Kind
from skdense.engine.typing import Array


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
        if column.content.value != self.content and not column.is_empty:
            raise ValueError(
                f"X holds {column.content.value} in column {column.label}, where fit saw "
                f"{self.content}; give it in the form that fit had."
            )
        return np.array([_seconds(cell) for cell in column.cells], float)[:, None]

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
        first = next(row for row, cell in enumerate(column.cells) if cell in strange)
        raise ValueError(
            f"X holds {column.content.value} in column {column.label}, where fit saw numbers, "
            f"first {column.cells[first]!r} in row {first}; turn it into a number or None."
        )
    return np.array([values[cell] for cell in column.cells], float)


def _number(cell: object) -> float | None:
    """Return a cell as a number, NaN where it is missing, None where it is none."""
    if is_missing(cell) or is_mark(cell):
        return np.nan
    if isinstance(cell, str):
        value = number_in(cell)
        return value if value == value else None
    return as_float(cell) if isinstance(cell, Real | Decimal) else None


def _seconds(cell: object) -> float:
    if is_missing(cell):
        return np.nan
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    if isinstance(cell, np.timedelta64):
        return float(cell / np.timedelta64(1, "s"))
    assert isinstance(cell, time)
    return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
