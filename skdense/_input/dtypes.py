"""Kinds of data in a user's array, by its dtypes, without importing pandas or polars."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

import numpy as np

# Unchecked input of any library: an array, a DataFrame, a sparse matrix, a list of rows. Only
# its attributes tell what it is.
ArrayLike = Any
TableLike = Any
# The dtypes of each kind: NumPy's `kind` codes, and how the names in pandas and polars begin.
TIMES = ("mM", ("date", "time", "duration", "period", "interval"))


CATEGORIES = ("", ("categor", "enum", "dictionary"))


TEXTS = ("SU", ("str", "utf8", "binary", *CATEGORIES[1]))


# Types of the values in columns of dtype object that count as text or as times.
TEXT_TYPES = (str, bytes)


TIME_TYPES = (date, time, timedelta, np.datetime64, np.timedelta64)


def is_missing(cell: object) -> bool:
    """Whether a cell is a missing value: None, NaN or NA."""
    # a comparison with pandas' NA has no truth value
    return cell is None or type(cell).__name__ == "NAType" or bool(cell != cell)


def columns_of(
    array: TableLike,
    kind: tuple[str, tuple[str, ...]],
    types: tuple[type, ...],
    positions: Iterable[int] | None = None,
) -> list[int]:
    """Return the columns, among `positions`, with a kind of dtype or objects of these types."""
    if not any(_is_object(dtype) or is_of_kind(dtype, *kind) for dtype in dtypes_of(array)):
        return []
    if positions is None:
        positions = range(array.shape[1] if is_table(array) else 1)
    return [position for position in positions if _is_of(array, position, kind, types)]


def named_columns(table: TableLike, positions: list[int]) -> str:
    """Return the names or positions of columns in words, only the first ones if many."""
    names = ", ".join(column_name(table, position) for position in positions[:5])
    if len(positions) > 5:
        return f"{len(positions)} columns, first {names}"
    return f"column {names}" if len(positions) == 1 else f"the columns {names}"


def column_name(table: TableLike, position: int) -> str:
    """Return a column's name, or its position if columns have no names."""
    return repr(list(table.columns)[position]) if hasattr(table, "columns") else str(position)


def dtypes_of(array: TableLike) -> list[object]:
    """Return the dtype of each column of a DataFrame; else a list of the only one."""
    dtypes = getattr(array, "dtypes", None)
    return list(dtypes) if isinstance(dtypes, Iterable) else [getattr(array, "dtype", None)]


def dtype_at(array: TableLike, position: int) -> object:
    """Return the dtype of a column."""
    dtypes = dtypes_of(array)
    return dtypes[min(position, len(dtypes) - 1)]


def is_of_kind(dtype: object, kinds: str, names: tuple[str, ...]) -> bool:
    """Whether a dtype has one of NumPy's kinds, or a name that begins with one of these."""
    if isinstance(dtype, np.dtype):
        return dtype.kind in kinds
    return str(dtype).lower().startswith(names)


def is_table(array: TableLike) -> bool:
    """Whether an array has rows and columns."""
    return len(getattr(array, "shape", ())) == 2


def pick(table: TableLike, columns: int | list[int]) -> TableLike:
    """Return a column, or a table of several columns, by position."""
    return (table.iloc if hasattr(table, "iloc") else table)[:, columns]


def _is_object(dtype: object) -> bool:
    return str(dtype).lower() == "object"


def _is_of(
    array: TableLike, position: int, kind: tuple[str, tuple[str, ...]], types: tuple[type, ...]
) -> bool:
    dtype = dtype_at(array, position)
    if not _is_object(dtype):
        return is_of_kind(dtype, *kind)
    values = np.asarray(pick(array, position) if is_table(array) else array, dtype=object)
    return any(isinstance(value, types) for value in values.flat)
