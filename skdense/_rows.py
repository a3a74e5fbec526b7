"""Checked input: a table, its target and its weights, or one clear sentence."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, is_regressor
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_array, check_consistent_length, validate_data

from skdense.engine.layers import Array, RandomSource

FLOATS = (np.float64, np.float32)


@dataclass(frozen=True)
class Rows:
    """Checked rows: float32 or float64 `X`, dense or CSR, `y`, and `weight` or None."""

    X: Any
    y: Array
    weight: Array | None

    def take(self, rows: Array) -> "Rows":
        weight = None if self.weight is None else self.weight[rows]
        return Rows(self.X[rows], self.y[rows], weight)

    def without_zero_weights(self) -> "Rows":
        """A row of weight zero is a row that is not there."""
        if self.weight is None or self.weight.all():
            return self
        check_total_weight(self.weight)
        return self.take(np.flatnonzero(self.weight))


def check_X(estimator: BaseEstimator, X: Any, *, reset: bool = False) -> Any:
    """The table; with `reset`, its width and names become those that are expected later."""
    _refuse_lossy(X, "X")
    names = list(getattr(X, "columns", []))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"X has several columns named {twice!r}; rename all but one.")
    with _text_refused("X", "encode its columns first, for example by OneHotEncoder"):
        return validate_data(estimator, X, accept_sparse="csr", dtype=FLOATS, reset=reset)


def check_y(estimator: BaseEstimator, y: Any) -> Array:
    """The target, as numbers for a regressor; one column is a vector."""
    if y is None:
        raise ValueError(
            f"{type(estimator).__name__} requires y to be passed, but the target y is None."
        )
    _refuse_lossy(y, "y")
    dtype = np.float64 if is_regressor(estimator) else None
    with _text_refused("y", "turn it into numbers, or use a classifier"):
        y = check_array(
            y, accept_sparse="csr", dtype=dtype, ensure_2d=False, allow_nd=True, input_name="y"
        )
    y = y.toarray() if sparse.issparse(y) else y
    if y.ndim not in (1, 2):
        raise ValueError(
            f"y must have shape (n_samples,) or (n_samples, n_outputs), got {y.shape}."
        )
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def check_rows(
    estimator: BaseEstimator, X: Any, y: Any, sample_weight: Any, *, reset: bool
) -> Rows:
    """The rows to train on."""
    X, y = check_X(estimator, X, reset=reset), check_y(estimator, y)
    check_consistent_length(X, y)
    return Rows(X, y, check_sample_weight(sample_weight, X.shape[0]))


def check_sample_weight(sample_weight: Any, n_rows: int) -> Array | None:
    """Weights as float64 of shape (n_rows,), or None."""
    if sample_weight is None:
        return None
    if isinstance(sample_weight, Real):
        sample_weight = np.full(n_rows, sample_weight)
    weight = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
    )
    if weight.shape != (n_rows,):
        raise ValueError(
            f"sample_weight must have shape ({n_rows},), one for each row of X, "
            f"got {weight.shape}."
        )
    if (weight < 0).any():
        raise ValueError(f"sample_weight must not be negative, got {weight.min()}.")
    check_total_weight(weight)
    # unit weights are no weights, to the bit
    return None if (weight == 1).all() else weight


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


def hold_out(
    n_rows: int, fraction: float, strata: Array | None, rng: RandomSource
) -> tuple[Array, Array]:
    """Row numbers to train on and to validate on, in the same shares of each stratum."""
    n_held_out = int(np.ceil(fraction * n_rows))
    n_strata = 1 if strata is None else len(np.unique(strata))
    too_few = max(2, n_strata)
    if n_held_out < too_few or n_rows - n_held_out < n_strata:
        raise ValueError(
            f"early_stopping holds out {n_held_out} of {n_rows} rows, but needs at least "
            f"{too_few} (2, and one a class); give more rows or raise validation_fraction."
        )
    if strata is not None and np.unique(strata, return_counts=True)[1].min() < 2:
        raise ValueError(
            "early_stopping needs at least 2 rows of every class in y, to train and to "
            "validate on; remove the class of 1 row or switch early_stopping off."
        )
    train, held_out = train_test_split(
        np.arange(n_rows), test_size=fraction, random_state=rng, stratify=strata
    )
    return train, held_out


def _refuse_lossy(array: Any, name: str) -> None:
    """What NumPy would turn into plausible numbers without a word."""
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise ValueError(f"{name} is a masked array with masked entries; fill or drop them.")
    kinds = {np.dtype(dtype).kind for dtype in _numpy_dtypes(array)}
    if kinds & set("mM"):
        raise ValueError(
            f"{name} holds dates or durations; turn them into numbers first, for example "
            "the year, the month and the weekday."
        )


@contextmanager
def _text_refused(name: str, remedy: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError) as error:
        if "could not convert" not in str(error):
            raise
        raise ValueError(f"{name} holds text ({error}); {remedy}.") from error


def _numpy_dtypes(array: Any) -> list[np.dtype[Any]]:
    dtypes = getattr(array, "dtypes", None)  # of a DataFrame
    columns = dtypes if isinstance(dtypes, Iterable) else [getattr(array, "dtype", None)]
    return [dtype for dtype in columns if isinstance(dtype, np.dtype)]
