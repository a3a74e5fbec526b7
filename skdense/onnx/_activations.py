"""Element-wise activations in ONNX.

Where ONNX Runtime implements an operator only in float32, others are combined instead.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from skdense.engine import (
    Elu,
    Gelu,
    Identity,
    LeakyRelu,
    Logistic,
    Mish,
    Relu,
    Selu,
    Silu,
    Softplus,
    Tanh,
)
from skdense.onnx._graph import Graph


def identity(graph: Graph, layer: Identity, z: str) -> str:
    """Return ``z`` itself: no node is added."""
    return z


def relu(graph: Graph, layer: Relu, z: str) -> str:
    """Add ``max(z, 0)``."""
    return graph.add("Relu", z)


def leaky_relu(graph: Graph, layer: LeakyRelu, z: str) -> str:
    """Add ``z`` where z > 0, ``negative_slope * z`` elsewhere."""
    return graph.add("LeakyRelu", z, alpha=float(layer.negative_slope))


def elu(graph: Graph, layer: Elu, z: str) -> str:
    """Add ``scale * (max(z, 0) + alpha * (exp(min(z, 0)) - 1))``."""
    below = graph.add("Sub", graph.add("Exp", graph.add("Min", z, 0.0)), 1.0)
    below = graph.add("Mul", below, float(layer.alpha * layer.scale))
    return graph.add("Add", graph.add("Mul", graph.add("Relu", z), float(layer.scale)), below)


def gelu(graph: Graph, layer: Gelu, z: str) -> str:
    """Add ``z * Phi(z)``, where Phi is the normal distribution function."""
    scaled = graph.add("Mul", z, 0.5**0.5)
    # ONNX Runtime has erf only in float32, with an error of 1e-7
    erf = graph.add("Erf", graph.cast(scaled, np.dtype(np.float32)))
    twice = graph.add("Add", graph.cast(erf, graph.dtype), 1.0)
    return graph.add("Mul", graph.add("Mul", z, 0.5), twice)


def silu(graph: Graph, layer: Silu, z: str) -> str:
    """Add ``z / (1 + exp(-z))``."""
    return graph.add("Mul", z, graph.add("Sigmoid", z))


def mish(graph: Graph, layer: Mish, z: str) -> str:
    """Add ``z * tanh(softplus(z))``."""
    return graph.add("Mul", z, graph.add("Tanh", softplus(graph, z)))


def softplus(graph: Graph, z: str) -> str:
    """Add ``max(z, 0) + log(1 + exp(-|z|))``."""
    small = graph.add("Exp", graph.add("Neg", graph.add("Abs", z)))
    return graph.add("Add", graph.add("Relu", z), graph.add("Log", graph.add("Add", small, 1.0)))


def log_expit(graph: Graph, z: str) -> str:
    """Add the logarithm of the logistic function."""
    return graph.add("Neg", softplus(graph, graph.add("Neg", z)))


ACTIVATIONS: dict[type, Callable[[Graph, Any, str], str]] = {
    Identity: identity,
    Relu: relu,
    LeakyRelu: leaky_relu,
    Elu: elu,
    Selu: elu,
    Gelu: gelu,
    Silu: silu,
    Mish: mish,
    Softplus: lambda graph, layer, z: softplus(graph, z),
    Tanh: lambda graph, layer, z: graph.add("Tanh", z),
    Logistic: lambda graph, layer, z: graph.add("Sigmoid", z),
}
