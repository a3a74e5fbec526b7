"""Columns of every type of cell, as each library stores it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from skdense._table.cells.column import Content

DAY = timedelta(days=1)
# Three cells of each type, the second one missing.
CELLS = {
    Content.NUMBERS: [3, None, 1],
    Content.TRUTH: [True, None, False],
    Content.TEXT: ["b", None, "a"],
    Content.CATEGORIES: ["b", None, "a"],
    Content.DATES: [datetime(1969, 12, 31), None, datetime(2024, 7, 1)],
    Content.DURATIONS: [DAY, None, -3 * DAY],
    Content.TIMES: [time(1, 2, 3), None, time(23)],
    Content.NOTHING: [None, None, None],
    Content.BYTES: [b"b", None, b"a"],
    Content.LISTS: [[1], None, [2]],
    Content.RECORDS: [{"q": 1}, None, {"q": 2}],
    Content.OBJECTS: [(1, "x"), None, (0, "y")],
}
# What they are read as.
READ = {
    Content.NUMBERS: [3, np.nan, 1],
    Content.TRUTH: [1, 2, 0],
    Content.TEXT: [1, 2, 0],
    Content.CATEGORIES: [1, 2, 0],
    Content.DATES: [-1, np.nan, 19_905],
    Content.DURATIONS: [86_400, np.nan, -3 * 86_400],
    Content.TIMES: [3_723, np.nan, 82_800],
    Content.OBJECTS: [1, 2, 0],
}
UNITS = ("s", "ms", "us", "ns")
BITS = (8, 16, 32, 64)
PANDAS = {
    Content.NUMBERS: [
        *(f"{kind}{bits}" for kind in ("Int", "UInt") for bits in BITS),
        *("float16", "float32", "float64", "Float32", "Float64", "Sparse[float]", object),
    ],
    Content.TRUTH: ["boolean", object],
    Content.TEXT: ["str", "string", "string[python]", "string[pyarrow]", object],
    Content.CATEGORIES: ["category"],
    Content.DATES: [*(f"datetime64[{unit}]" for unit in UNITS), "period[D]", object],
    Content.DURATIONS: [*(f"timedelta64[{unit}]" for unit in UNITS), object],
    Content.NOTHING: ["str", "string", object],
    Content.TIMES: [object],
    Content.BYTES: [object],
    Content.LISTS: [object],
    Content.RECORDS: [object],
    Content.OBJECTS: [object],
}
INT = pa.int64()
ARROW = {
    Content.NUMBERS: [
        *(pa.int8(), pa.int16(), pa.int32(), INT, pa.uint8(), pa.uint16(), pa.uint32()),
        *(pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(9, 2), pa.decimal256(50, 2)),
    ],
    Content.TRUTH: [pa.bool_()],
    Content.TEXT: [pa.string(), pa.large_string()],
    Content.CATEGORIES: [pa.dictionary(pa.int8(), pa.string())],
    Content.DATES: [pa.date32(), pa.date64(), *map(pa.timestamp, UNITS)],
    Content.DURATIONS: list(map(pa.duration, UNITS)),
    Content.TIMES: [pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns")],
    Content.NOTHING: [pa.null(), pa.string()],
    Content.BYTES: [pa.binary(), pa.large_binary(), pa.binary(1)],
    Content.LISTS: [pa.list_(INT), pa.large_list(INT), pa.list_(INT, 1)],
    Content.RECORDS: [pa.struct({"q": INT})],
}
POLARS = {
    Content.NUMBERS: [
        *(pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
        *(pl.Float32, pl.Float64, pl.Decimal(10, 2), pl.Object),
    ],
    Content.TRUTH: [pl.Boolean],
    Content.TEXT: [pl.String],
    Content.CATEGORIES: [pl.Categorical, pl.Enum(["b", "a", "unused"])],
    Content.DATES: [pl.Date, *map(pl.Datetime, UNITS[1:])],
    Content.DURATIONS: list(map(pl.Duration, UNITS[1:])),
    Content.TIMES: [pl.Time],
    Content.NOTHING: [pl.Null, pl.String],
    Content.BYTES: [pl.Binary],
    Content.LISTS: [pl.List(pl.Int64), pl.Array(pl.Int64, 1)],
    Content.RECORDS: [pl.Struct({"q": pl.Int64})],
    Content.OBJECTS: [pl.Object],
}
if hasattr(pl, "Int128"):
    POLARS[Content.NUMBERS].append(pl.Int128)


class OwnFrame:
    """A table of a library that narwhals does not know."""

    def __init__(self, columns):
        self._columns = columns
        self.columns = list(columns)

    def __getitem__(self, name):
        return self._columns[name]

    def __len__(self):
        return len(next(iter(self._columns.values())))

    @property
    def shape(self):
        return len(self), len(self.columns)


def _pandas(cells, dtype):
    return pd.DataFrame({"a": pd.Series(cells, dtype=dtype)})


def _arrow_in_pandas(cells, dtype):
    return pd.DataFrame({"a": pd.Series(pd.array(cells, dtype=pd.ArrowDtype(dtype)))})


def _arrow(cells, dtype):
    return pa.table({"a": pa.array(cells, dtype)})


def _polars(cells, dtype):
    if isinstance(dtype, pl.Decimal):
        cells = [cell and Decimal(cell) for cell in cells]
    return pl.DataFrame({"a": pl.Series(cells, dtype=dtype)})


LIBRARIES = (
    ("pandas", PANDAS, _pandas),
    ("Arrow in pandas", ARROW, _arrow_in_pandas),
    ("pyarrow", ARROW, _arrow),
    ("polars", POLARS, _polars),
)
# Tables of one column "a" by library and dtype: what it holds, and a function that makes it.
TYPED = {
    f"{library}, {getattr(dtype, '__name__', dtype)}, {content.value}": (
        content,
        lambda make=make, content=content, dtype=dtype: make(CELLS[content], dtype),
    )
    for library, dtypes, make in LIBRARIES
    for content in dtypes
    for dtype in dtypes[content]
}
DAYS = [date(1969, 12, 31), None, date(2024, 7, 1)]
# What the tables above cannot say by a dtype.
TYPED |= {
    "pandas, dates as objects": (Content.DATES, lambda: _pandas(DAYS, object)),
    "pandas, NaT among objects": (
        Content.DATES,
        lambda: _pandas([DAYS[0], pd.NaT, np.datetime64(DAYS[2])], object),
    ),
    "pandas, NumPy's durations as objects": (
        Content.DURATIONS,
        lambda: _pandas([np.timedelta64(1, "D"), pd.NaT, np.timedelta64(-72, "h")], object),
    ),
    "pandas, decimals": (
        Content.NUMBERS,
        lambda: _pandas([Decimal(3), Decimal("NaN"), Decimal(1)], object),
    ),
    "pandas, NA among objects": (Content.NUMBERS, lambda: _pandas([np.int8(3), pd.NA, 1], object)),
    "pandas, booleans among numbers": (
        Content.NUMBERS,
        lambda: _pandas([3.0, np.nan, True], object),
    ),
    "pandas, numbers among text": (Content.TEXT, lambda: _pandas(["b", np.nan, 5], object)),
    "pandas, arrays": (
        Content.LISTS,
        lambda: _pandas([np.array([1, 2]), None, np.array([3])], object),
    ),
    "pandas, sets": (Content.LISTS, lambda: _pandas([{1}, None, {2}], object)),
    "pandas, complex": (Content.COMPLEX, lambda: _pandas([1j, np.nan, 2.0], complex)),
    "pandas, complex objects": (Content.COMPLEX, lambda: _pandas([1j, None, 2j], object)),
    "pandas, categories of numbers": (
        Content.CATEGORIES,
        lambda: _pandas([3, None, 1], "category"),
    ),
    "pandas, categories of intervals": (
        Content.CATEGORIES,
        lambda: pd.DataFrame({"a": pd.cut([9, np.nan, 1], 2)}),
    ),
    "pandas, categories of dates": (
        Content.CATEGORIES,
        lambda: pd.DataFrame({"a": pd.Categorical(pd.to_datetime(["2021", None, "2020"]))}),
    ),
    "pandas, intervals": (
        Content.OBJECTS,
        lambda: pd.DataFrame({"a": pd.arrays.IntervalArray.from_tuples([(1, 2), None, (0, 1)])}),
    ),
    "pandas, dates among text": (
        Content.OBJECTS,
        lambda: _pandas(["2020", None, DAYS[0]], object),
    ),
    "pandas, float16 of Arrow": (
        Content.NUMBERS,
        lambda: _arrow([np.float16(3), None, np.float16(1)], pa.float16()),
    ),
    "a frame of its own, text": (
        Content.TEXT,
        lambda: OwnFrame({"a": np.array(["b", None, "a"], object)}),
    ),
    "a frame of its own, numbers": (
        Content.NUMBERS,
        lambda: OwnFrame({"a": np.array([3, np.nan, 1])}),
    ),
    "a frame of its own, dates": (
        Content.DATES,
        lambda: OwnFrame({"a": np.array(["1969-12-31", "NaT", "2024-07-01"], "M8[ns]")}),
    ),
    "a frame of its own, durations": (
        Content.DURATIONS,
        lambda: OwnFrame({"a": np.array([24, "NaT", -72], "m8[h]").astype("m8[ns]")}),
    ),
    "a frame of its own, series": (
        Content.TEXT,
        lambda: OwnFrame({"a": pd.Series(["b", None, "a"])}),
    ),
}
