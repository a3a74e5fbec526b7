"""Which columns of a table the parameter `categorical_features` means."""

from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np

from skdense._input.dtypes import CATEGORIES, dtypes_of, is_of_kind
from skdense.engine.typing import Array

FORMS = "None, 'from_dtype', or a list of column names, of positions or of a bool per column"


def which_are_categorical(X: Any, features: Any) -> Array:
    """A bool for each column."""
    if features is None:
        return np.zeros(X.shape[1], bool)
    if isinstance(features, str) and features == "from_dtype":
        return _of_category_dtype(X)
    given = _listed(features)
    if all(isinstance(feature, bool | np.bool_) for feature in given):
        return _from_mask(given, X.shape[1])
    is_categorical = np.zeros(X.shape[1], bool)
    is_categorical[_positions(X, given)] = True
    return is_categorical


def _listed(features: Any) -> list[Any]:
    if isinstance(features, str | bytes) or not isinstance(features, Iterable):
        raise ValueError(f"categorical_features must be {FORMS}, got {features!r}.")
    return list(features)


def _of_category_dtype(X: Any) -> Array:
    is_frame = hasattr(X, "columns")
    dtypes = dtypes_of(X) if is_frame else [None] * X.shape[1]
    return np.array([is_of_kind(dtype, *CATEGORIES) for dtype in dtypes], bool)


def _from_mask(given: list[Any], n_features: int) -> Array:
    if given and len(given) != n_features:
        raise ValueError(
            f"categorical_features has {len(given)} bools and X has {n_features} columns; give "
            "one for each column."
        )
    return np.array(given or [False] * n_features, bool)


def _positions(X: Any, given: list[Any]) -> list[int]:
    if all(isinstance(feature, str) for feature in given):
        return _named_positions(X, given)
    if all(isinstance(f, Integral) and not isinstance(f, bool) for f in given):
        return _checked_positions(given, X.shape[1])
    types = ", ".join(sorted({type(feature).__name__ for feature in given}))
    raise ValueError(f"categorical_features must be {FORMS}, got a list of {types}.")


def _named_positions(X: Any, given: list[str]) -> list[int]:
    if not hasattr(X, "columns"):
        raise ValueError(
            f"categorical_features names columns, first {given[0]!r}, and X has no names; give "
            "positions, or a DataFrame."
        )
    names = list(X.columns)
    unknown = [name for name in given if name not in names]
    if unknown:
        raise ValueError(
            f"categorical_features names {unknown[0]!r}, which is no column of X; its columns "
            f"are {names}."
        )
    return [names.index(name) for name in given]


def _checked_positions(given: list[int], n_features: int) -> list[int]:
    beyond = [position for position in given if not 0 <= position < n_features]
    if beyond:
        raise ValueError(
            f"categorical_features has position {beyond[0]}, and the columns of X are numbered "
            f"0 to {n_features - 1}; correct it."
        )
    return given
