"""What a user's array holds, told by its dtypes; pandas and polars are never imported."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

# How dtypes of each kind begin: NumPy's kinds, and the names of those of pandas and polars.
TIMES = ("mM", ("date", "time", "duration", "period", "interval"))
CATEGORIES = ("", ("categor", "enum", "dictionary"))
TEXTS = ("SU", ("str", "utf8", "binary", *CATEGORIES[1]))
FILL = "fill the holes, for example by SimpleImputer, or drop these rows"


def readable(array: Any, name: str) -> Any:
    """The array, unless NumPy would turn it into plausible numbers without a word."""
    if isinstance(array, list | tuple):
        with one_sentence(name, "give numbers"):
            array = np.asarray(array)
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise ValueError(f"{name} is a masked array with masked entries; fill or drop them.")
    if any(is_of_kind(dtype, *TIMES) for dtype in dtypes_of(array)):
        raise ValueError(
            f"{name} holds dates or durations; turn them into numbers first, for example "
            "the year, the month and the weekday."
        )
    return array


def numeric(array: Any, name: str, remedy: str) -> Any:
    """The array, unless it holds text or categories, be they of digits."""
    array = readable(array, name)
    position = first_text(array)
    if position is not None:
        dtype = dtype_at(array, position)
        raise ValueError(f"{name} holds text or categories (dtype {dtype}); {remedy}.")
    return array


def first_text(array: Any, positions: Iterable[int] | None = None) -> int | None:
    """The first column, of those at `positions`, that holds text or categories."""
    if not any(_may_be_text(dtype) for dtype in dtypes_of(array)):
        return None
    if positions is None:
        positions = range(array.shape[1] if is_table(array) else 1)
    return next((position for position in positions if _is_text(array, position)), None)


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


def _may_be_text(dtype: Any) -> bool:
    return str(dtype) == "object" or is_of_kind(dtype, *TEXTS)


def _is_text(array: Any, position: int) -> bool:
    dtype = dtype_at(array, position)
    if str(dtype) != "object":
        return is_of_kind(dtype, *TEXTS)
    values = np.asarray(pick(array, position) if is_table(array) else array, dtype=object)
    return any(isinstance(value, str | bytes) for value in values.flat)


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
        elif "contains NaN" in problem:
            problem = f"{problem.rstrip('.')}; {FILL}."
        elif "contains infinity" in problem:
            problem = f"{problem.rstrip('.')}; clip such numbers, or drop these rows."
        elif "NA is ambiguous" in problem:
            problem = f"{name} contains NA; {FILL}."
        elif "NAType" in problem:
            problem = f"{name} holds NA among objects; make them numbers by convert_dtypes()."
        elif "names" in problem or "array" in problem or "Complex" in problem:
            # scikit-learn's own sentence, which need not say what it speaks of
            problem = str(error) if re.search(rf"\b{name}\b", str(error)) else f"{name}: {error}"
        elif not isinstance(error, ValueError) or "sequence" in problem:
            problem = f"{name} holds what is no number ({problem}); {remedy}."
        else:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(problem) from error
