"""From constructor parameters to the engine's parts."""

from copy import deepcopy
from math import inf
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from skdense._parameters import per_layer
from skdense.engine import (
    ACTIVATIONS,
    NORMALIZATIONS,
    SCHEDULES,
    SGD,
    Adam,
    Custom,
    Dense,
    Dropout,
    Identity,
    InverseScaling,
    Layer,
    Logistic,
    Optimizer,
    Plan,
    Schedule,
    Stopping,
)

# From this many rows on, float64 data trains in float32: there it saves a person's time.
FLOAT32_ROWS = 1_000
PLAN_PARAMETERS = ("learning_rate_init", "shuffle", "alpha", "weight_decay", "ema_decay")


def random_source(seed: Any) -> np.random.RandomState:
    """The source for a `random_state`; for None one of its own: NumPy's global is the user's."""
    return check_random_state(np.random.RandomState() if seed is None else seed)


def build_layers(parameters: dict[str, Any], n_raw: int) -> list[Layer]:
    """Dense, normalization, activation, dropout for each hidden layer, then the output layer.

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
    layers: list[Layer] = []
    for size, factor, norm, hidden, rate in zip(
        sizes, factors, norms, activations, rates, strict=True
    ):
        layers += [Dense(size, factor), _normalization(norm), hidden, Dropout(float(rate))]
    layers.append(Dense(n_raw, last))
    return [layer for layer in layers if layer not in (Identity(), Dropout(0.0))]


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
    if isinstance(learning_rate, Schedule):
        return learning_rate
    if learning_rate == "invscaling":
        return InverseScaling(parameters["power_t"])
    return SCHEDULES[learning_rate]() if isinstance(learning_rate, str) else Custom(learning_rate)


def build_plan(parameters: dict[str, Any], n_rows: int, max_iter: int) -> Plan:
    """The plan of one training by mini-batches."""
    batch_size, max_grad_norm = parameters["batch_size"], parameters["max_grad_norm"]
    return Plan(
        batch_size=min(200, n_rows) if isinstance(batch_size, str) else int(batch_size),
        max_iter=max_iter,
        schedule=build_schedule(parameters),
        max_grad_norm=inf if max_grad_norm is None else max_grad_norm,
        **{name: parameters[name] for name in PLAN_PARAMETERS},
    )


def build_stopping(parameters: dict[str, Any], is_validated: bool = True) -> Stopping:
    """Patience as the parameters set it; early stopping keeps the best epoch."""
    patience, tol = parameters["n_iter_no_change"], parameters["tol"]
    if parameters["solver"] == "lbfgs":
        # it knows itself when to end, unless validation data say so
        early = parameters["early_stopping"] and is_validated
        return Stopping(patience if early else inf, tol, early=early)
    n_plateaus = build_schedule(parameters).n_plateaus(parameters["learning_rate_init"])
    return Stopping(patience, tol, n_plateaus, early=parameters["early_stopping"])


def working_dtype(parameters: dict[str, Any], X: Any) -> np.dtype[Any]:
    """What to compute in: see `dtype` of the estimators."""
    dtype = parameters["dtype"]
    if dtype is None:
        return np.dtype(X.dtype)
    if dtype != "auto":
        return np.dtype(dtype)
    is_large = X.shape[0] >= FLOAT32_ROWS and parameters["solver"] != "lbfgs"
    return np.dtype(np.float32 if X.dtype == np.float32 or is_large else np.float64)
