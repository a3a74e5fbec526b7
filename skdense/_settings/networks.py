"""Build the layers of each network from the settings."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from skdense._columns.base import Columns
from skdense._settings.parameters import (
    Activation,
    Normalization,
    Parameters,
    RandomState,
    is_a_name,
)
from skdense._settings.settings import HiddenLayer, NetworkSettings
from skdense._target.base import Target
from skdense.engine import (
    ACTIVATIONS,
    NORMALIZATIONS,
    Block,
    CategoryEmbedding,
    Dense,
    Dropout,
    Identity,
    Layer,
    Logistic,
    NTKDense,
    NumericEmbedding,
    Scale,
)
from skdense.engine.typing import DType

DENSE: dict[str, Callable[[int, float], Layer]] = {
    "standard": Dense,
    "ntk": partial(NTKDense, intercept_rate=0.1),
}
# From this many rows on, float64 data trains in float32, which then saves noticeable time.
FLOAT32_ROWS = 200


def random_source(seed: RandomState) -> np.random.RandomState:
    """Return the source for a `random_state`; for None a new one, not NumPy's global one."""
    return check_random_state(np.random.RandomState() if seed is None else seed)


def working_dtype(parameters: Parameters, x_dtype: DType, n_rows: int) -> DType:
    """Return the dtype of the networks: see `dtype` of the estimators."""
    dtype = parameters.dtype
    if dtype is None:
        return np.dtype(x_dtype)
    if dtype != "auto":
        return np.dtype(dtype)
    is_large = n_rows >= FLOAT32_ROWS and not is_a_name(parameters.solver, "lbfgs")
    return np.dtype(np.float32 if x_dtype == np.float32 or is_large else np.float64)


def per_layer(name: str, value: object, n_layers: int) -> list[Any]:
    """Return a value for each hidden layer, from one for all or one for each."""
    if not isinstance(value, list | tuple | np.ndarray):
        return [value] * n_layers
    if len(value) != n_layers:
        raise ValueError(
            f"{name} has {len(value)} entries for {n_layers} hidden layers; give one for each "
            "layer in hidden_layer_sizes, or a single one for all."
        )
    return list(value)


def activation_of(activation: Activation) -> Layer:
    """Return the activation of a name, or a layer itself."""
    return ACTIVATIONS[activation] if isinstance(activation, str) else activation


def normalization_of(normalization: Normalization) -> Layer:
    """Return the normalization of a name, `Identity` for None, or a layer itself."""
    if normalization is None:
        return Identity()
    return NORMALIZATIONS[normalization] if isinstance(normalization, str) else normalization


def glorot_factor(activation: object) -> float:
    """Return `Dense.glorot_factor`: weights before the logistic function start smaller."""
    is_logistic = isinstance(activation, str | Logistic) and activation in ("logistic", Logistic())
    return 2.0 if is_logistic else 6.0


def output_layers(output_activation: Activation | None) -> tuple[Layer, ...]:
    """Return the layers after the last dense one: one, or none for the identity."""
    layer = activation_of("identity" if output_activation is None else output_activation)
    return () if layer == Identity() else (layer,)


def build_networks(
    settings: NetworkSettings, columns: Columns, target: Target
) -> list[list[Layer]]:
    """Return the layers of each network.

    These are embeddings and scale of the input, the hidden layers and the output layer, without
    layers that change nothing (identity, dropout of 0).
    """
    dense, layers = DENSE[settings.parametrization], []
    for i, embedding in enumerate(settings.numeric_embeddings):
        hidden = [layer for one in settings.hidden for layer in _hidden_layers(one, dense)]
        output = [dense(target.n_raw, settings.glorot_factor)]
        block = _own_statistics(columns, i)
        own = [*block, *_input_layers(settings, embedding, columns), *hidden, *output]
        own = [layer for layer in own if layer not in (Identity(), Dropout(0.0))]
        layers.append(own + list(target.output_layers))
    return layers


def _hidden_layers(hidden: HiddenLayer, dense: Callable[[int, float], Layer]) -> list[Layer]:
    affine = dense(hidden.n_units, glorot_factor(hidden.activation))
    return [affine, hidden.normalization, hidden.activation, Dropout(hidden.dropout)]


def _own_statistics(columns: Columns, index: int) -> list[Layer]:
    """Return the layer that leaves a network its own block of statistics, if there are several."""
    encoding = columns.encoding
    if encoding.n_blocks < 2 or not encoding.n_own:
        return []
    return [Block(index, encoding.n_blocks, encoding.n_own, columns.n_numeric)]


def _input_layers(
    settings: NetworkSettings, embedding: NumericEmbedding | None, columns: Columns
) -> list[Layer]:
    """Return the layers before the first dense one."""
    layers: list[Layer] = []
    if columns.n_embedded:
        size = settings.category_embedding_size
        layers.append(CategoryEmbedding(columns.n_embedded, n_units=size))
    if embedding is not None:
        layers.append(embedding)
    if settings.input_scale:
        layers.append(Scale(learning_rate=6.0))
    return layers
