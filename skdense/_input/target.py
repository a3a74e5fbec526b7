"""Check the target."""

from numbers import Number
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array

from skdense._input.dtypes import ArrayLike
from skdense._input.refusals import (
    check_is_vector,
    check_numeric,
    check_readable,
    clear_errors,
    refuse_missing,
)
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
    if isinstance(y, Number | str) or getattr(y, "ndim", 1) == 0:
        raise ValueError(f"y must have one value for each of the {n_rows} rows of X, got {y!r}.")
    y = _read_y(y, dtype)
    if y.ndim > 2 or 0 in y.shape[1:]:
        raise ValueError(
            f"y must have shape (n_samples,) or (n_samples, n_outputs), got {y.shape}."
        )
    if len(y) != n_rows:
        raise ValueError(
            f"y has {len(y)} rows and X has {n_rows}; give one value for each row of X."
        )
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def _read_y(given: ArrayLike, dtype: YDtype) -> Array:
    """Return a target as an array of any shape; ValueError if a value is missing."""
    remedy = "turn it into numbers, or use a classifier"
    y = check_readable(given, "y")
    if not sparse.issparse(y):
        with clear_errors("y", remedy):
            refuse_missing(given, "y", "drop these rows of X and y")
    y = _unmasked(y) if dtype is None else check_numeric(y, "y", remedy)
    with clear_errors("y", remedy):
        y = check_array(
            y,
            accept_sparse="csr",
            dtype=dtype,
            ensure_2d=False,
            allow_nd=True,
            ensure_min_samples=0,
            ensure_min_features=0,
            input_name="y",
        )
    return y.toarray() if sparse.issparse(y) else y


def _unmasked(y: ArrayLike) -> ArrayLike:
    """Return pandas' nullable integers or bools in NumPy's dtype, which would become floats."""
    numpy_dtype = getattr(getattr(y, "dtype", None), "numpy_dtype", None)
    return y if numpy_dtype is None else y.to_numpy(numpy_dtype)
