"""Lazy predictions of Dask collections, partition by partition."""

from collections.abc import Callable
from typing import Any

import dask.array as da
import numpy as np
from dask import delayed

from skdense.dask.partitions import check_table, delayed_parts
from skdense.engine.typing import Array, DType

Method = Callable[[Any], Any]


def predict_lazily(method: Method, X: Any, dtype: DType, shape: tuple[int, ...]) -> da.Array:
    """Return a lazy array of what a method returns for each partition of X.

    Parameters
    ----------
    method : callable
        A method of a fitted estimator.
    X : Dask Array or DataFrame
    dtype : dtype
        Of the result.
    shape : tuple of int
        Its shape without the axis of rows.
    """
    check_table(X)
    # one copy of the estimator in the graph, and not one for each partition
    shared = delayed(method, pure=True)
    sizes = X.chunks[0] if isinstance(X, da.Array) else (np.nan,) * X.npartitions
    task = delayed(_of_part, pure=True)
    arrays = [
        da.from_delayed(task(shared, part, dtype, shape), (size, *shape), dtype)
        for part, size in zip(delayed_parts(X), sizes, strict=True)
    ]
    return da.concatenate(arrays, allow_unknown_chunksizes=True)


def _of_part(method: Method, X: Any, dtype: DType, shape: tuple[int, ...]) -> Array:
    if len(X) == 0:
        return np.empty((0, *shape), dtype)
    return np.asarray(method(X), dtype)


def float_of(X: Any) -> DType:
    """Return float32 if all columns of a collection are, else float64."""
    dtypes = [X.dtype] if isinstance(X, da.Array) else list(X.dtypes)
    return np.dtype(np.float32 if all(dtype == np.float32 for dtype in dtypes) else np.float64)
