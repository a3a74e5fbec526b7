"""Dask collections as matching partitions of a table, its target and its weights."""

from dataclasses import dataclass
from typing import Any

import dask.array as da
import dask.dataframe as dd
from dask.delayed import Delayed

TABLES = (da.Array, dd.DataFrame)
COLUMNS = (da.Array, dd.Series, dd.DataFrame)


@dataclass(frozen=True)
class Partition:
    """The rows of one partition, not computed yet; `weight` may be None."""

    X: Delayed
    y: Delayed
    weight: Delayed | None


def partitions_of(X: Any, y: Any, sample_weight: Any) -> list[Partition]:
    """Return the partitions of Dask collections; ValueError unless they match."""
    check_table(X)
    for name, values in (("y", y), ("sample_weight", sample_weight)):
        if values is not None or name == "y":
            _check_matches(name, values, X)
    weights = [None] * X.npartitions if sample_weight is None else delayed_parts(sample_weight)
    return [
        Partition(*parts)
        for parts in zip(delayed_parts(X), delayed_parts(y), weights, strict=True)
    ]


def check_table(X: Any) -> None:
    """Raise ValueError unless X is a Dask table with all columns in each of its partitions."""
    if not isinstance(X, TABLES):
        raise ValueError(
            f"X must be a Dask Array or DataFrame, got a {type(X).__module__}."
            f"{type(X).__name__}; fit the estimator of skdense itself, or make X a collection "
            "by dask.array.from_array or dask.dataframe.from_pandas."
        )
    if isinstance(X, da.Array) and (X.ndim != 2 or X.numblocks[1] != 1):
        raise ValueError(
            f"X must have two dimensions and one chunk of columns, got chunks {X.numblocks} of "
            f"{X.ndim} dimensions; use X.rechunk({{1: -1}})."
        )


def _check_matches(name: str, values: Any, X: Any) -> None:
    """Raise ValueError unless the values are a collection with the partitions of X."""
    if not isinstance(values, COLUMNS):
        raise ValueError(
            f"{name} must be a Dask collection with the partitions of X, got "
            f"{'None' if values is None else f'a {type(values).__name__}'}."
        )
    if isinstance(values, da.Array) and values.ndim == 2 and values.numblocks[1] != 1:
        raise ValueError(f"{name} must have one chunk of columns; use {name}.rechunk({{1: -1}}).")
    if values.npartitions != X.npartitions:
        raise ValueError(
            f"{name} has {values.npartitions} partitions and X has {X.npartitions}; give both "
            "the same rows in each partition, as columns of one DataFrame have, or by rechunk."
        )


def is_collection(X: Any) -> bool:
    """Whether a table is one of Dask's."""
    return isinstance(X, TABLES)


def delayed_parts(collection: Any) -> list[Delayed]:
    """Return the partitions of a collection."""
    # which may read several parquet files as one, depending on the columns, where it optimizes
    delayed = collection.to_delayed(optimize_graph=False)
    return list(delayed if isinstance(delayed, list) else delayed.ravel())
