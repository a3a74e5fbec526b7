"""Read targets of any container as NumPy arrays of their natural type.

Integers come as integers, booleans as bool, text as text and other numbers as floats, whether
the container is a list, an array of objects, or a Series or a frame of any library.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from numbers import Integral, Number
from types import NoneType

import narwhals.stable.v2 as nw
import numpy as np
from narwhals import Series
from narwhals.exceptions import DuplicateError
from scipy import sparse

from skdense._input.refusals import clear_errors, refuse_masked, refuse_missing
from skdense._input.typing import ArrayLike
from skdense._table.cells.column import objects
from skdense._table.frame import loader_of
from skdense.engine.typing import Array

NUMBERS = (Number, np.bool_)
TIME_TYPES = (date, time, timedelta, np.datetime64, np.timedelta64)
# Types of missing values beside None and NaN.
MISSING = ("NAType", "NaTType")
# Types of cells that users give for labels or numbers, and what to do with them.
TIMES = (
    "dates or durations; turn them into numbers first, for example the year, the month and the "
    "weekday."
)
BYTES = "bytes; turn them into text, for example by [value.decode() for value in {name}]."
SEVERAL = (
    "values of type {type}, the legacy multi-label form; make it an indicator matrix by "
    "sklearn.preprocessing.MultiLabelBinarizer."
)
COMPLEX = "complex numbers (Complex data not supported); give real numbers."
OTHERS = (
    "values of type {type}, which are neither numbers nor text; turn them into text, for example "
    "by [str(value) for value in {name}]."
)
# The first line that suits decides.
PROBLEMS: tuple[tuple[type | tuple[type, ...], str | None], ...] = (
    (TIME_TYPES, TIMES),
    (bytes, BYTES),
    ((list, tuple, set, np.ndarray), SEVERAL),
    ((complex, np.complexfloating), COMPLEX),
    ((str, *NUMBERS, NoneType), None),
    (object, OTHERS),
)


def read_values(given: ArrayLike, name: str, remedy: str) -> Array:
    """Return values as an array of any shape; `remedy` says what to do about missing ones.

    An array of two dimensions has dtype object if the types of its columns differ.
    """
    with clear_errors(name, "give numbers or text"):
        array = _as_array(given, name)
    refuse_masked(array, name)
    array = np.asarray(array)
    if array.ndim == 0:
        return array
    _refuse_types(array, name)
    refuse_missing(array, name, remedy)
    if array.ndim == 2 and array.dtype == object:
        return together(natural_columns(array))
    return _natural(array)


def natural_columns(array: Array) -> list[Array]:
    """Return the columns of an array of one or two dimensions, each in its natural type."""
    return [_natural(column) for column in array.reshape(len(array), -1).T]


def together(columns: Sequence[Array]) -> Array:
    """Return columns as an array of two dimensions: of objects if their types differ."""
    if len({column.dtype.kind for column in columns}) == 1:
        return np.column_stack(columns)
    table = np.empty((len(columns[0]), len(columns)), dtype=object)
    for i, column in enumerate(columns):
        table[:, i] = column
    return table


def is_text(array: Array) -> bool:
    """Whether an array holds text, perhaps among other objects."""
    return array.dtype.kind == "U" or (
        array.dtype == object and any(isinstance(value, str) for value in array.flat)
    )


def _as_array(given: ArrayLike, name: str) -> Array:
    if sparse.issparse(given):
        return np.asarray(given.toarray())
    if isinstance(given, list | tuple):
        return _of_list(given, name)
    try:
        native = nw.from_native(given, allow_series=True, pass_through=True)
    except DuplicateError as error:
        raise ValueError(f"{name} has several columns of one name; rename all but one.") from error
    if isinstance(native, nw.LazyFrame):
        loader = loader_of(type(given))
        raise ValueError(f"{name} is lazy; compute it first, for example by {name}.{loader}().")
    if isinstance(native, nw.DataFrame):
        columns = [_of_series(column) for column in native.iter_columns()]
        return together(columns) if columns else np.empty(native.shape)
    if isinstance(native, nw.Series):
        return _of_series(native)
    array = np.asanyarray(given)
    return array.astype(object) if array.dtype.kind == "T" else array


def _of_list(given: Sequence[object], name: str) -> Array:
    """Return a list as an array; of objects if NumPy may have converted some of them."""
    try:
        array = np.asarray(given)
        cells = np.array(given, dtype=object)
    except ValueError as error:
        raise ValueError(
            f"{name} has rows of different lengths, the legacy multi-label form; make it an "
            "indicator matrix by sklearn.preprocessing.MultiLabelBinarizer."
        ) from error
    is_alike = array.ndim == 1 and array.dtype.kind in "biu"
    return array if is_alike or all(isinstance(cell, str) for cell in cells.flat) else cells


def _of_series(series: Series[ArrayLike]) -> Array:
    is_array = series.dtype.is_numeric() or series.dtype == nw.Boolean
    if is_array and series.dtype not in (nw.Int128, nw.UInt128):  # NumPy has no such integers
        return np.asarray(series.to_numpy())
    return objects(series.to_list())


def _refuse_types(array: Array, name: str) -> None:
    """Raise ValueError for dates, bytes and anything that is neither text nor a number."""
    types = _types_in(array) if array.dtype == object else {array.dtype.type}
    for found in sorted(types, key=str):
        problem = next(problem for kind, problem in PROBLEMS if issubclass(found, kind))
        if problem is not None and found.__name__ not in MISSING:
            raise ValueError(f"{name} holds {problem.format(name=name, type=found.__name__)}")


def _natural(cells: Array) -> Array:
    """Return objects that are all numbers in the dtype that suits them; others as they are."""
    if cells.dtype != object or not _are(NUMBERS, cells):
        return cells
    numbers = np.array(cells.tolist())
    if not _are((Integral, np.bool_), cells):
        # of decimals and fractions NumPy makes objects
        return cells.astype(np.float64) if numbers.dtype == object else numbers
    # integers beyond 64 bits stay objects, as different ones may be one float
    return numbers if numbers.dtype.kind in "biu" else cells


def _are(kinds: tuple[type, ...], cells: Array) -> bool:
    return all(issubclass(kind, kinds) for kind in _types_in(cells))


def _types_in(cells: Array) -> set[type]:
    return set(map(type, cells.flat))
