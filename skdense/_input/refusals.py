"""The sentences that refuse a user's array."""

import re
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from typing import Any

import numpy as np

from skdense._input.dtypes import (
    TEXT_TYPES,
    TEXTS,
    TIMES,
    columns_of,
    dtype_at,
    dtypes_of,
    is_missing,
    is_of_kind,
    is_table,
    named_columns,
)

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


def numeric(array: Any, name: str, remedy: str) -> Any:
    """The array, unless it holds text or categories, be they of digits."""
    array = readable(array, name)
    positions = columns_of(array, TEXTS, TEXT_TYPES)
    if positions:
        dtype = dtype_at(array, positions[0])
        raise ValueError(f"{name} holds text or categories (dtype {dtype}); {remedy}.")
    return array


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
