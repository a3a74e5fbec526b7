"""The features: a user's table as numbers."""

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skdense._arrays.missing import has_missing
from skdense._input.categories import Table, cellwise
from skdense._input.dtypes import is_of_kind
from skdense._input.refusals import FILL, one_sentence, readable
from skdense._input.shape import check_shape, refuse_no_table
from skdense._input.text import refuse_text
from skdense.engine.typing import Array

FLOATS = (np.float64, np.float32)


REMEDY = "encode its columns first, for example by OneHotEncoder"


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
