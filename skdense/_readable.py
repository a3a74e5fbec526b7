"""What a user's array holds, told by its dtypes; pandas and polars are never imported."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

import numpy as np

# How dtypes of each kind begin: NumPy's kinds, and the names of those of pandas and polars.
TIMES = ("mM", ("date", "time", "duration", "period", "interval"))
CATEGORIES = ("", ("categor", "enum", "dictionary"))
TEXTS = ("SU", ("str", "utf8", "binary", *CATEGORIES[1]))
# What an object must be to count as text or as a time, where the dtype says nothing.
TEXT_TYPES = (str, bytes)
TIME_TYPES = (date, time, timedelta, np.datetime64, np.timedelta64)
FILL = "fill the holes, for example by SimpleImputer, or drop these rows"


def readable(array: Any, name: str) -> Any:
    """The array, unless NumPy would turn it into plausible numbers without a word."""
    if isinstance(array, list | tuple):
        with one_sentence(name, "give numbers"):
            array = np.asarray(array)
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise ValueError(f"{name} is a masked array with masked entries; fill or drop them.")
    refuse_times(
        array, name, [i for i, kind in enumerate(dtypes_of(array)) if is_of_kind(kind, *TIMES)]
    )
    return array


def refuse_times(array: Any, name: str, positions: list[int]) -> None:
    """Raise ValueError if there are columns of dates or durations."""
    if positions:
        where = f" in {named_columns(array, positions)}" if is_table(array) else ""
        raise ValueError(
            f"{name} holds dates or durations{where}; turn them into numbers first, for example "
            "the year, the month and the weekday."
        )


def refuse_no_vector(array: Any, name: str) -> None:
    """Raise ValueError for what has no rows in an order, of which NumPy would make one object."""
    # a sparse one may be a dict of its entries
    if isinstance(array, Mapping | Set | Iterator) and not hasattr(array, "shape"):
        raise ValueError(
            f"{name} is a {type(array).__name__}; give a list or an array, with an entry for "
            "each row of X."
        )


def refuse_missing(array: Any, name: str, remedy: str) -> None:
    """Raise ValueError if an entry is missing, be it NaN, None or NA."""
    # of a list with text, NumPy would make text of NaN
    cells = np.array(array, object) if isinstance(array, list | tuple) else np.asarray(array)
    if cells.dtype.kind not in "fO":
        return
    lacks = (
        np.isnan(cells)
        if cells.dtype.kind == "f"
        else np.array([is_missing(cell) for cell in cells.flat], bool).reshape(cells.shape)
    )
    if lacks.any():
        n_missing, row = int(lacks.sum()), int(np.nonzero(lacks)[0][0])
        values = "1 missing value," if n_missing == 1 else f"{n_missing} missing values, the first"
        raise ValueError(f"Input {name} contains NaN: {values} in row {row}; {remedy}.")


def is_missing(cell: Any) -> bool:
    """Whether an object stands for a value that is not there."""
    # a comparison with pandas' NA has no truth value
    return cell is None or type(cell).__name__ == "NAType" or bool(cell != cell)


def numeric(array: Any, name: str, remedy: str) -> Any:
    """The array, unless it holds text or categories, be they of digits."""
    array = readable(array, name)
    positions = columns_of(array, TEXTS, TEXT_TYPES)
    if positions:
        dtype = dtype_at(array, positions[0])
        raise ValueError(f"{name} holds text or categories (dtype {dtype}); {remedy}.")
    return array


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


@contextmanager
def one_sentence(name: str, remedy: str) -> Iterator[None]:
    """Turns scikit-learn's and NumPy's errors into one sentence that names the argument."""
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            yield
    except (ValueError, TypeError, OverflowError) as error:
        problem = str(error).split("\n")[0]
        if "could not convert" in problem:
            problem = f"{name} holds text ({problem}); {remedy}."
        elif "contains infinity" in problem:
            problem = f"{problem.rstrip('.')}; clip such numbers, or drop these rows."
        elif "NAType" in problem:
            problem = f"{name} holds NA among objects; make them numbers by convert_dtypes()."
        elif "feature names should" in problem:
            problem = f"{error}{_columns_to_give(str(error))}"
        elif "is expecting" in problem:
            problem = f"{problem.rstrip('.')}; give the columns that fit had, in their order."
        elif "names" in problem or "array" in problem or "Complex" in problem:
            # scikit-learn's own sentence, which need not say what it speaks of
            problem = str(error) if re.search(rf"\b{name}\b", str(error)) else f"{name}: {error}"
        elif not isinstance(error, ValueError) or "sequence" in problem:
            problem = f"{name} holds what is no number ({problem}); {remedy}."
        else:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(problem) from error


def _columns_to_give(problem: str) -> str:
    if "now missing" in problem:
        return "Give a table that has all columns of model.feature_names_in_, in their order."
    return "Give X[list(model.feature_names_in_)], the columns that fit had, in their order."
