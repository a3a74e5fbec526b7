"""Convert the columns of a table to the input matrix of the networks, in ONNX."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skdense._columns.base import PlainColumns
from skdense._columns.expansion import Expansion
from skdense._columns.scaled import BOUND, RobustColumns, ScaledColumns, StandardColumns
from skdense._target.base import Target
from skdense._training.predictor import Predictor
from skdense.engine.typing import Array
from skdense.onnx._categories import Codes
from skdense.onnx._forms import form_of
from skdense.onnx._graph import Graph
from skdense.onnx._inputs import Inputs

FLOAT64 = np.dtype(np.float64)


def matrix(graph: Graph, inputs: Inputs, predictor: Predictor[Target]) -> str:
    """Add the input matrix of the networks, in their dtype."""
    columns, expansion = predictor.columns, predictor.columns.expansion
    codes = Codes(graph, inputs, predictor.table, expansion.n_levels)
    parts = [codes.of(position) for position in expansion.embedded.tolist()]
    parts = [graph.cast(part, graph.dtype) for part in parts]
    if expansion.n_numbers:
        numbers = graph.concat(_numbers(graph, inputs, expansion, codes))
        scaled = form_of(SCALINGS, type(columns), f"{columns!r}")(graph, columns, numbers)
        # missing values are at the center of their column
        centered = graph.add("Where", graph.add("IsNaN", numbers), np.float64(0), scaled)
        parts.insert(0, graph.cast(centered, graph.dtype))
    return graph.concat(parts)


def _numbers(graph: Graph, inputs: Inputs, expansion: Expansion, codes: Codes) -> list[str]:
    """Add numeric columns, category indicators and missing-value indicators, in float64."""
    parts = [inputs.numbers(expansion.numeric.tolist())] if expansion.numeric.size else []
    few = np.setdiff1d(np.flatnonzero(expansion.n_levels), expansion.embedded)
    for position in few.tolist():
        rows = graph.cast(graph.reshape(codes.of(position)), "int64")
        parts.append(graph.add("Gather", _flags(expansion, position), rows))
    if expansion.with_missing.size:
        is_missing = graph.add("IsNaN", inputs.numbers(expansion.with_missing.tolist()))
        parts.append(graph.cast(is_missing, FLOAT64))
    return parts


def _flags(expansion: Expansion, position: int) -> Array:
    """Return the estimator's indicators for each code of a category, the missing one last."""
    n_levels = expansion.n_levels[position]
    table = np.full((n_levels + 1, len(expansion.n_levels)), np.nan)
    table[:-1, position] = np.arange(n_levels)
    start, end = len(expansion.numeric), expansion.n_numbers - len(expansion.with_missing)
    flags = expansion.numbers(table)[:, start:end]
    return flags[:, flags.any(axis=0)]


def plain(graph: Graph, columns: PlainColumns, numbers: str) -> str:
    """Return the numbers unchanged."""
    return numbers


def scaled(graph: Graph, columns: ScaledColumns, numbers: str) -> str:
    """Subtract the center and divide by the scale, in float64 so as not to round the center."""
    return graph.add("Mul", graph.add("Sub", numbers, columns.center), columns.factor)


def robust(graph: Graph, columns: RobustColumns, numbers: str) -> str:
    """Scale, then squash: ``x / sqrt(1 + (x / BOUND) ** 2)``."""
    x = scaled(graph, columns, numbers)
    square = graph.add("Mul", graph.add("Mul", x, x), np.float64(BOUND**-2))
    return graph.add("Div", x, graph.add("Sqrt", graph.add("Add", square, np.float64(1))))


SCALINGS: dict[type, Callable[[Graph, Any, str], str]] = {
    PlainColumns: plain,
    StandardColumns: scaled,
    RobustColumns: robust,
}
