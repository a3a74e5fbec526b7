"""A small table of which the rules for columns and targets say what they say of the whole one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from skdense._input.target import check_y
from skdense._settings.parameters import Parameters
from skdense._table.choice import is_a_list, selected
from skdense._table.kinds.text import OWN_TEXT
from skdense.dask.errors import in_partition
from skdense.engine.typing import Array

# Distinct cells of a column that each partition, and then all of them together, may show.
MOST_CELLS = 200_000
# The rules for text ask which share of the rows has a text of its own.
REPEATS = 2


@dataclass(frozen=True)
class Look:
    """What a partition, or several of them together, show of themselves.

    Attributes
    ----------
    n_rows : int
        Number of rows, not counting those of weight 0.
    names : list or None
        Names of the columns; None for an array.
    columns : list of Series
        Distinct cells of each column, as far as its content depends on them.
    n_present, n_distinct : list of int
        Number of rows of each column with a value, and the sum of the numbers of distinct cells
        of each partition.
    y : ndarray
        Distinct rows of the target; of a numeric target, one.
    """

    n_rows: int
    names: list[Any] | None
    columns: list[pd.Series]
    n_present: list[int]
    n_distinct: list[int]
    y: Array


def look(number: int, X: Any, y: Any, weight: Any, estimator: Parameters) -> Look | None:
    """Look at a partition; return None if it has no rows that count."""
    with in_partition(number):
        _check_lengths(X, y, weight)
        if weight is not None:
            # anything but numbers is refused where the rows are read
            counts = np.asarray(weight) != 0
            X, y = X[counts], y[counts]
        if len(X) == 0:
            return None
        y = check_y(estimator, y, len(X), estimator._y_dtype)
    names = list(X.columns) if hasattr(X, "columns") else None
    columns = [X.iloc[:, i] for i in range(X.shape[1])] if names else list(map(pd.Series, X.T))
    features = estimator.categorical_features
    named = selected(features, names, len(columns)) if is_a_list(features) else set()
    cells = [_distinct(column, i in named) for i, column in enumerate(columns)]
    n_present = [int(column.notna().sum()) for column in columns]
    n_distinct = list(map(len, cells))
    is_numeric = estimator._y_dtype is not None
    shown = [column.iloc[: MOST_CELLS + 1] for column in cells]
    return Look(len(X), names, shown, n_present, n_distinct, y[:1] if is_numeric else _once(y))


def _check_lengths(X: Any, y: Any, weight: Any) -> None:
    for name, values in (("y", y), ("sample_weight", weight)):
        if values is not None and len(values) != len(X):
            raise ValueError(
                f"{name} has {len(values)} rows and X has {len(X)}; give both the same rows in "
                "each partition."
            )


def _distinct(column: pd.Series, is_named: bool) -> pd.Series:
    """Return the distinct cells of a column, or one where only its dtype counts."""
    known = column.dropna()
    if not is_named and (_is_number(column.dtype) or column.dtype.kind == "m"):
        return known.iloc[:1]
    if column.dtype.kind == "M" and not is_named:
        parts = (known.dt.year, known.dt.month, known.dt.day_of_week, known.dt.hour)
        return known[~np.logical_and.reduce([part.duplicated() for part in parts])]
    return _each_once(known)


def _is_number(dtype: Any) -> bool:
    return bool(pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype))


def _each_once(cells: pd.Series) -> pd.Series:
    try:
        return cells.drop_duplicates()
    except TypeError:  # lists, which are refused
        return cells.iloc[:1]


def _once(y: Array) -> Array:
    """Return the distinct rows of a target."""
    return y[~pd.DataFrame(y).duplicated().to_numpy()]


def look_together(looks: Sequence[Look | None]) -> Look | None:
    """Return what partitions show together; ValueError if their columns differ."""
    there = [one for one in looks if one is not None]
    if not there:
        return None
    names = _common_names(there)
    places = [[_place(one, names, i) for one in there] for i in range(len(there[0].columns))]

    def total(name: str) -> list[int]:
        counts = [getattr(one, name) for one in there]
        return [sum(own[j] for own, j in zip(counts, js, strict=True)) for js in places]

    return Look(
        sum(one.n_rows for one in there),
        names,
        [_cells([one.columns[j] for one, j in zip(there, js, strict=True)]) for js in places],
        total("n_present"),
        total("n_distinct"),
        _targets([one.y for one in there]),
    )


def _common_names(looks: Sequence[Look]) -> list[Any] | None:
    first = looks[0]
    for one in looks[1:]:
        odd = set(one.names or []) ^ set(first.names or [])
        if odd or len(one.columns) != len(first.columns):
            which = f" ({', '.join(sorted(map(repr, odd)))} in some alone)" if odd else ""
            raise ValueError(
                f"X has {len(first.columns)} columns in one partition and {len(one.columns)} in "
                f"another{which}; give all partitions the same columns."
            )
    return first.names


def _place(one: Look, names: list[Any] | None, i: int) -> int:
    """Return where a partition has the i-th column, whatever the order of its columns."""
    return i if names is None or one.names is None else one.names.index(names[i])


def _cells(parts: Sequence[pd.Series]) -> pd.Series:
    """Return the distinct cells of a column of several partitions."""
    there = [part for part in parts if len(part)] or list(parts[:1])
    if all(isinstance(part.dtype, pd.CategoricalDtype) for part in there):
        cells = pd.Series(pd.api.types.union_categoricals(there))
    else:
        cells = pd.concat(there, ignore_index=True)
    return _each_once(cells).iloc[: MOST_CELLS + 1]


def _targets(parts: Sequence[Array]) -> Array:
    """Return the distinct rows of the target of several partitions."""
    shapes = {part.shape[1:] for part in parts}
    if len(shapes) > 1:
        raise ValueError(
            f"y has another number of outputs in some of its partitions (shapes {shapes}); give "
            "all partitions the same."
        )
    kinds = {part.dtype.kind for part in parts}
    if kinds & set("US") and len(kinds) > 1:
        parts = [part.astype(object) for part in parts]
    y = _once(np.concatenate(parts))
    if len(y) > MOST_CELLS:
        raise ValueError(
            f"y has more than {MOST_CELLS:,} distinct values, too many for classes; use "
            "DaskDenseNetRegressor."
        )
    return y


@dataclass(frozen=True)
class Example:
    """A table and a target of which rules say what they say of the whole.

    Attributes
    ----------
    X : DataFrame or ndarray
        Each column has all distinct cells that decide on its content, repeated as far as the
        number of its rows does.
    y : ndarray
    cut_off : list of int
        Positions of the columns of more than MOST_CELLS distinct cells, which are not all there.
    """

    X: Any
    y: Array
    cut_off: list[int]

    @classmethod
    def of(cls, seen: Look) -> "Example":
        """Make an example from what all partitions show together."""
        cut_off = [i for i, cells in enumerate(seen.columns) if len(cells) > MOST_CELLS]
        n_present = list(seen.n_present)
        for i in cut_off:
            if seen.n_distinct[i] > OWN_TEXT * n_present[i]:
                # as in all rows, nearly every cell is there once
                n_present[i] = len(seen.columns[i])
        sizes = list(zip(seen.columns, n_present, strict=True))
        n = max(min(n_there, REPEATS * len(cells)) for cells, n_there in sizes)
        n = max(n, min(seen.n_rows, 2))
        columns = [_filled(cells, n_there, n, seen.n_rows) for cells, n_there in sizes]
        # many classes for the number of rows deserve a warning
        n_times = max(1, min(3, seen.n_rows // len(seen.y)))
        return cls(_table(columns, seen.names), np.concatenate([seen.y] * n_times), cut_off)


def _filled(cells: pd.Series, n_present: int, n: int, n_rows: int) -> pd.Series:
    """Return a column of n rows with these cells, repeated, and missing where it has no more."""
    n_there = n if n_present == n_rows else min(n, n_present)
    cells = cells.reset_index(drop=True)
    if len(cells):
        cells = cells.take(np.arange(n_there) % len(cells)).reset_index(drop=True)
    return cells if len(cells) == n else cells.reindex(range(n))


def _table(columns: list[pd.Series], names: list[Any] | None) -> Any:
    if names is not None:
        frame = pd.concat(columns, axis=1)
        frame.columns = pd.Index(names)
        return frame
    arrays = [column.to_numpy() for column in columns]
    is_object = any(array.dtype == object for array in arrays)
    return np.column_stack([array.astype(object) if is_object else array for array in arrays])
