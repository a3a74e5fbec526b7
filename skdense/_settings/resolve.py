"""Resolve the parameters of an estimator and the properties of its data to Settings."""

from math import inf

import numpy as np

from skdense._settings.auto import Call, Resolved, resolve_auto
from skdense._settings.embeddings import numeric_embeddings
from skdense._settings.networks import (
    activation_of,
    glorot_factor,
    normalization_of,
    per_layer,
    working_dtype,
)
from skdense._settings.optimization import build_optimizer, build_schedule, schedule_of
from skdense._settings.parameters import Parameters, is_auto
from skdense._settings.settings import (
    DataSettings,
    HiddenLayer,
    NetworkSettings,
    OptimizationSettings,
    Settings,
    StoppingSettings,
)
from skdense._target.base import Target
from skdense.engine import Plan


def resolve(parameters: Parameters, target: Target, call: Call) -> Settings:
    """Return the settings of a fit, without "auto"."""
    resolved = resolve_auto(parameters, target, call)
    optimization = _optimization(parameters, resolved, call)
    return Settings(
        _network(parameters, resolved, call),
        optimization,
        _stopping(parameters, resolved, call, optimization),
        _data(parameters, resolved),
        resolved,
    )


def _network(parameters: Parameters, resolved: Resolved, call: Call) -> NetworkSettings:
    hidden, scale = _hidden(parameters, resolved), parameters.input_scale
    # without hidden layers, `activation` still decides how the output layer starts
    last = hidden[-1].activation if hidden else parameters.activation
    return NetworkSettings(
        hidden=hidden,
        glorot_factor=glorot_factor(last),
        numeric_embeddings=numeric_embeddings(
            resolved.numeric_embedding, resolved.n_estimators, call.n_numeric
        ),
        category_embedding_size=parameters.category_embedding_size,
        input_scale=bool(not call.is_sparse if is_auto(scale) else scale),
        parametrization=parameters.parametrization,
        starts_from_data=resolved.initialization == "data",
        dtype=working_dtype(parameters, call.x_dtype, call.n_rows),
    )


def _hidden(parameters: Parameters, resolved: Resolved) -> tuple[HiddenLayer, ...]:
    sizes = np.atleast_1d(parameters.hidden_layer_sizes).astype(int).tolist()
    activations = per_layer("activation", parameters.activation, len(sizes))
    normalizations = per_layer("normalization", parameters.normalization, len(sizes))
    rates = per_layer("dropout", resolved.dropout, len(sizes))
    layers = zip(sizes, activations, normalizations, rates, strict=True)
    return tuple(
        HiddenLayer(size, activation_of(activation), normalization_of(normalization), float(rate))
        for size, activation, normalization, rate in layers
    )


def _optimization(parameters: Parameters, resolved: Resolved, call: Call) -> OptimizationSettings:
    max_grad_norm = parameters.max_grad_norm
    plan = Plan(
        batch_size=int(resolved.batch_size),
        # one pass over a batch of a stream
        max_iter=1 if call.is_stream else resolved.max_iter,
        learning_rate_init=resolved.learning_rate_init,
        schedule=build_schedule(resolved.learning_rate, parameters.power_t),
        shuffle=parameters.shuffle,
        alpha=parameters.alpha,
        weight_decay=resolved.weight_decay,
        decay_schedule=schedule_of(resolved.weight_decay_schedule),
        dropout_schedule=schedule_of(resolved.dropout_schedule),
        max_grad_norm=inf if max_grad_norm is None else max_grad_norm,
        ema_decay=parameters.ema_decay,
    )
    return OptimizationSettings(build_optimizer(parameters), plan, parameters.max_fun)


def _stopping(
    parameters: Parameters,
    resolved: Resolved,
    call: Call,
    optimization: OptimizationSettings,
) -> StoppingSettings:
    is_lbfgs, plan = optimization.optimizer is None, optimization.plan
    holds_out = resolved.early_stopping and not (call.has_validation or call.is_stream or is_lbfgs)
    early = resolved.early_stopping and (call.has_validation or holds_out)
    # L-BFGS has criteria of its own, and no learning rate to lower at a plateau
    decides_itself = is_lbfgs and not early
    n_plateaus = 0 if is_lbfgs else plan.schedule.n_plateaus(plan.learning_rate_init)
    return StoppingSettings(
        early=bool(early),
        holds_out=bool(holds_out),
        validation_fraction=parameters.validation_fraction,
        patience=inf if decides_itself else parameters.n_iter_no_change,
        tol=parameters.tol,
        n_plateaus=n_plateaus,
        scoring=parameters.scoring,
    )


def _data(parameters: Parameters, resolved: Resolved) -> DataSettings:
    return DataSettings(
        resolved.feature_scaling,
        resolved.target_encoding,
        parameters._class_weight,
        parameters._calibrates,
        parameters.warm_start,
    )
