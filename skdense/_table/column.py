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

from skdense._table.cells import is_missing
from skdense.engine.typing import Array


class Content(Enum):
    """What the cells of a column are; the value is their name in errors."""

    NUMBERS = "numbers"
    TRUTH = "truth values"
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
            return self.values.to_list()
        # in other units, NumPy gives dates and durations as integers
        kind = self.values.dtype.kind
        values = self.values.astype(f"{kind}8[us]") if kind in "mM" else self.values
        cells: list[Any] = values.tolist()
        return cells

    @cached_property
    def content(self) -> Content:
        """What the cells are."""
        if not isinstance(self.values, nw.Series):
            return _content_of_array(self.values, self.cells)
        dtype = self.values.dtype
        if dtype.is_numeric():
            return Content.NUMBERS
        known = next((what for kind, what in BY_DTYPE if isinstance(dtype, kind)), None)
        if known is not None:
            return known
        # what pandas calls an object may be of any type; its sparse columns are of numbers
        is_text = isinstance(dtype, nw.String)
        return _content_of(self.cells) if is_text else self._content_of_unknown()

    def _content_of_unknown(self) -> Content:
        is_empty = all(map(is_missing, self.cells))
        return (
            Content.NOTHING if is_empty else _content_of_array(self.values.to_numpy(), self.cells)
        )

    @property
    def is_float32(self) -> bool:
        """Whether the cells are numbers in float32."""
        dtype = self.values.dtype
        return isinstance(dtype, nw.Float32) or dtype == np.float32

    def numbers(self) -> Array:
        """Return the cells of a column of numbers or truth values in float64, missing ones NaN."""
        if isinstance(self.values, nw.Series) and self.values.dtype.is_numeric():
            return np.asarray(self.values.cast(nw.Float64).to_numpy())
        if isinstance(self.values, np.ndarray) and self.values.dtype.kind in "biuf":
            return self.values.astype(np.float64)
        return np.array([np.nan if is_missing(cell) else float(cell) for cell in self.cells])


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
# Types of objects; a bool is a number, and a datetime is a date.
BY_TYPE: tuple[tuple[Any, Content], ...] = (
    ((bool, np.bool_), Content.TRUTH),
    ((Real, Decimal), Content.NUMBERS),
    (str, Content.TEXT),
    ((timedelta, np.timedelta64), Content.DURATIONS),
    ((date, np.datetime64), Content.DATES),
    (time, Content.TIMES),
    (bytes, Content.BYTES),
    ((list, np.ndarray, set, frozenset), Content.LISTS),
    (dict, Content.RECORDS),
    (complex, Content.COMPLEX),
)


def _content_of_array(values: Array, cells: list[Any]) -> Content:
    if values.dtype.kind in "biuf":
        return Content.NUMBERS
    return _content_of(cells)


def _content_of(cells: Iterable[Hashable]) -> Content:
    """Return what objects are; numbers among text count as text, truth values as numbers."""
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
