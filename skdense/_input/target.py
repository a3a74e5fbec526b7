"""Check the target."""

from typing import Any, NoReturn

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array

from skdense._input.refusals import check_is_vector, clear_errors
from skdense._input.typing import ArrayLike
from skdense._input.values import is_text, read_values
from skdense._table.cells.cell import number_in
from skdense.engine.typing import Array

# The dtypes that a target may have; None allows any.
YDtype = tuple[type[np.floating[Any]], ...] | None


def check_y(estimator: BaseEstimator, y: ArrayLike, n_rows: int, dtype: YDtype) -> Array:
    """Return the target as an array, of numbers if `dtype` is given; ravel a single column."""
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None."
        )
    check_is_vector(y, "y")
    values = read_values(y, "y", "drop these rows of X and y")
    _check_shape(values, y, n_rows)
    if dtype is not None and is_text(values):
        _refuse_text(values)
    values = _finite(values, dtype)
    return values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values


def _check_shape(values: Array, given: ArrayLike, n_rows: int) -> None:
    if values.ndim == 0:
        raise ValueError(
            f"y must have one value for each of the {n_rows} rows of X, got {given!r}."
        )
    if values.ndim > 2 or 0 in values.shape[1:]:
        raise ValueError(
            f"y must have shape (n_samples,) or (n_samples, n_outputs), got {values.shape}."
        )
    if len(values) != n_rows:
        raise ValueError(
            f"y has {len(values)} rows and X has {n_rows}; give one value for each row of X."
        )


def _refuse_text(values: Array) -> NoReturn:
    """Raise ValueError for text, and say how to predict classes, or numbers that are text."""
    cells = np.ndenumerate(values.reshape(len(values), -1))
    texts = [(cell, row) for (row, _), cell in cells if isinstance(cell, str)]
    others = [(text, row) for text, row in texts if not _is_number(text)]
    what, (text, row) = "text" if others else "numbers as text", (others or texts)[0]
    how = "" if len(others) == values.size else _by_pandas(values.ndim, coerce=bool(others))
    raise ValueError(
        f"y holds {what}, first {str(text)!r} in row {row}; use DenseNetClassifier if these are "
        f"classes, or turn it into numbers{how}."
    )


def _by_pandas(ndim: int, *, coerce: bool) -> str:
    """Return how pandas makes numbers of a target in which some cells are numbers."""
    how = ", errors='coerce'" if coerce else ""
    series, table = f"to_numeric(y{how})", f"DataFrame(y).apply(pandas.to_numeric{how})"
    code = f"y = pandas.{series if ndim == 1 else table}"
    then = ", and drop the rows of X and y that are missing then" if coerce else ""
    return f", in pandas by {code}{then}"


def _is_number(text: str) -> bool:
    """Whether pandas.to_numeric turns a text into a number."""
    return number_in(text) == number_in(text) and text.isascii() and len(text.split()) == 1


def _finite(values: Array, dtype: YDtype) -> Array:
    """Return values in one of these dtypes; ValueError if a number is infinite or complex."""
    with clear_errors("y", "turn it into numbers, or use DenseNetClassifier"):
        return check_array(
            values,
            dtype=dtype,
            ensure_2d=False,
            ensure_min_samples=0,
            ensure_min_features=0,
            input_name="y",
        )
