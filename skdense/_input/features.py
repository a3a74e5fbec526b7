"""Check the features: a user's table becomes numbers."""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skdense._arrays.missing import has_missing
from skdense._input.refusals import FILL_MISSING, clear_errors, refuse_masked
from skdense._input.serving import frame_of_records
from skdense._input.shape import check_is_rows, check_is_table, check_shape
from skdense._input.text import refuse_text
from skdense._input.typing import ArrayLike, TableLike
from skdense._table.choice import is_a_list, selected
from skdense._table.frame import Frame, frame_of, in_memory
from skdense._table.table import Table
from skdense.engine.typing import Array, Matrix

FLOATS = (np.float64, np.float32)


REMEDY = "encode its columns first, for example by OneHotEncoder"


def learn_X(
    estimator: BaseEstimator, X: TableLike, categorical_features: object
) -> tuple[Table, Matrix]:
    """Return how the first table is read, and its numbers.

    Sets the number and the names of columns that later tables must have.
    """
    X = in_memory(X)
    frame = _checked_frame(estimator, X, reset=True)
    if frame is not None:
        table = Table.learn(frame, categorical_features)
        return table, _read(frame, table)
    is_named = is_a_list(categorical_features)
    X = _checked_array(estimator, X, reset=True, keeps_types=is_named)
    if not is_named or not selected(categorical_features, None, X.shape[1]):
        return Table(), _numbers(X)
    frame = _cells(X)
    table = Table.of_array(frame, categorical_features)
    return table, _read(frame, table)


def check_X(estimator: BaseEstimator, X: TableLike, table: Table) -> Matrix:
    """Return a table as floats, dense or CSR, as `table` reads it.

    Categories become codes from 0, missing ones their number of levels. NaN stands for missing
    numbers, and for categories that are not in the first table.
    """
    if not table.kinds and _is_as_expected(estimator, X):
        return X
    X = in_memory(X)
    frame = frame_of_records(estimator, X) or _checked_frame(estimator, X, reset=False)
    if frame is not None:
        return _read(frame, table)
    X = _checked_array(estimator, X, reset=False, keeps_types=bool(table.kinds))
    return _read(_cells(X), table) if table.kinds else _numbers(X)


def _checked_frame(estimator: BaseEstimator, X: TableLike, *, reset: bool) -> Frame | None:
    """Return a DataFrame whose columns are those that fit had; None for anything else."""
    check_is_table(X)
    frame = frame_of(X)
    if frame is not None:
        check_shape(X)
        _check_features(estimator, X, reset=reset)
    return frame


def _checked_array(
    estimator: BaseEstimator, X: TableLike, *, reset: bool, keeps_types: bool
) -> TableLike:
    """Return anything else with the number of columns that fit had; lists become arrays."""
    if not hasattr(X, "shape"):
        given, X = X, _array_of(X, keeps_types=keeps_types)
        check_is_rows(given, X)
    refuse_masked(X, "X")
    check_shape(X)
    _check_features(estimator, X, reset=reset)
    return X


def _array_of(rows: ArrayLike, *, keeps_types: bool) -> Array:
    """Return rows as an array; of objects if NumPy would turn all cells into text."""
    with clear_errors("X", "give numbers"):
        array = np.array(rows, dtype=object if keeps_types else None)
        return np.array(rows, dtype=object) if array.dtype.kind in "SU" else array


def _check_features(estimator: BaseEstimator, X: TableLike, *, reset: bool) -> None:
    with clear_errors("X", REMEDY):
        validate_data(estimator, X, skip_check_array=True, reset=reset)


def _cells(X: TableLike) -> Frame:
    """Return an array as columns that keep the type of each cell."""
    if sparse.issparse(X):
        raise ValueError(
            "X is sparse, but categorical_features needs a dense table; give a dense one, or set "
            "categorical_features=None and fit."
        )
    return Frame.of_array(check_array(X, dtype=None, ensure_all_finite=False, input_name="X"))


def _read(frame: Frame, table: Table) -> Array:
    """Return the numbers of a frame; ValueError if one is infinite."""
    numbers = table.read(frame)
    infinite = np.isinf(numbers).any(axis=0)
    if infinite.any():
        column = int(np.argmax(infinite))
        label = frame.columns[table.origin[column] if table.kinds else column].label
        raise ValueError(
            f"Input X contains infinity in column {label}; clip such numbers, or drop these rows."
        )
    return numbers


def _numbers(X: TableLike) -> Matrix:
    """Return an array of numbers as floats."""
    refuse_text(X)
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
