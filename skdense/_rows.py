"""Checked input: a table, its target and its weights, or one clear sentence."""

from dataclasses import dataclass
from numbers import Number, Real
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skdense._expansion import has_missing
from skdense._readable import (
    FILL,
    is_of_kind,
    numeric,
    one_sentence,
    readable,
    refuse_missing,
    refuse_no_vector,
)
from skdense._shape import check_shape, refuse_no_table
from skdense._table import Table, cellwise, refuse_text
from skdense.engine.layers import Array

FLOATS = (np.float64, np.float32)
REMEDY = "encode its columns first, for example by OneHotEncoder"


@dataclass(frozen=True)
class Rows:
    """Checked rows: float32 or float64 `X`, dense or CSR, `y`, and `weight` or None.

    A dense `X` holds NaN where something is missing, and the codes of categories. `y` is
    as given, or as its `Target` reads it.
    """

    X: Any
    y: Array
    weight: Array | None

    def take(self, rows: Array) -> "Rows":
        return Rows(self.X[rows], self.y[rows], None if self.weight is None else self.weight[rows])

    def counted(self) -> "Rows":
        """Without rows of weight zero, which are not there; unit weights are no weights."""
        if self.weight is None:
            return self
        rows = self if self.weight.all() else self.take(np.flatnonzero(self.weight))
        return Rows(rows.X, rows.y, None) if np.all(rows.weight == 1) else rows


def check_X(estimator: BaseEstimator, X: Any, table: Table, *, reset: bool = False) -> Any:
    """The numbers of a table, float or CSR, where NaN stands for what is missing.

    With `reset`, its width and names become those that are expected later. `table` was learnt
    from the first one.
    """
    if not reset and table.is_categorical is None and _is_as_expected(estimator, X):
        return X
    refuse_no_table(X)
    given, X = X, readable(table.cells(X), "X")
    check_shape(X)
    names = list(getattr(X, "columns", []))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"X has several columns named {twice!r}; rename all but one.")
    with one_sentence("X", REMEDY):
        validate_data(estimator, X, skip_check_array=True, reset=reset)
    # of a list with some text, NumPy makes text of every cell
    is_text = is_of_kind(getattr(X, "dtype", None), "SU", ())
    refuse_text(cellwise(given) if is_text else X, table.numeric, is_new=reset)
    if table.is_categorical is None:
        return _numbers(X)
    numbers = table.numbers(X)
    with one_sentence("X", REMEDY):
        return check_array(numbers, ensure_all_finite="allow-nan", input_name="X")


def _numbers(X: Any) -> Any:
    """A table without categories."""
    checks = {"accept_sparse": "csr", "dtype": FLOATS, "ensure_all_finite": "allow-nan"}
    with one_sentence("X", REMEDY):
        X = check_array(X, **checks, input_name="X")
    if not sparse.issparse(X):
        return X
    if has_missing(X.data):
        raise ValueError(f"X contains NaN, which a sparse table must not; {FILL}.")
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    return X


def _is_as_expected(estimator: BaseEstimator, X: Any) -> bool:
    """Whether there is nothing to say of a table without names; all checks take 70 us."""
    return (
        type(X) is np.ndarray
        and X.dtype in FLOATS
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == getattr(estimator, "n_features_in_", None)
        and not hasattr(estimator, "feature_names_in_")
        and _is_finite(X)
    )


def _is_finite(X: Array) -> bool:
    # a sum takes half the time, and is finite unless a number is not or it overflows
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(X.sum()) or np.isfinite(X).all())


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


def check_rows(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    sample_weight: Any,
    *,
    table: Table,
    y_dtype: Any,
    reset: bool,
) -> Rows:
    """The rows to train on; `table` was learnt from the first ones."""
    X = check_X(estimator, X, table, reset=reset)
    y = check_y(estimator, y, X.shape[0], y_dtype)
    weight = check_sample_weight(sample_weight, X.shape[0])
    return Rows(X, y, weight).counted()


def check_sample_weight(sample_weight: Any, n_rows: int) -> Array | None:
    """Weights as float64 of shape (n_rows,), or None."""
    if sample_weight is None:
        return None
    refuse_no_vector(sample_weight, "sample_weight")
    weight = numeric(sample_weight, "sample_weight", "give a number for each row")
    refuse_missing(weight, "sample_weight", "give a weight for each row")
    if isinstance(weight, Real):
        weight = np.full(n_rows, float(weight))
    with one_sentence("sample_weight", "give a number for each row"):
        weight = check_array(
            weight,
            ensure_2d=False,
            allow_nd=True,
            dtype=np.float64,
            ensure_min_samples=0,
            input_name="sample_weight",
        )
    if weight.shape != (n_rows,):
        raise ValueError(
            f"sample_weight must have shape ({n_rows},), one for each row of X, "
            f"got {weight.shape}."
        )
    if (weight < 0).any():
        raise ValueError(f"sample_weight must not be negative, got {weight.min()}.")
    check_total_weight(weight)
    return weight


def check_total_weight(weight: Array) -> None:
    """Raise ValueError unless the weights add up to a positive, finite number."""
    with np.errstate(over="ignore"):
        total = weight.sum()
    if total == 0:
        raise ValueError(
            "sample_weight, times class_weight if set, is zero for every row; at least one "
            "weight must be positive."
        )
    if not np.isfinite(total):
        raise ValueError("sample_weight adds up to more than a float can hold; scale it down.")


def _unmasked(y: Any) -> Any:
    """A column of pandas' nullable integers or truth values as NumPy's; else floats come of it."""
    numpy_dtype = getattr(getattr(y, "dtype", None), "numpy_dtype", None)
    return y if numpy_dtype is None else y.to_numpy(numpy_dtype)
