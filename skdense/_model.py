"""What fitting makes of a table and its target, and what more fitting goes on from."""

from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any, Self

import numpy as np

from skdense._build import (
    build_layers,
    build_optimizer,
    build_plan,
    build_stopping,
    random_source,
    working_dtype,
)
from skdense._columns import COLUMNS, Columns, require_finite, within_range
from skdense._rows import Rows
from skdense._targets import Target
from skdense.engine import (
    Data,
    Epoch,
    Layer,
    Monitor,
    Network,
    Optimizer,
    Stopping,
    TrainState,
    minimize_lbfgs,
    train,
)
from skdense.engine.layers import Array
from skdense.engine.training import Validate

# Settings that decide in which units, and for which loss, the network was trained.
FIXED = (
    "feature_scaling",
    "dtype",
    "loss",
    "label_smoothing",
    "target_scaling",
    "output_activation",
)


def same(one: Any, other: Any) -> bool:
    """Whether two settings are alike; a layer or loss of one's own need not say so itself."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if type(one) is not type(other) or isinstance(one, FunctionType):
        return _equal(one, other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if not isinstance(one, dict) and getattr(one, "__dict__", None):
        one, other = vars(one), vars(other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    # a copy of what says nothing by which to tell it apart
    return _says_nothing(one) or _equal(one, other)


def _says_nothing(one: Any) -> bool:
    return getattr(type(one), "__eq__", None) is getattr(object, "__eq__")  # noqa: B009


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except (TypeError, ValueError):
        return False


@dataclass
class Model:
    """Columns to matrix, matrix through the network, raw output to target.

    `parameters` is, in every method, the estimator's own by name, the loss as an object.

    Attributes
    ----------
    columns : Columns
    target : Target
    state : TrainState
    stream : Stopping
        What `partial_fit` counts from batch to batch; `fit` has a Stopping for each call.
    fixed : dict
        The settings beside the layers that more fitting must not change.
    fresh_optimizer : Optimizer or None
        As the one that trains was before it began.
    weight_unit : float
        What weights are divided by, `alpha` as well: the mean of the first ones, so that
        they neither overflow nor vanish.
    split : tuple of ndarray or None
        Rows that train and rows held out, where later fits are to keep them apart.
    best_units : tuple of (Columns, Target) or None
        What goes with the best parameters of a stream that may stop early.
    """

    columns: Columns
    target: Target
    state: TrainState
    stream: Stopping
    fixed: dict[str, Any]
    fresh_optimizer: Optimizer | None
    weight_unit: float = 1.0
    split: tuple[Array, Array] | None = None
    best_units: tuple[Columns, Target] | None = None

    @classmethod
    def new(
        cls, parameters: dict[str, Any], X: Any, target: Target, output_layers: list[Layer]
    ) -> Self:
        """A network with drawn parameters, which has learnt nothing yet."""
        rng = random_source(parameters["random_state"])
        layers = build_layers(parameters, target.n_raw) + output_layers
        network = Network(layers, X.shape[1], working_dtype(parameters, X))
        network.initialize(rng)
        optimizer = build_optimizer(parameters)
        state = TrainState(network, optimizer, rng)
        columns = COLUMNS[parameters["feature_scaling"]]()
        fixed = deepcopy({name: parameters[name] for name in FIXED if name in parameters})
        stream, fresh = build_stopping(parameters), deepcopy(optimizer)
        return cls(columns, target, state, stream, fixed, fresh)

    def copy_to_go_on(self, parameters: dict[str, Any], output_layers: list[Layer]) -> Self:
        """A copy for more training, so that this one stays whole until all went well."""
        layers = (*build_layers(parameters, self.target.n_raw), *output_layers)
        if not same(layers, self.network.layers):
            raise ValueError(
                "hidden_layer_sizes, activation, normalization, output_activation or dropout "
                f"changed since the first fit: the network has the layers {self.network.layers}, "
                f"and they ask for {layers}. Change them back, or fit anew with "
                "warm_start=False."
            )
        for name, value in self.fixed.items():
            if not same(parameters[name], value):
                raise ValueError(
                    f"{name} changed since the first fit from {value!r} to {parameters[name]!r}. "
                    "Change it back, or fit anew with warm_start=False."
                )
        copy = deepcopy(self)
        optimizer = build_optimizer(parameters)
        if not same(optimizer, self.fresh_optimizer):
            copy.state.optimizer, copy.fresh_optimizer = optimizer, deepcopy(optimizer)
        earlier, copy.stream = copy.stream, build_stopping(parameters)
        copy.stream.go_on_from(earlier)
        return copy

    @property
    def network(self) -> Network:
        return self.state.network

    def read(self, rows: Rows) -> Rows:
        """Rows with the target in the form that they carry from here on."""
        return Rows(rows.X, self.target.read(rows.y), rows.weight)

    def weigh(self, rows: Rows, *, anew: bool) -> Rows:
        """Rows with weights in this model's unit; `anew` takes their mean as the unit."""
        if anew:
            self.state.forget_weights()
            self.weight_unit = 1.0 if rows.weight is None else float(rows.weight.mean())
        if rows.weight is None and self.weight_unit == 1:
            return rows
        weight = np.ones(len(rows.y)) if rows.weight is None else rows.weight
        return Rows(rows.X, rows.y, weight / self.weight_unit)

    def learn_units(self, rows: Rows) -> None:
        """Learn in which units the network sees features and target, or go on learning."""
        self.columns.update(rows.X, rows.weight)
        self.target.update(rows.y, rows.weight)

    def data(self, rows: Rows) -> Data:
        """Rows as the engine takes them."""
        dtype = self.network.params.dtype
        with within_range("sample_weight", dtype):
            weight = None if rows.weight is None else rows.weight.astype(dtype)
        X = self.columns.transform(rows.X, dtype)
        return Data(X, self.target.encode(rows.y, dtype), weight)

    def forward(self, X: Any, **how: Any) -> Array:
        """`Network.forward` for a checked table."""
        prepare = partial(self.columns.transform, dtype=self.network.params.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            return self.network.forward(X, prepare=prepare, **how)

    def raw(self, X: Any, **how: Any) -> Array:
        """Finite raw predictions, in float32 where both table and network are, else in float64."""
        raw = self.forward(X, **how)
        return require_finite(raw.astype(np.result_type(raw, X.dtype), copy=False))

    def train(
        self,
        parameters: dict[str, Any],
        rows: Rows,
        max_iter: int,
        stopping: Stopping,
        validate: Validate | None,
        monitor: Monitor,
    ) -> list[Epoch]:
        """Train by mini-batches until patience runs out or `max_iter` epochs are done."""
        data = self.data(rows)
        plan = build_plan(self._in_my_unit(parameters), data.n_rows, max_iter)
        return train(self.state, data, self.target.loss, plan, stopping, validate, monitor)

    def end_fit(self, parameters: dict[str, Any]) -> None:
        """After a fit: a stream begins anew, and only a training that goes on keeps its state."""
        self.own_rng()
        self.stream, self.best_units = build_stopping(parameters), None
        if not parameters["warm_start"]:
            self.state.optimizer = build_optimizer(parameters)
            self.state.average = self.state.order = self.split = None

    def own_rng(self) -> None:
        """After the first call: the user's RandomState goes on with the user, ours with us."""
        self.state.rng = deepcopy(self.state.rng)

    def end_batch(self) -> None:
        """After a batch of a stream: remember the best state, or go back to it at the end."""
        self.state.order = None
        if not self.stream.early:
            self.best_units = None
        elif self.stream.best_number is not None:
            self.best_units = deepcopy((self.columns, self.target))
        if self.stream.is_over and self.best_units is not None:
            self.stream.restore(self.state.vectors)
            self.columns, self.target = self.best_units
            self.best_units = None

    def minimize(
        self,
        parameters: dict[str, Any],
        rows: Rows,
        stopping: Stopping,
        validate: Validate | None,
        monitor: Monitor,
    ) -> tuple[list[Epoch], str | None]:
        """Train by L-BFGS until it converges or `max_iter` iterations are done."""
        self.state.average = None
        names = ("alpha", "max_iter", "max_fun", "tol")
        settings = {name: self._in_my_unit(parameters)[name] for name in names}
        epochs, trouble = minimize_lbfgs(
            self.network,
            self.data(rows),
            self.target.loss,
            stopping=stopping,
            validate=validate,
            monitor=monitor,
            **settings,
        )
        if trouble is not None:
            n_iter = len(epochs)
            trouble = f"L-BFGS ended after {n_iter} iterations without convergence: {trouble}."
        return epochs, trouble

    def _in_my_unit(self, parameters: dict[str, Any]) -> dict[str, Any]:
        return parameters | {"alpha": parameters["alpha"] / self.weight_unit}
