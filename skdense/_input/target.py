"""Check the target."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array

from skdense._input.refusals import check_is_vector, clear_errors
from skdense._input.typing import ArrayLike
from skdense._input.values import is_text, read_values
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
        raise ValueError(
            f"y holds text (dtype {values.dtype}); turn it into numbers, or use a classifier."
        )
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


def _finite(values: Array, dtype: YDtype) -> Array:
    """Return values in one of these dtypes; ValueError if a number is infinite or complex."""
    with clear_errors("y", "turn it into numbers, or use a classifier"):
        return check_array(
            values,
            dtype=dtype,
            ensure_2d=False,
            ensure_min_samples=0,
            ensure_min_features=0,
            input_name="y",
        )
