"""Containers of every library for one column of values."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa


def objects(values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def from_a_table(values):
    """The last column of a table of mixed types, as `values[:, -1]`."""
    return pd.DataFrame({"name": "a", "y": objects(values)}).to_numpy()[:, -1]


# Of any values.
CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "array": np.array,
    "array of objects": objects,
    "column of objects": lambda v: objects(v)[:, None],
    "last column of a mixed table": from_a_table,
    "list of rows": lambda v: [[value] for value in v],
    "Series": lambda v: pd.Series(v, index=range(900, 900 + len(v))),
    "Series of objects": lambda v: pd.Series(objects(v), dtype=object),
    "Index": pd.Index,
    "pandas frame": lambda v: pd.DataFrame({"y": v}),
    "pandas frame of objects": lambda v: pd.DataFrame({"y": objects(v)}, dtype=object),
    "pandas category": lambda v: pd.Series(v).astype("category"),
    "Categorical": pd.Categorical,
    "nullable": lambda v: pd.Series(pd.array(v)),
    "nullable frame": lambda v: pd.DataFrame({"y": pd.array(v)}),
    "extension array": pd.array,
    "ArrowDtype": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.array(v).type)),
    "polars Series": pl.Series,
    "polars frame": lambda v: pl.DataFrame({"y": v}),
    "pyarrow Array": pa.array,
    "ChunkedArray": lambda v: pa.chunked_array([pa.array(v[:20]), pa.array(v[20:])]),
    "pyarrow Table": lambda v: pa.table({"y": pa.array(v)}),
    "RecordBatch": lambda v: pa.record_batch({"y": pa.array(v)}),
    "pyarrow dictionary": lambda v: pa.array(v).dictionary_encode(),
}
# Of text.
TEXT = CONTAINERS | {
    "string": lambda v: pd.Series(v, dtype="string"),
    "polars Categorical": lambda v: pl.Series(v).cast(pl.Categorical),
    "Enum": lambda v: pl.Series(v).cast(pl.Enum(sorted({*v} - {None}, reverse=True))),
}
