"""Convert the columns of a table to the input matrix of the networks, in ONNX."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skdense._columns.base import Columns, PlainColumns
from skdense._columns.expansion import Expansion
from skdense._columns.scaled import BOUND, RobustColumns, ScaledColumns, StandardColumns
from skdense._columns.target_encoding import TargetEncoding
from skdense._prediction.predictor import Predictor
from skdense._target.base import Target
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
    parts = _codes(graph, expansion, codes)
    if expansion.n_numbers:
        numbers = graph.concat(_numbers(graph, inputs, columns, codes))
        scaled = form_of(SCALINGS, type(columns), f"{columns!r}")(graph, columns, numbers)
        # missing values are at the center of their column
        centered = graph.add("Where", graph.add("IsNaN", numbers), np.float64(0), scaled)
        parts.insert(0, graph.cast(centered, graph.dtype))
    return graph.concat(parts)


def _codes(graph: Graph, expansion: Expansion, codes: Codes) -> list[str]:
    """Add the codes of embedded categories, in the dtype of the graph."""
    pairs = zip(expansion.embedded.tolist(), expansion.code_of, strict=True)
    return [
        graph.cast(graph.add("Gather", code_of[:, None], codes.rows(position)), graph.dtype)
        for position, code_of in pairs
    ]


def _numbers(graph: Graph, inputs: Inputs, columns: Columns, codes: Codes) -> list[str]:
    """Add numeric columns, statistics, category and missing-value indicators, in float64."""
    expansion = columns.expansion
    n_numeric = len(expansion.numeric) - columns.encoding.n_columns
    numeric = expansion.numeric[:n_numeric].tolist()
    parts = [inputs.numbers(numeric)] if numeric else []
    parts += _statistics(graph, columns.encoding, codes)
    few = np.setdiff1d(np.flatnonzero(expansion.n_levels), expansion.embedded)
    for position in few.tolist():
        parts.append(graph.add("Gather", _flags(expansion, position), codes.rows(position)))
    return parts + _is_missing(graph, inputs, expansion, codes)


def _statistics(graph: Graph, encoding: TargetEncoding, codes: Codes) -> list[str]:
    """Add the statistics of levels, block by block."""
    return [
        graph.add("Gather", of_blocks[block, 0], codes.rows(position))
        for block in range(encoding.n_blocks)
        for position, of_blocks in zip(encoding.positions, encoding.statistics, strict=True)
    ]


def _is_missing(graph: Graph, inputs: Inputs, expansion: Expansion, codes: Codes) -> list[str]:
    """Add indicators of missing numbers, then of missing categories."""
    n_levels = expansion.n_levels
    numeric = [i for i in expansion.with_missing.tolist() if not n_levels[i]]
    parts = [graph.add("IsNaN", inputs.numbers(numeric))] if numeric else []
    parts += [
        graph.add("Equal", codes.of(position), np.float64(n_levels[position]))
        for position in expansion.with_missing.tolist()[len(numeric) :]
    ]
    return [graph.cast(part, FLOAT64) for part in parts]


def _flags(expansion: Expansion, position: int) -> Array:
    """Return the estimator's indicators for each code of a category, and for a missing one."""
    n_levels = expansion.n_levels[position]
    table = np.full((n_levels + 2, len(expansion.n_levels)), np.nan)
    table[:-1, position] = np.arange(n_levels + 1)
    start, end = len(expansion.numeric), expansion.n_numbers - len(expansion.with_missing)
    own = expansion.origin[start:end] == position
    return expansion.numbers(table)[:, start:end][:, own]


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
