"""Find the columns of a table that the parameter `categorical_features` selects."""

from collections.abc import Iterable
from numbers import Integral

import numpy as np

from skdense._input.dtypes import CATEGORIES, TableLike, dtypes_of, is_of_kind
from skdense.engine.typing import Array

FORMS = "None, 'from_dtype', or a list of column names, of positions, or of one bool per column"


def which_are_categorical(X: TableLike, features: object) -> Array:
    """Return a bool for each column; ValueError if the parameter does not suit the table."""
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


def _listed(features: object) -> list[object]:
    if isinstance(features, str | bytes) or not isinstance(features, Iterable):
        raise ValueError(f"categorical_features must be {FORMS}, got {features!r}.")
    return list(features)


def _of_category_dtype(X: TableLike) -> Array:
    is_frame = hasattr(X, "columns")
    dtypes = dtypes_of(X) if is_frame else [None] * X.shape[1]
    return np.array([is_of_kind(dtype, *CATEGORIES) for dtype in dtypes], bool)


def _from_mask(given: list[object], n_features: int) -> Array:
    if given and len(given) != n_features:
        raise ValueError(
            f"categorical_features has {len(given)} bools and X has {n_features} columns; give "
            "one for each column."
        )
    return np.array(given or [False] * n_features, bool)


def _positions(X: TableLike, given: list[object]) -> list[int]:
    names = [feature for feature in given if isinstance(feature, str)]
    if len(names) == len(given):
        return _named_positions(X, names)
    positions = [int(f) for f in given if not isinstance(f, bool) and isinstance(f, Integral)]
    if len(positions) == len(given):
        return _checked_positions(positions, X.shape[1])
    types = ", ".join(sorted({type(feature).__name__ for feature in given}))
    raise ValueError(f"categorical_features must be {FORMS}, got a list of {types}.")


def _named_positions(X: TableLike, given: list[str]) -> list[int]:
    if not hasattr(X, "columns"):
        raise ValueError(
            f"categorical_features names columns, first {given[0]!r}, but X has no column names; "
            "give positions, or make X a DataFrame."
        )
    names = list(X.columns)
    unknown = [name for name in given if name not in names]
    if unknown:
        raise ValueError(
            f"categorical_features names {unknown[0]!r}, which is not a column of X; give some of "
            f"its columns {names}."
        )
    return [names.index(name) for name in given]


def _checked_positions(given: list[int], n_features: int) -> list[int]:
    beyond = [position for position in given if not 0 <= position < n_features]
    if beyond:
        raise ValueError(
            f"categorical_features has position {beyond[0]}, but the columns of X are numbered "
            f"0 to {n_features - 1}; give positions in this range."
        )
    return given
