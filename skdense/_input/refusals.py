"""Checks of a user's arrays that raise clear errors."""

import re
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager

import numpy as np

from skdense._input.typing import ArrayLike
from skdense._table.cells.cell import is_missing

FILL_MISSING = "fill missing values, for example by SimpleImputer, or drop these rows"


def refuse_masked(array: ArrayLike, name: str) -> None:
    """Raise ValueError for masked entries, which NumPy would take for values."""
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise ValueError(f"{name} is a masked array with masked entries; fill or drop them.")


def check_is_vector(array: ArrayLike, name: str) -> None:
    """Raise ValueError for dicts, sets and iterators, which NumPy would store as one object."""
    # a sparse matrix may be a dict of its entries
    if isinstance(array, Mapping | Set | Iterator) and not hasattr(array, "shape"):
        raise ValueError(
            f"{name} is a {type(array).__name__}; give a list or an array with one entry for "
            "each row of X."
        )


def refuse_missing(array: ArrayLike, name: str, remedy: str) -> None:
    """Raise ValueError if an entry is NaN, None or NA."""
    # NumPy would convert NaN in a list with text to text
    cells = np.array(array, object) if isinstance(array, list | tuple) else np.asarray(array)
    if cells.dtype.kind not in "fO":
        return
    missing = (
        np.isnan(cells)
        if cells.dtype.kind == "f"
        else np.array([is_missing(cell) for cell in cells.flat], bool).reshape(cells.shape)
    )
    if missing.any():
        n_missing, row = int(missing.sum()), int(np.nonzero(missing)[0][0])
        values = "1 missing value," if n_missing == 1 else f"{n_missing} missing values, the first"
        raise ValueError(f"Input {name} contains NaN: {values} in row {row}; {remedy}.")


@contextmanager
def clear_errors(name: str, remedy: str) -> Iterator[None]:
    """Turn errors of scikit-learn and NumPy into one sentence that names the argument."""
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
            # scikit-learn's message, which may not name the argument
            problem = str(error) if re.search(rf"\b{name}\b", str(error)) else f"{name}: {error}"
        elif not isinstance(error, ValueError) or "sequence" in problem:
            problem = f"{name} contains a non-numeric value ({problem}); {remedy}."
        else:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(problem) from error


def _columns_to_give(problem: str) -> str:
    if "now missing" in problem:
        return "Give a table that has all columns of model.feature_names_in_, in their order."
    return "Give X[list(model.feature_names_in_)], the columns that fit had, in their order."
