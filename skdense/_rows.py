"""Checked input: a table, its target and its weights, or one clear sentence."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from numbers import Number, Real
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skdense.engine.layers import Array

FLOATS = (np.float64, np.float32)
# How dtypes of each kind begin: NumPy's kinds, and the names of those of pandas and polars.
TIMES = ("mM", ("date", "time", "duration", "period", "interval"))
_FILL = "fill the holes, for example by SimpleImputer, or drop these rows"
TEXTS = ("SU", ("str", "utf8", "categor", "enum", "binary"))


class Selection:
    """Some rows of an array, picked when asked for, so that there is no second table."""

    def __init__(self, X: Array, rows: Array) -> None:
        self._X, self._rows = X, rows
        self.shape, self.dtype = (len(rows), X.shape[1]), X.dtype

    def __getitem__(self, rows: Any) -> Array:
        return np.asarray(self._X[self._rows[rows]])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self[:] if dtype is None else self[:].astype(dtype, copy=False)


@dataclass(frozen=True)
class Rows:
    """Checked rows: float32 or float64 `X`, dense or CSR, `y`, and `weight` or None.

    `y` is as given, or as its `Target` reads it.
    """

    X: Any
    y: Array
    weight: Array | None

    def take(self, rows: Array) -> "Rows":
        return self._with(self.X[rows], rows)

    def select(self, rows: Array) -> "Rows":
        """As `take`, without a copy of a dense table."""
        X = self.X[rows] if sparse.issparse(self.X) else Selection(self.X, rows)
        return self._with(X, rows)

    def _with(self, X: Any, rows: Array) -> "Rows":
        """Some rows, of which the table is `X`."""
        return Rows(X, self.y[rows], None if self.weight is None else self.weight[rows])

    def counted(self) -> "Rows":
        """Without rows of weight zero, which are not there; unit weights are no weights."""
        if self.weight is None:
            return self
        rows = self if self.weight.all() else self.take(np.flatnonzero(self.weight))
        return Rows(rows.X, rows.y, None) if np.all(rows.weight == 1) else rows


def check_X(estimator: BaseEstimator, X: Any, *, reset: bool = False) -> Any:
    """The table; with `reset`, its width and names become those that are expected later."""
    if not reset and _is_as_expected(estimator, X):
        return X
    remedy = "encode its columns first, for example by OneHotEncoder"
    X = _numeric(X, "X", remedy)
    names = list(getattr(X, "columns", []))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"X has several columns named {twice!r}; rename all but one.")
    with _one_sentence("X", remedy):
        X = validate_data(estimator, X, accept_sparse="csr", dtype=FLOATS, reset=reset)
    if sparse.issparse(X) and not X.has_canonical_format:
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
    remedy = "turn it into numbers, or use a classifier"
    y = _unmasked(_readable(y, "y")) if dtype is None else _numeric(y, "y", remedy)
    if isinstance(y, Number | str) or getattr(y, "ndim", 1) == 0:
        raise ValueError(f"y must have a value for each of the {n_rows} rows of X, got {y!r}.")
    with _one_sentence("y", remedy):
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
    y = y.toarray() if sparse.issparse(y) else y
    if y.ndim > 2 or 0 in y.shape[1:]:
        raise ValueError(
            f"y must have shape (n_samples,) or (n_samples, n_outputs), got {y.shape}."
        )
    if len(y) != n_rows:
        raise ValueError(f"y has {len(y)} rows and X has {n_rows}; give one for each row of X.")
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def check_rows(
    estimator: BaseEstimator, X: Any, y: Any, sample_weight: Any, *, y_dtype: Any, reset: bool
) -> Rows:
    """The rows to train on."""
    X = check_X(estimator, X, reset=reset)
    y = check_y(estimator, y, X.shape[0], y_dtype)
    weight = check_sample_weight(sample_weight, X.shape[0])
    return Rows(X, y, weight).counted()


def check_sample_weight(sample_weight: Any, n_rows: int) -> Array | None:
    """Weights as float64 of shape (n_rows,), or None."""
    if sample_weight is None:
        return None
    weight = _numeric(sample_weight, "sample_weight", "give a number for each row")
    if isinstance(weight, Real):
        weight = np.full(n_rows, float(weight))
    with _one_sentence("sample_weight", "give a number for each row"):
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


def _readable(array: Any, name: str) -> Any:
    """The array, unless NumPy would turn it into plausible numbers without a word."""
    if isinstance(array, list | tuple):
        with _one_sentence(name, "give numbers"):
            array = np.asarray(array)
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise ValueError(f"{name} is a masked array with masked entries; fill or drop them.")
    if any(_is_of_kind(dtype, *TIMES) for dtype in _dtypes(array)):
        raise ValueError(
            f"{name} holds dates or durations; turn them into numbers first, for example "
            "the year, the month and the weekday."
        )
    return array


def _numeric(array: Any, name: str, remedy: str) -> Any:
    """The array, unless it holds text or categories, be they of digits."""
    array = _readable(array, name)
    for position, dtype in enumerate(_dtypes(array)):
        if _is_of_kind(dtype, *TEXTS) or (str(dtype) == "object" and _has_text(array, position)):
            raise ValueError(f"{name} holds text or categories (dtype {dtype}); {remedy}.")
    return array


def _unmasked(y: Any) -> Any:
    """A column of pandas' nullable integers or truth values as NumPy's; else floats come of it."""
    numpy_dtype = getattr(getattr(y, "dtype", None), "numpy_dtype", None)
    return y if numpy_dtype is None or y.isna().any() else y.to_numpy(numpy_dtype)


def _has_text(array: Any, position: int) -> bool:
    is_frame = hasattr(array, "iloc") and array.ndim == 2
    values = np.asarray(array.iloc[:, position] if is_frame else array, dtype=object)
    return any(isinstance(value, str | bytes) for value in values.flat)


def _dtypes(array: Any) -> list[Any]:
    dtypes = getattr(array, "dtypes", None)  # of a DataFrame
    return list(dtypes) if isinstance(dtypes, Iterable) else [getattr(array, "dtype", None)]


def _is_of_kind(dtype: Any, kinds: str, names: tuple[str, ...]) -> bool:
    if isinstance(dtype, np.dtype):
        return dtype.kind in kinds
    return str(dtype).lower().startswith(names)


@contextmanager
def _one_sentence(name: str, remedy: str) -> Iterator[None]:
    """Turns scikit-learn's and NumPy's errors into one sentence that names the argument."""
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            yield
    except (ValueError, TypeError, OverflowError) as error:
        problem = str(error).split("\n")[0]
        if "could not convert" in problem:
            problem = f"{name} holds text ({problem}); {remedy}."
        elif "contains NaN" in problem:
            problem = f"{problem.rstrip('.')}; {_FILL}."
        elif "NA is ambiguous" in problem:
            problem = f"{name} contains NA; {_FILL}."
        elif "names" in problem or "array" in problem or "Complex" in problem:
            # scikit-learn's own sentence, which need not say what it speaks of
            problem = str(error) if re.search(rf"\b{name}\b", str(error)) else f"{name}: {error}"
        elif not isinstance(error, ValueError) or "sequence" in problem:
            problem = f"{name} holds what is no number ({problem}); {remedy}."
        else:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(problem) from error
