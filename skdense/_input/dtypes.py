"""What a user's array holds, told by its dtypes; pandas and polars are never imported."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

import numpy as np

# What a user takes for an array or a table: an array, a DataFrame, a sparse matrix, a list of
# rows. Of any library, so that only its attributes can tell.
ArrayLike = Any
TableLike = Any
# How dtypes of each kind begin: NumPy's kinds, and the names of those of pandas and polars.
TIMES = ("mM", ("date", "time", "duration", "period", "interval"))


CATEGORIES = ("", ("categor", "enum", "dictionary"))


TEXTS = ("SU", ("str", "utf8", "binary", *CATEGORIES[1]))


# What an object must be to count as text or as a time, where the dtype says nothing.
TEXT_TYPES = (str, bytes)


TIME_TYPES = (date, time, timedelta, np.datetime64, np.timedelta64)


def is_missing(cell: Any) -> bool:
    """Whether an object stands for a value that is not there."""
    # a comparison with pandas' NA has no truth value
    return cell is None or type(cell).__name__ == "NAType" or bool(cell != cell)


def columns_of(
    array: Any,
    kind: tuple[str, tuple[str, ...]],
    types: tuple[type, ...],
    positions: Iterable[int] | None = None,
) -> list[int]:
    """The columns, of those at `positions`, of a kind of dtype, or of objects of some types."""
    if not any(_is_object(dtype) or is_of_kind(dtype, *kind) for dtype in dtypes_of(array)):
        return []
    if positions is None:
        positions = range(array.shape[1] if is_table(array) else 1)
    return [position for position in positions if _is_of(array, position, kind, types)]


def named_columns(table: Any, positions: list[int]) -> str:
    """Some columns by name or position, of many the first ones, in words."""
    names = ", ".join(column_name(table, position) for position in positions[:5])
    if len(positions) > 5:
        return f"{len(positions)} columns, first {names}"
    return f"column {names}" if len(positions) == 1 else f"the columns {names}"


def column_name(table: Any, position: int) -> str:
    """A column's name, or its position where columns have no names."""
    return repr(list(table.columns)[position]) if hasattr(table, "columns") else str(position)


def dtypes_of(array: Any) -> list[Any]:
    """Of each column of a DataFrame; else the only one."""
    dtypes = getattr(array, "dtypes", None)
    return list(dtypes) if isinstance(dtypes, Iterable) else [getattr(array, "dtype", None)]


def dtype_at(array: Any, position: int) -> Any:
    """The dtype of a column."""
    dtypes = dtypes_of(array)
    return dtypes[min(position, len(dtypes) - 1)]


def is_of_kind(dtype: Any, kinds: str, names: tuple[str, ...]) -> bool:
    """Whether a dtype is of one of NumPy's kinds, or has a name that begins so."""
    if isinstance(dtype, np.dtype):
        return dtype.kind in kinds
    return str(dtype).lower().startswith(names)


def is_table(array: Any) -> bool:
    """Whether it has rows and columns."""
    return len(getattr(array, "shape", ())) == 2


def pick(table: Any, columns: Any) -> Any:
    """Some columns of a table, or one, by position."""
    return (table.iloc if hasattr(table, "iloc") else table)[:, columns]


def _is_object(dtype: Any) -> bool:
    return str(dtype).lower() == "object"


def _is_of(
    array: Any, position: int, kind: tuple[str, tuple[str, ...]], types: tuple[type, ...]
) -> bool:
    dtype = dtype_at(array, position)
    if not _is_object(dtype):
        return is_of_kind(dtype, *kind)
    values = np.asarray(pick(array, position) if is_table(array) else array, dtype=object)
    return any(isinstance(value, types) for value in values.flat)
