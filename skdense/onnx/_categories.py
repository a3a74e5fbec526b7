"""Category codes in ONNX."""

from collections.abc import Sequence

import numpy as np

from skdense._table.cells.cell import MARKS
from skdense._table.kinds.categories import Categories
from skdense._table.kinds.kind import Kind, LeftOut
from skdense._table.table import Table
from skdense.engine.typing import Array
from skdense.onnx._graph import ML, Graph, Value
from skdense.onnx._inputs import Inputs


def text_columns(table: Table) -> list[int]:
    """Return the positions of text in the user's table; columns that are left out count as it."""
    return [position for position, kind in enumerate(table.kinds) if _is_text(kind)]


def _is_text(kind: Kind) -> bool:
    if isinstance(kind, Categories):
        return isinstance(next(iter(kind.levels), None), str)
    return isinstance(kind, LeftOut)


def _by_position(table: Table) -> dict[int, Array]:
    """Return the levels of each categorical column, by its position among those that are read."""
    positions = [i for i, n_levels in enumerate(table.n_levels) if n_levels]
    return dict(zip(positions, table.categories, strict=True))


# Text that stands for a missing value, also with a space before or behind it.
MISSING = sorted({f"{a}{mark}{b}" for mark in MARKS for a in ("", " ") for b in ("", " ")})


class Codes:
    """Encode cells as 0, 1, ...; a missing one as the number of levels, and others as one more.

    As ONNX has no missing text, the marks of missing values stand for it.
    """

    def __init__(
        self, graph: Graph, inputs: Inputs, table: Table, n_levels: Sequence[int] | Array
    ) -> None:
        self._graph, self._inputs = graph, inputs
        self._levels, self._n_levels = _by_position(table), n_levels
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
        code_of = {level: code for code, level in enumerate(levels.tolist())}
        code_of |= dict.fromkeys(MISSING, missing)
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
