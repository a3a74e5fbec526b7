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
    """

    def __init__(self, graph: Graph, values: Sequence[Value]) -> None:
        self._graph, self._values = graph, list(values)
        self._wide = {value.name: self._widened(value) for value in values}

    def _widened(self, value: Value) -> str:
        is_wide = value.dtype in ("float64", "string")
        return value.name if is_wide else self._graph.cast(value.name, "float64")

    def at(self, position: int) -> Value:
        """Return the tensor that contains a column."""
        return self._values[position if len(self._values) > 1 else 0]

    def numbers(self, positions: Sequence[int]) -> str:
        """Concatenate some columns in float64; a single one can be text."""
        first = self._values[0]
        if len(self._values) > 1:
            return self._graph.concat([self._wide[self.at(i).name] for i in positions])
        if first.shape == (len(positions),):
            return self._wide[first.name]
        return self._graph.add("Gather", self._wide[first.name], np.array(positions), axis=1)
