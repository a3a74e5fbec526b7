"""From constructor parameters to the engine's parts."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from itertools import cycle, islice
from math import inf
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from skdense._auto import is_a_name, is_auto
from skdense._columns import Columns
from skdense._parameters import per_layer
from skdense.engine import (
    ACTIVATIONS,
    NORMALIZATIONS,
    NUMERIC_EMBEDDINGS,
    SCHEDULES,
    SGD,
    Adam,
    CategoryEmbedding,
    Custom,
    Dense,
    Dropout,
    Identity,
    InverseScaling,
    Layer,
    Logistic,
    NTKDense,
    Optimizer,
    Plan,
    Scale,
    Schedule,
    Stopping,
)

# What "auto" embeds numbers by, unless there are more columns of them than this.
EMBEDDINGS = ("pbld", "piecewise_linear")
EMBEDDED_COLUMNS = 50
DENSE: dict[str, Callable[[int, float], Layer]] = {
    "standard": Dense,
    "ntk": partial(NTKDense, intercept_rate=0.1),
}
# From this many rows on, float64 data trains in float32: there it saves a person's time.
FLOAT32_ROWS = 200
PLAN_PARAMETERS = ("learning_rate_init", "shuffle", "alpha", "weight_decay", "ema_decay")


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


def build_optimizer(parameters: dict[str, Any]) -> Optimizer | None:
    """A fresh optimizer, without state; None for L-BFGS, which is none of this kind."""
    solver = parameters["solver"]
    if solver == "adam":
        betas = parameters["beta_1"], parameters["beta_2"]
        return Adam(*betas, epsilon=0.0, epsilon_hat=parameters["epsilon"])
    if solver == "sgd":
        return SGD(parameters["momentum"], parameters["nesterovs_momentum"])
    return None if solver == "lbfgs" else deepcopy(solver)


def build_schedule(parameters: dict[str, Any]) -> Schedule:
    """A schedule by name or as it is, or from a function of the share done."""
    learning_rate = parameters["learning_rate"]
    if is_a_name(learning_rate, "invscaling"):
        return InverseScaling(parameters["power_t"])
    return schedule_of(learning_rate)


def schedule_of(schedule: Any) -> Schedule:
    """A schedule from its name, or from a function of the share done."""
    if isinstance(schedule, Schedule):
        return schedule
    return SCHEDULES[schedule]() if isinstance(schedule, str) else Custom(schedule)


def build_plan(parameters: dict[str, Any], max_iter: int) -> Plan:
    """The plan of one training by mini-batches."""
    batch_size, max_grad_norm = parameters["batch_size"], parameters["max_grad_norm"]
    return Plan(
        batch_size=int(batch_size),
        max_iter=max_iter,
        schedule=build_schedule(parameters),
        decay_schedule=schedule_of(parameters["weight_decay_schedule"]),
        dropout_schedule=schedule_of(parameters["dropout_schedule"]),
        max_grad_norm=inf if max_grad_norm is None else max_grad_norm,
        **{name: parameters[name] for name in PLAN_PARAMETERS},
    )


def build_stopping(parameters: dict[str, Any], is_validated: bool = True) -> Stopping:
    """Patience as the parameters set it; early stopping keeps the best epoch."""
    patience, tol = parameters["n_iter_no_change"], parameters["tol"]
    early = bool(parameters["early_stopping"] and is_validated)
    if is_a_name(parameters["solver"], "lbfgs"):
        # it knows itself when to end, unless validation data say so
        return Stopping(patience if early else inf, tol, early=early)
    n_plateaus = build_schedule(parameters).n_plateaus(parameters["learning_rate_init"])
    return Stopping(patience, tol, n_plateaus, early=early)


def working_dtype(parameters: dict[str, Any], X: Any) -> np.dtype[Any]:
    """What to compute in: see `dtype` of the estimators."""
    dtype = parameters["dtype"]
    if dtype is None:
        return np.dtype(X.dtype)
    if dtype != "auto":
        return np.dtype(dtype)
    is_large = X.shape[0] >= FLOAT32_ROWS and parameters["solver"] != "lbfgs"
    return np.dtype(np.float32 if X.dtype == np.float32 or is_large else np.float64)
