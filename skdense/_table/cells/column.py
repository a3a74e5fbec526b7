"""One column of a user's table, in whatever library."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property
from numbers import Real
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from skdense._table.cells.cell import as_float, is_missing
from skdense.engine.typing import Array


class Content(Enum):
    """What the cells of a column are; the value is their name in errors."""

    NUMBERS = "numbers"
    TRUTH = "booleans"
    TEXT = "text"
    CATEGORIES = "categories"
    DATES = "dates"
    DURATIONS = "durations"
    TIMES = "times of day"
    NOTHING = "nothing"
    BYTES = "bytes"
    LISTS = "lists"
    RECORDS = "records"
    COMPLEX = "complex numbers"
    OBJECTS = "objects"


@dataclass
class Column:
    """A column of a table.

    Attributes
    ----------
    label : str
        Its name or position, as errors call it.
    get : callable
        Returns the cells, a narwhals.Series or an array of numbers or objects.
    """

    label: str
    get: Callable[[], Any]

    @classmethod
    def of(cls, label: str, values: Array) -> "Column":
        """Return a column of an array."""
        return cls(label, lambda: values)

    @cached_property
    def values(self) -> Any:
        """The cells, as the table has them."""
        return self.get()

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def cells(self) -> list[Any]:
        """The cells as Python objects."""
        if isinstance(self.values, nw.Series):
            return _apart(self.values.to_list())
        # tolist() makes dates and durations in nanoseconds plain integers
        is_time = self.values.dtype.kind in "mM"
        return _apart(list(self.values) if is_time else self.values.tolist())

    @cached_property
    def distinct(self) -> set[Any] | None:
        """The distinct cells; None if there are some, such as lists, that have no hash."""
        try:
            return set(self.cells)
        except TypeError:
            return None

    @property
    def mixes_truth(self) -> bool:
        """Whether there are booleans among other cells."""
        types = set(map(type, self.cells))
        return bool in types and len(types) > 1

    @property
    def is_empty(self) -> bool:
        """Whether all cells are missing, whatever the dtype."""
        return all(map(is_missing, self.cells))

    @cached_property
    def content(self) -> Content:
        """What the cells are."""
        if not isinstance(self.values, nw.Series):
            return _content_of_array(self.values, self.cells)
        dtype = self.values.dtype
        if dtype.is_numeric():
            return Content.NUMBERS
        known = next((what for kind, what in BY_DTYPE if isinstance(dtype, kind)), None)
        # narwhals 2.0 takes moments in a zone with an underscore, of Arrow, for times of day
        if known is not None and (known is not Content.TIMES or self.is_empty):
            return known
        # what pandas calls an object may be of any type; its sparse columns are of numbers
        is_known = isinstance(dtype, nw.String | nw.Time)
        return _content_of(self.cells) if is_known else self._content_of_unknown()

    def _content_of_unknown(self) -> Content:
        if self.is_empty:
            return Content.NOTHING
        return _content_of_array(self.values.to_numpy(), self.cells)

    @property
    def is_float32(self) -> bool:
        """Whether the cells are numbers in float32."""
        dtype = self.values.dtype
        return isinstance(dtype, nw.Float32) or dtype == np.float32

    def numbers(self) -> Array:
        """Return the cells of a column of numbers or booleans in float64, missing ones NaN."""
        if isinstance(self.values, nw.Series) and self.values.dtype.is_numeric():
            return _as_floats(self.values)
        if isinstance(self.values, nw.Series) and isinstance(self.values.dtype, nw.Boolean):
            truth = _as_array(self.values)
            if truth is not None:
                return truth.astype(np.float64)
        if isinstance(self.values, np.ndarray) and self.values.dtype.kind in "biuf":
            return self.values.astype(np.float64)
        return np.array([as_float(cell) for cell in self.cells])


def _apart(cells: list[Any]) -> list[Any]:
    """Return booleans among text and numbers as text, as True is equal to the number 1."""
    types = set(map(type, cells))
    if not ({bool, str} <= types and types & {int, float}):
        return cells
    return [str(cell) if isinstance(cell, bool) else cell for cell in cells]


def _as_floats(series: Any) -> Array:
    numbers = _as_array(series)
    if numbers is not None:
        return numbers.astype(np.float64, copy=False)
    # pyarrow does not cast integers beyond 2**53
    is_large = isinstance(series.dtype, nw.Int64 | nw.UInt64)
    cast = series if is_large else series.cast(nw.Float64)
    # pandas 2.0 makes columns of Arrow with holes objects
    floats: Array = cast.fill_null(0).to_numpy().astype(np.float64)
    floats[series.is_null().to_numpy()] = np.nan
    return floats


def _as_array(series: Any) -> Array | None:
    """Return numbers as NumPy has them, missing ones NaN; None if it has only objects."""
    if isinstance(series.dtype, nw.Int128 | nw.UInt128):  # NumPy has no such integers
        return None
    values: Array = series.to_numpy()
    return values if values.dtype.kind in "biuf" else None


# narwhals' dtypes; the categories of an Enum may be objects.
BY_DTYPE: tuple[tuple[Any, Content], ...] = (
    (nw.Boolean, Content.TRUTH),
    ((nw.Categorical, nw.Enum), Content.CATEGORIES),
    (nw.Datetime, Content.DATES),
    (nw.Date, Content.DATES),
    (nw.Duration, Content.DURATIONS),
    (nw.Time, Content.TIMES),
    (nw.Binary, Content.BYTES),
    ((nw.List, nw.Array), Content.LISTS),
    (nw.Struct, Content.RECORDS),
)
# Types of objects, the first that fits: a bool and a timedelta64 are Real, a datetime is a date.
BY_TYPE: tuple[tuple[Any, Content], ...] = (
    ((bool, np.bool_), Content.TRUTH),
    ((timedelta, np.timedelta64), Content.DURATIONS),
    ((Real, Decimal), Content.NUMBERS),
    (str, Content.TEXT),
    ((date, np.datetime64), Content.DATES),
    (time, Content.TIMES),
    (bytes, Content.BYTES),
    ((list, np.ndarray, set, frozenset), Content.LISTS),
    (dict, Content.RECORDS),
    (complex, Content.COMPLEX),
)


def _content_of_array(values: Array, cells: list[Any]) -> Content:
    if values.dtype.kind in "iuf":
        return Content.NUMBERS
    return _content_of(cells)


def _content_of(cells: Iterable[Hashable]) -> Content:
    """Return what objects are; numbers among text count as text, booleans as numbers."""
    found = {_content_of_type(kind) for kind in {type(c) for c in cells if not is_missing(c)}}
    if not found:
        return Content.NOTHING
    if len(found) == 1:
        return found.pop()
    numbers = {Content.TRUTH, Content.NUMBERS}
    if found == numbers:
        return Content.NUMBERS
    return Content.TEXT if found <= numbers | {Content.TEXT} else Content.OBJECTS


def _content_of_type(kind: type) -> Content:
    # pandas' Period has no base class outside of pandas
    if kind.__name__ == "Period":
        return Content.DATES
    return next((what for types, what in BY_TYPE if issubclass(kind, types)), Content.OBJECTS)


def objects(values: Sequence[Any]) -> Array:
    """Return values as an array of objects of one dimension, whatever they are."""
    array = np.empty(len(values), object)
    array[:] = list(values)
    return array
