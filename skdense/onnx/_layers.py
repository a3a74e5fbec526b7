"""Networks and their layers in ONNX."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skdense.engine import (
    BatchNorm,
    Block,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    NTKDense,
    Parametric,
    Scale,
    Softmax,
)
from skdense.engine.typing import Arrays
from skdense.onnx._activations import ACTIVATIONS
from skdense.onnx._embeddings import EMBEDDINGS
from skdense.onnx._forms import form_of
from skdense.onnx._graph import Graph

# The ONNX form of a layer: adds it to a graph, and returns the name of its output.
Form = Callable[[Graph, Any, Arrays, str], str]


def network(graph: Graph, net: Network, x: str) -> str:
    """Add all layers of a network, and return the name of its output."""
    for layer, params in zip(net.layers, net.views, strict=True):
        x = form_of(LAYERS, type(layer), f"the layer {layer!r}")(graph, layer, params, x)
    return x


def dense(graph: Graph, layer: Dense, params: Arrays, x: str) -> str:
    """Add ``x @ coef + intercept``."""
    return graph.add("Gemm", x, params["coef"], params["intercept"])


def scale(graph: Graph, layer: Scale, params: Arrays, x: str) -> str:
    """Add a product with one factor for each column."""
    return graph.add("Mul", x, params["scale"])


def block(graph: Graph, layer: Block, params: Arrays, x: str) -> str:
    """Add the columns of one block, and those before and after all blocks."""
    end = np.iinfo(np.int64).max
    bounds = [before.indices(end)[:2] for before, _ in layer.parts]
    return graph.concat([graph.columns(x, *both) for both in bounds])


def nothing(graph: Graph, layer: Dropout, params: Arrays, x: str) -> str:
    """Return ``x`` itself: the layer is active only in training."""
    return x


def softmax(graph: Graph, layer: Softmax, params: Arrays, x: str) -> str:
    """Add a softmax over the columns."""
    return graph.add("Softmax", x, axis=1)


def parametric(graph: Graph, layer: Parametric, params: Arrays, x: str) -> str:
    """Add ``x + fraction * (g(x) - x)`` for an activation g."""
    of = layer.activation
    bent = form_of(ACTIVATIONS, type(of), f"the activation {of!r}")(graph, of, x)
    excess = graph.add("Mul", graph.add("Sub", bent, x), params["fraction"])
    return graph.add("Add", x, excess)


def batch_norm(graph: Graph, layer: BatchNorm, params: Arrays, x: str) -> str:
    """Add ``(x - mean) / std * scale + shift``, with the running mean and variance."""
    factor = params["scale"] / np.sqrt(params["variance"] + layer.epsilon)
    unit = graph.add("Sub", x, params["mean"])
    return graph.add("Add", graph.add("Mul", unit, factor), params["shift"])


def layer_norm(graph: Graph, layer: LayerNorm, params: Arrays, x: str) -> str:
    """Add ``(x - mean) / std * scale + shift``, with the mean and deviation of each row.

    In two passes: ONNX Runtime's own operator computes the variance as mean of squares minus
    square of the mean, which loses precision by cancellation.
    """
    n_columns = len(params["scale"])
    unit = graph.add("Sub", x, _row_mean(graph, x, n_columns))
    variance = _row_mean(graph, graph.add("Mul", unit, unit), n_columns)
    std = graph.add("Sqrt", graph.add("Add", variance, float(layer.epsilon)))
    scaled = graph.add("Mul", graph.add("Div", unit, std), params["scale"])
    return graph.add("Add", scaled, params["shift"])


def _row_mean(graph: Graph, x: str, n_columns: int) -> str:
    return graph.add("Mul", graph.add("ReduceSum", x, np.array([1]), keepdims=1), 1 / n_columns)


def _element_wise(form: Callable[[Graph, Any, str], str]) -> Form:
    return lambda graph, layer, params, x: form(graph, layer, x)


LAYERS: dict[type, Form] = {
    Dense: dense,
    NTKDense: dense,
    Scale: scale,
    Block: block,
    Dropout: nothing,
    Softmax: softmax,
    Parametric: parametric,
    BatchNorm: batch_norm,
    LayerNorm: layer_norm,
    **EMBEDDINGS,
    **{kind: _element_wise(form) for kind, form in ACTIVATIONS.items()},
}
