"""From parameters to the layers of each network."""

from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from skdense._columns.base import Columns
from skdense._settings.auto import is_auto
from skdense.engine import (
    ACTIVATIONS,
    NORMALIZATIONS,
    NUMERIC_EMBEDDINGS,
    CategoryEmbedding,
    Dense,
    Dropout,
    Identity,
    Layer,
    Logistic,
    NTKDense,
    Scale,
)


def per_layer(name: str, value: Any, n_layers: int) -> list[Any]:
    """One value for each hidden layer, from one for all or a sequence of as many."""
    if not isinstance(value, list | tuple | np.ndarray):
        return [value] * n_layers
    if len(value) != n_layers:
        raise ValueError(
            f"{name} has {len(value)} entries for {n_layers} hidden layers; give one for each "
            "layer in hidden_layer_sizes, or a single one for all."
        )
    return list(value)


# What "auto" embeds numbers by, unless there are more columns of them than this.
EMBEDDINGS = ("pbld", "piecewise_linear")


EMBEDDED_COLUMNS = 50


DENSE: dict[str, Callable[[int, float], Layer]] = {
    "standard": Dense,
    "ntk": partial(NTKDense, intercept_rate=0.1),
}


# From this many rows on, float64 data trains in float32: there it saves a person's time.
FLOAT32_ROWS = 200


def random_source(seed: Any) -> np.random.RandomState:
    """The source for a `random_state`; for None one of its own: NumPy's global is the user's."""
    return check_random_state(np.random.RandomState() if seed is None else seed)


def build_networks(
    parameters: dict[str, Any], columns: Columns, n_raw: int, output_layers: list[Layer]
) -> list[list[Layer]]:
    """The layers of each network."""
    embeddings = _embeddings(parameters["numeric_embedding"], columns)
    return [
        build_layers(parameters | {"numeric_embedding": embedding}, columns, n_raw) + output_layers
        for embedding in islice(cycle(embeddings), parameters["n_estimators"])
    ]


def _embeddings(embedding: Any, columns: Columns) -> list[Any]:
    """One or several, which the networks take in turn."""
    if is_auto(embedding):
        embedding = EMBEDDINGS if columns.n_numeric <= EMBEDDED_COLUMNS else None
    if columns.n_numeric == 0:
        return [None]
    return list(embedding) or [None] if isinstance(embedding, list | tuple) else [embedding]


def build_layers(parameters: dict[str, Any], columns: Columns, n_raw: int) -> list[Layer]:
    """Embeddings and scale of the input, then the hidden layers, then the output layer.

    What would leave the values alone (identity, no dropout) is no layer.
    """
    sizes = np.atleast_1d(parameters["hidden_layer_sizes"]).astype(int).tolist()
    activation = parameters["activation"]
    activations = [_activation(a) for a in per_layer("activation", activation, len(sizes))]
    norms = per_layer("normalization", parameters["normalization"], len(sizes))
    rates = per_layer("dropout", parameters["dropout"], len(sizes))
    factors = [_glorot_factor(layer) for layer in activations]
    # with no hidden layer, one activation for all still sets how the output layer starts
    last = factors[-1] if factors else _glorot_factor(activation)
    dense = DENSE[parameters["parametrization"]]
    layers = _input_layers(parameters, columns)
    for size, factor, norm, hidden, rate in zip(
        sizes, factors, norms, activations, rates, strict=True
    ):
        layers += [dense(size, factor), _normalization(norm), hidden, Dropout(float(rate))]
    layers.append(dense(n_raw, last))
    return [layer for layer in layers if layer not in (Identity(), Dropout(0.0))]


def _input_layers(parameters: dict[str, Any], columns: Columns) -> list[Layer]:
    """What stands in front of the first dense layer."""
    layers: list[Layer] = []
    if columns.n_embedded:
        size = parameters["category_embedding_size"]
        layers.append(CategoryEmbedding(columns.n_embedded, n_units=size))
    embedding = parameters["numeric_embedding"]
    if embedding is not None:
        layers.append(NUMERIC_EMBEDDINGS[embedding](columns.n_numeric, learning_rate=0.1))
    scale = parameters["input_scale"]
    if not columns.is_sparse if is_auto(scale) else scale:
        layers.append(Scale(learning_rate=6.0))
    return layers


def output_layers(output_activation: Any) -> list[Layer]:
    """The layer after the last dense one, if any."""
    layer = _activation("identity" if output_activation is None else output_activation)
    return [] if layer == Identity() else [layer]


def _activation(activation: Any) -> Layer:
    return ACTIVATIONS[activation] if isinstance(activation, str) else activation


def _normalization(normalization: Any) -> Layer:
    if normalization is None:
        return Identity()
    return NORMALIZATIONS[normalization] if isinstance(normalization, str) else normalization


def _glorot_factor(activation: Any) -> float:
    # scikit-learn's rule: in front of the logistic function, weights start smaller
    return 2.0 if activation in ("logistic", Logistic()) else 6.0


def working_dtype(parameters: dict[str, Any], X: Any) -> np.dtype[Any]:
    """What to compute in: see `dtype` of the estimators."""
    dtype = parameters["dtype"]
    if dtype is None:
        return np.dtype(X.dtype)
    if dtype != "auto":
        return np.dtype(dtype)
    is_large = X.shape[0] >= FLOAT32_ROWS and parameters["solver"] != "lbfgs"
    return np.dtype(np.float32 if X.dtype == np.float32 or is_large else np.float64)
