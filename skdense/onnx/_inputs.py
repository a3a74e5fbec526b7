"""Access to the columns of the table in a graph."""

from collections.abc import Sequence

import numpy as np

from skdense.onnx._graph import Graph, Value


class Inputs:
    """A table in one tensor, or in one tensor for each column.

    Parameters
    ----------
    graph : Graph
    values : sequence of Value
        One tensor with all columns, or one for each column.
    origin : sequence of int
        The position in the user's table of each column that is read; empty if all are read.
    """

    def __init__(self, graph: Graph, values: Sequence[Value], origin: Sequence[int]) -> None:
        self._graph, self._values, self._origin = graph, list(values), origin
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
        if len(self._values) > 1:
            return self._graph.concat([self._wide[self.at(i).name] for i in positions])
        if first.shape == (len(positions),):
            return self._wide[first.name]
        given = np.array([self._given(position) for position in positions])
        return self._graph.add("Gather", self._wide[first.name], given, axis=1)
