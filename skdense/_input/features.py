"""Check the features: a user's table becomes numbers."""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skdense._arrays.missing import has_missing
from skdense._input.categories import Codes, Table, keep_cell_types
from skdense._input.dtypes import TableLike, is_of_kind
from skdense._input.refusals import FILL_MISSING, check_readable, clear_errors
from skdense._input.shape import check_is_table, check_shape
from skdense._input.text import refuse_text
from skdense.engine.typing import Array, Matrix

FLOATS = (np.float64, np.float32)


REMEDY = "encode its columns first, for example by OneHotEncoder"


def check_X(
    estimator: BaseEstimator,
    X: TableLike,
    table: Table,
    *,
    reset: bool = False,
    codes: list[Codes] | None = None,
) -> Matrix:
    """Return a table as floats, dense or CSR, where NaN stands for missing values.

    `reset` sets the number and the names of columns that later tables must have. `table` was
    learnt from the first table, as was `codes`, which is given if X is that table.
    """
    if not reset and table.is_categorical is None and _is_as_expected(estimator, X):
        return X
    check_is_table(X)
    given, X = X, check_readable(table.cells(X), "X")
    if table.is_categorical is None:  # else `cells` has checked it
        check_shape(X)
    names = list(getattr(X, "columns", []))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"X has several columns named {twice!r}; rename all but one.")
    with clear_errors("X", REMEDY):
        validate_data(estimator, X, skip_check_array=True, reset=reset)
    # NumPy converts every cell of a list with some text to text
    is_text = is_of_kind(getattr(X, "dtype", None), "SU", ())
    refuse_text(keep_cell_types(given) if is_text else X, table.numeric, is_new=reset)
    if table.is_categorical is None:
        return _numbers(X)
    return table.read(X, codes)


def _numbers(X: TableLike) -> Matrix:
    """Return a table without categories as floats."""
    checks = {"accept_sparse": "csr", "dtype": FLOATS, "ensure_all_finite": "allow-nan"}
    with clear_errors("X", REMEDY):
        X = check_array(X, **checks, input_name="X")
    if not sparse.issparse(X):
        return X
    if has_missing(X.data):
        raise ValueError(f"X contains NaN, which a sparse table must not contain; {FILL_MISSING}.")
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    return X


def _is_as_expected(estimator: BaseEstimator, X: TableLike) -> bool:
    """Whether a table is a valid array without names; saves the 70 us of all checks."""
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
    # the sum takes half the time; it is not finite if a number is not, or if it overflows
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(X.sum()) or np.isfinite(X).all())
