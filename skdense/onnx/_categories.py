"""Category codes in ONNX."""

from collections.abc import Sequence
from numbers import Real

import numpy as np

from skdense._input.categories import Table
from skdense.engine.typing import Array
from skdense.onnx._graph import ML, Graph, Value
from skdense.onnx._inputs import Inputs


def text_columns(table: Table) -> list[int]:
    """Return the positions of text categories; TypeError for neither text nor numbers."""
    return [
        position for position, levels in by_position(table).items() if _is_text(levels, position)
    ]


def by_position(table: Table) -> dict[int, Array]:
    """Return the levels of each categorical column."""
    if table.is_categorical is None:
        return {}
    positions = np.flatnonzero(table.is_categorical).tolist()
    return dict(zip(positions, table.categories, strict=True))


def _is_text(levels: Array, position: int) -> bool:
    if len(levels) and all(isinstance(level, str) for level in levels):
        return True
    other = next((level for level in levels if not isinstance(level, Real)), None)
    if other is not None:
        raise TypeError(
            f"the categories of column {position} are of type {type(other).__name__}, which ONNX "
            "does not support; convert them to text, for example with astype(str), and fit again."
        )
    return False


class Codes:
    """Encode cells as 0, 1, ...; a missing one as the number of levels, and others as one more.

    As ONNX has no missing text, an empty text is a missing value, unless it is a level.
    """

    def __init__(
        self, graph: Graph, inputs: Inputs, table: Table, n_levels: Sequence[int] | Array
    ) -> None:
        self._graph, self._inputs = graph, inputs
        self._levels, self._n_levels = by_position(table), n_levels
        self._known: dict[int, str] = {}

    def of(self, position: int) -> str:
        """Add the codes of a column, in float64, of shape (n_rows, 1)."""
        if position not in self._known:
            self._known[position] = self._encoded(position)
        return self._known[position]

    def rows(self, position: int) -> str:
        """Add the codes of a column as indices, of shape (n_rows,)."""
        return self._graph.cast(self._graph.reshape(self.of(position)), "int64")

    def _encoded(self, position: int) -> str:
        levels, missing = self._levels[position], int(self._n_levels[position])
        value, cells = self._inputs.at(position), self._inputs.numbers([position])
        if value.dtype == "string":
            return self._of_text(cells, levels, missing)
        return self._of_numbers(cells, _as_given(levels, value, position), missing)

    def _of_text(self, cells: str, levels: Array, missing: int) -> str:
        code_of = {"": missing} | {level: code for code, level in enumerate(levels.tolist())}
        codes = self._graph.add(
            "LabelEncoder",
            cells,
            domain=ML,
            keys_strings=list(code_of),
            values_int64s=list(code_of.values()),
            default_int64=missing + 1,
        )
        return self._graph.cast(codes, "float64")

    def _of_numbers(self, cells: str, levels: Array, missing: int) -> str:
        """Add the unknown code plus, where a cell equals a level, the difference of its code."""
        graph, unknown = self._graph, np.float64(missing + 1)
        met = graph.cast(graph.add("Equal", cells, levels[None]), "float64")
        less = graph.add("MatMul", met, np.arange(len(levels))[:, None] - unknown)
        codes = graph.add("Add", less, unknown)
        return graph.add("Where", graph.add("IsNaN", cells), np.float64(missing), codes)


def _as_given(levels: Array, value: Value, position: int) -> Array:
    """Round levels to the dtype of an input; ValueError if two of them become equal."""
    dtype = "float32" if value.dtype == "float32" else "float64"
    # a column without any value in fit has no level to match
    rounded: Array = np.array(levels if len(levels) else [np.nan], dtype).astype(np.float64)
    if len(np.unique(rounded)) < len(levels):
        raise ValueError(
            f"the categories of column {position} are numbers that {dtype} cannot distinguish; "
            "call to_onnx with dtype='float64', or convert them to text and fit again."
        )
    return rounded
