"""Columns of plain numbers of a table, in one call of its library."""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from skdense.engine.typing import Array

# narwhals' dtypes of numbers that NumPy has as well.
PLAIN = (
    *(nw.Int8, nw.Int16, nw.Int32, nw.Int64, nw.UInt8, nw.UInt16, nw.UInt32, nw.UInt64),
    *(nw.Float32, nw.Float64),
)


def block_of(X: Any, positions: list[int]) -> tuple[list[int], Array] | None:
    """Return which of these columns hold plain numbers, and their numbers.

    None if there are none, or if the library of the table has no such call.
    """
    if nw.dependencies.is_pandas_dataframe(X):
        dtypes = X.dtypes.tolist()
        plain = [i for i in positions if dtypes[i].kind in "iuf"]
        table = X if len(plain) == len(dtypes) else X.iloc[:, plain]
        if not all(isinstance(dtypes[i], np.dtype) for i in plain):
            are_32 = all(getattr(dtypes[i], "numpy_dtype", dtypes[i]) == np.float32 for i in plain)
            dtype = np.float32 if are_32 else np.float64
            return plain, table.to_numpy(dtype, na_value=np.nan)
    elif nw.dependencies.is_polars_dataframe(X):
        kinds = nw.from_native(X).schema.dtypes()
        plain = [i for i in positions if isinstance(kinds[i], PLAIN)]
        table = X[:, plain]
    else:
        return None
    if not plain:
        return None
    block: Array = table.to_numpy()
    return (plain, block) if block.dtype.kind in "iuf" else None
