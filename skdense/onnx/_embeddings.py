"""Embeddings of numbers and of categories in ONNX."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np

from skdense.engine import CategoryEmbedding, PeriodicEmbedding, PiecewiseLinearEmbedding
from skdense.engine.layers.numeric_embedding import NumericEmbedding
from skdense.engine.typing import Array, Arrays
from skdense.onnx._graph import Graph


def periodic(graph: Graph, layer: PeriodicEmbedding, params: Arrays, x: str) -> str:
    """Add sine waves of each number, and their linear combinations."""
    waves = graph.add("Sin", _lines(graph, layer, params, x))
    return _with_units(graph, params, x, waves)


def piecewise_linear(graph: Graph, layer: PiecewiseLinearEmbedding, params: Arrays, x: str) -> str:
    """Add the fraction of each bin below the number, and linear combinations of these."""
    # the first bin has no lower end, the last one no upper end
    low, high = np.zeros(layer.n_bins, graph.dtype), np.ones(layer.n_bins, graph.dtype)
    low[0], high[-1] = -np.inf, np.inf
    bent = graph.add("Max", _lines(graph, layer, params, x), low)
    return _with_units(graph, params, x, graph.add("Min", bent, high))


def _lines(graph: Graph, layer: NumericEmbedding, params: Arrays, x: str) -> str:
    """Add straight lines in each of the first columns: (n_columns, n_rows, n_lines)."""
    numbers = graph.columns(x, 0, layer.n_columns)
    if layer.factor != 1:
        numbers = graph.add("Mul", numbers, layer.factor)
    numbers = graph.add("Unsqueeze", graph.add("Transpose", numbers), np.array([2]))
    slope, intercept = np.moveaxis(params["lines"][:, None], -1, 0)
    return graph.add("Add", graph.add("Mul", numbers, slope), intercept)


def _with_units(graph: Graph, params: Arrays, x: str, bent: str) -> str:
    """Add the columns, followed by affine maps of their bent lines."""
    weights = params["weights"]
    n_columns, _, n_units = weights.shape
    units = graph.add("MatMul", bent, weights[:, :-1])
    units = graph.add("Add", units, weights[:, -1:])
    rows = graph.add("Transpose", units, perm=[1, 0, 2])
    return graph.concat([x, graph.reshape(rows, n_columns * n_units)])


def of_categories(graph: Graph, layer: CategoryEmbedding, params: Arrays, x: str) -> str:
    """Add the columns before the codes, followed by the vectors of the codes."""
    n_codes, end = len(layer.n_levels), np.iinfo(np.int64).max
    codes = graph.cast(graph.columns(x, -n_codes, end), "int64")
    first, last = _slots(layer.n_levels)
    rows = graph.add("Min", graph.add("Max", graph.add("Add", codes, first), first), last)
    vectors = graph.add("Gather", _with_unknown(layer, params["vectors"]), rows)
    flat = graph.reshape(vectors, n_codes * layer.n_units)
    return graph.concat([graph.columns(x, 0, -n_codes), flat])


def _with_unknown(layer: CategoryEmbedding, vectors: Array) -> Array:
    """Return the vectors with one more after each column's, for an unknown level."""
    ends = np.cumsum(np.array(layer.n_levels) + 1)
    parts = [
        # a column without levels has zeros
        np.vstack([part, part[:-1].mean(axis=0) if len(part) > 1 else np.zeros_like(part[0])])
        for part in np.split(vectors, ends[:-1])
    ]
    return np.vstack(parts)


def _slots(n_levels: tuple[int, ...]) -> tuple[Array, Array]:
    """Return the first and the last row of each column in the table of vectors."""
    ends = np.array(list(accumulate(n + 2 for n in n_levels)), np.int64)
    return ends - 2 - np.array(n_levels, np.int64), ends - 1


EMBEDDINGS: dict[type, Callable[[Graph, Any, Arrays, str], str]] = {
    PeriodicEmbedding: periodic,
    PiecewiseLinearEmbedding: piecewise_linear,
    CategoryEmbedding: of_categories,
}
