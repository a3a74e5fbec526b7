"""The target as an array."""

from numbers import Number
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array

from skdense._input.refusals import (
    numeric,
    one_sentence,
    readable,
    refuse_missing,
    refuse_no_vector,
)
from skdense.engine.typing import Array

# The dtypes that a target may have; None takes any.
YDtype = tuple[type[np.floating[Any]], ...] | None


def check_y(estimator: BaseEstimator, y: Any, n_rows: int, dtype: Any) -> Array:
    """The target, as numbers if `dtype` names some; one column is a vector."""
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None."
        )
    refuse_no_vector(y, "y")
    if isinstance(y, Number | str) or getattr(y, "ndim", 1) == 0:
        raise ValueError(f"y must have a value for each of the {n_rows} rows of X, got {y!r}.")
    y = _read_y(y, dtype)
    if y.ndim > 2 or 0 in y.shape[1:]:
        raise ValueError(
            f"y must have shape (n_samples,) or (n_samples, n_outputs), got {y.shape}."
        )
    if len(y) != n_rows:
        raise ValueError(f"y has {len(y)} rows and X has {n_rows}; give one for each row of X.")
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def _read_y(given: Any, dtype: Any) -> Array:
    """A target's values in an array of any shape, none of them missing."""
    remedy = "turn it into numbers, or use a classifier"
    y = readable(given, "y")
    if not sparse.issparse(y):
        with one_sentence("y", remedy):
            refuse_missing(given, "y", "drop these rows of X and y")
    y = _unmasked(y) if dtype is None else numeric(y, "y", remedy)
    with one_sentence("y", remedy):
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


def _unmasked(y: Any) -> Any:
    """A column of pandas' nullable integers or truth values as NumPy's; else floats come of it."""
    numpy_dtype = getattr(getattr(y, "dtype", None), "numpy_dtype", None)
    return y if numpy_dtype is None else y.to_numpy(numpy_dtype)
