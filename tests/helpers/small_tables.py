"""Small tables of every kind."""

import numpy as np
import pandas as pd
import polars as pl
from scipy import sparse

RNG = np.random.RandomState(0)
X = RNG.standard_normal((40, 3))
Y = (X[:, 0] > 0).astype(int)
SPARSE = X * (RNG.uniform(size=X.shape) < 0.5)
LETTERS, NAN = list("xyxz") * 10, np.nan
NO_NUMBERS = pd.array([pd.NA] * 40, dtype="Int64")
HOLED = {
    "NaN": lambda: np.where(X > 1, NAN, X),
    "NaN in float32": lambda: np.where(X > 1, NAN, X).astype(np.float32),
    "NaN in a list": lambda: np.where(X > 1, NAN, X).tolist(),
    "NaN in a frame": lambda: pd.DataFrame(np.where(X > 1, NAN, X)),
    "pandas NA": lambda: pd.DataFrame(X).convert_dtypes().mask(X > 1),
    "pandas NA integers": lambda: pd.DataFrame({"a": pd.array([1, 2, pd.NA, 4] * 10)}),
    "pandas NA booleans": lambda: pd.DataFrame({"a": [True, pd.NA] * 20}, dtype="boolean"),
    "polars null": lambda: pl.DataFrame({"a": [1, None, 3, 5] * 10, "b": X[:, 0]}),
    "polars null booleans": lambda: pl.DataFrame({"a": [True, None, False, True] * 10}),
    "objects with None": lambda: [[1, None], [2, 3]] * 20,
    "objects with NaN": lambda: np.where(X > 1, NAN, X).astype(object),
    "a column of holes alone": lambda: np.column_stack([X, np.full(40, NAN)]),
    "a column of NA alone": lambda: pd.DataFrame({"a": X[:, 0], "b": NO_NUMBERS}),
    "holes alone": lambda: np.full((40, 2), NAN),
}
CATEGORIES = {
    "pandas": lambda: pd.DataFrame({"a": LETTERS}).astype("category"),
    "pandas numbers": lambda: pd.DataFrame(X.round()).astype("category"),
    "pandas with holes": lambda: pd.DataFrame({"a": pd.Categorical(["x", None, "y", "x"] * 10)}),
    "pandas beside numbers": lambda: pd.DataFrame({"a": pd.Categorical(LETTERS), "b": X[:, 0]}),
    "pandas of many": lambda: pd.DataFrame({"a": pd.Categorical(range(40)), "b": X[:, 0]}),
    "polars": lambda: pl.DataFrame({"a": LETTERS}).cast(pl.Categorical),
    "polars enum": lambda: pl.DataFrame({"a": LETTERS}).cast(pl.Enum(list("xyz"))),
    "polars with null": lambda: pl.DataFrame({"a": ["x", None] * 20}).cast(pl.Categorical),
}
DATES = pd.date_range("2020", periods=40)


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def plain(table):
    """The same numbers in float64, dense or CSR."""
    is_sparse = sparse.issparse(table)
    return sparse.csr_array(table).astype(float) if is_sparse else np.asarray(table, float)


def columns(frame):
    """Of a frame, with NaN for what is missing."""
    for name in frame.columns:
        yield [NAN if cell is None or cell is pd.NA else float(cell) for cell in frame[name]]
