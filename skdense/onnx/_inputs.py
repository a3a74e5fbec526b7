"""Access to the columns of the table in a graph."""

from collections.abc import Sequence

import numpy as np

from skdense._table.kinds.dates import Dates
from skdense._table.kinds.numbers import Seconds
from skdense._table.table import Table
from skdense.onnx._dates import calendar_part
from skdense.onnx._graph import Graph, Value


def check_calendars(table: Table, names: Sequence[str]) -> None:
    """Raise TypeError for dates by the calendar of a time zone, which ONNX does not know."""
    # a table of numbers alone has no kinds
    for kind, name in zip(table.kinds, names, strict=False):
        if isinstance(kind, Dates) and kind.parts and kind.zone not in (None, "UTC"):
            raise TypeError(
                f"column {name!r} holds dates in {kind.zone}, whose calendar ONNX does not know; "
                "turn them into dates without a time zone, and fit again."
            )


def time_columns(table: Table) -> list[int]:
    """Return the positions of dates, durations and times of day, which ONNX has as numbers."""
    return [i for i, kind in enumerate(table.kinds) if isinstance(kind, Dates | Seconds)]


class Inputs:
    """A table in one tensor, or in one tensor for each column.

    Dates are days since 1970, durations and times of day are seconds.

    Parameters
    ----------
    graph : Graph
    values : sequence of Value
        One tensor with all columns, or one for each column.
    table : Table
    """

    def __init__(self, graph: Graph, values: Sequence[Value], table: Table) -> None:
        self._graph, self._values, self._table = graph, list(values), table
        self._origin = table.origin
        self._wide = {value.name: self._widened(value) for value in values}

    def _widened(self, value: Value) -> str:
        is_wide = value.dtype in ("float64", "string")
        return value.name if is_wide else self._graph.cast(value.name, "float64")

    def at(self, position: int) -> Value:
        """Return the tensor that contains a column that is read."""
        return self._values[self._given(position) if len(self._values) > 1 else 0]

    def _given(self, position: int) -> int:
        return self._origin[position] if self._origin else position

    def numbers(self, positions: Sequence[int]) -> str:
        """Concatenate some columns in float64; a single one can be text."""
        first = self._values[0]
        if not self._origin and len(self._values) == 1:
            if first.shape == (len(positions),):
                return self._wide[first.name]
            return self._graph.add("Gather", self._wide[first.name], np.array(positions), axis=1)
        return self._graph.concat([self._column(position) for position in positions])

    def _column(self, position: int) -> str:
        """Add one column that is read."""
        given, cells = self._given(position), self._wide[self.at(position).name]
        if len(self._values) == 1:
            cells = self._graph.add("Gather", cells, np.array([given]), axis=1)
        kind = self._table.kinds[given] if self._origin else None
        if isinstance(kind, Dates) and position != self._origin.index(given):
            # the parts follow the days
            part = kind.parts[position - self._origin.index(given) - 1]
            return calendar_part(self._graph, cells, part)
        return cells
