"""What fitting makes of a table and its target, and what more fitting goes on from."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Self
from warnings import warn

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state

from skdense._build import build_layers, build_optimizer, build_plan, build_stopping, working_dtype
from skdense._columns import COLUMNS, Columns
from skdense._rows import Rows
from skdense._targets import Target
from skdense.engine import (
    Data,
    Epoch,
    Layer,
    Network,
    Stopping,
    TrainState,
    minimize_lbfgs,
    train,
)
from skdense.engine.layers import Array

# Settings that decide in which units, and for which loss, the network was trained.
FIXED = ("feature_scaling", "dtype", "loss", "target_scaling", "output_activation")

Report = Callable[[Epoch], None]
Score = Callable[[Array, Array, Array | None], float]


@dataclass
class Model:
    """Columns to matrix, matrix through the network, raw output to target.

    `parameters` is, in every method, the estimator's own by name.

    Attributes
    ----------
    columns : Columns
    target : Target
    state : TrainState
    stream : Stopping
        What `partial_fit` counts from batch to batch; `fit` has a Stopping for each call.
    fixed : dict
        The settings beside the layers that more fitting must not change.
    weight_unit : float
        What weights are divided by, `alpha` as well: the mean of the first ones, so that
        they neither overflow nor vanish.
    """

    columns: Columns
    target: Target
    state: TrainState
    stream: Stopping
    fixed: dict[str, Any]
    weight_unit: float = 1.0

    @classmethod
    def new(
        cls, parameters: dict[str, Any], X: Any, target: Target, output_layers: list[Layer]
    ) -> Self:
        """A network with drawn parameters, which has learnt nothing yet."""
        seed = parameters["random_state"]
        # without a seed a stream of its own: NumPy's global one is the user's
        rng = check_random_state(np.random.RandomState() if seed is None else seed)
        layers = build_layers(parameters, target.n_raw) + output_layers
        network = Network(layers, X.shape[1], working_dtype(parameters, X))
        network.initialize(rng)
        state = TrainState(network, build_optimizer(parameters), rng)
        columns = COLUMNS[parameters["feature_scaling"]]()
        fixed = {name: parameters[name] for name in FIXED if name in parameters}
        return cls(columns, target, state, build_stopping(parameters), fixed)

    def copy_to_go_on(self, parameters: dict[str, Any], output_layers: list[Layer]) -> Self:
        """A copy for more training, so that this one stays whole until all went well."""
        layers = (*build_layers(parameters, self.target.n_raw), *output_layers)
        if layers != self.network.layers:
            raise ValueError(
                "hidden_layer_sizes, activation, output_activation or dropout changed since "
                f"the first fit: the network has the layers {self.network.layers}, and they "
                f"ask for {layers}. Change them back, or fit anew with warm_start=False."
            )
        for name, value in self.fixed.items():
            if parameters[name] != value:
                raise ValueError(
                    f"{name} changed since the first fit from {value!r} to {parameters[name]!r}. "
                    "Change it back, or fit anew with warm_start=False."
                )
        copy = deepcopy(self)
        optimizer = build_optimizer(parameters)
        if optimizer != copy.state.optimizer:
            copy.state.optimizer = optimizer
        copy.stream = build_stopping(parameters)
        copy.stream.go_on_from(self.stream)
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
        weight = None if rows.weight is None else rows.weight.astype(dtype)
        X = self.columns.transform(rows.X, dtype)
        return Data(X, self.target.encode(rows.y, dtype), weight)

    def raw(self, X: Any) -> Array:
        """Raw predictions for a checked table, in the network's dtype."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.network.forward(self.columns.transform(X, self.network.params.dtype))

    def validator(self, held_out: Rows, score: Score) -> Callable[[], float]:
        """A function of nothing that scores the network on rows held out."""
        X = self.columns.transform(held_out.X, self.network.params.dtype)

        def validate() -> float:
            decided = self.target.decide(self.network.forward(X))
            if not np.isfinite(decided).all():
                return -np.inf
            return score(held_out.y, decided, held_out.weight)

        return validate

    def train(
        self,
        parameters: dict[str, Any],
        rows: Rows,
        max_iter: int,
        stopping: Stopping,
        report: Report,
        validate: Callable[[], float] | None = None,
    ) -> list[Epoch]:
        """Train by mini-batches until patience runs out or `max_iter` epochs are done."""
        data = self.data(rows)
        plan = build_plan(self._in_my_unit(parameters), data.n_rows, max_iter)
        return train(self.state, data, self.target.loss, plan, stopping, validate, report)

    def minimize(self, parameters: dict[str, Any], rows: Rows, report: Report) -> list[Epoch]:
        """Train by L-BFGS until it converges or `max_iter` iterations are done."""
        names = ("alpha", "max_iter", "max_fun", "tol")
        settings = {name: self._in_my_unit(parameters)[name] for name in names}
        data, loss = self.data(rows), self.target.loss
        epochs, trouble = minimize_lbfgs(self.network, data, loss, on_epoch=report, **settings)
        if trouble is not None:
            warn(
                f"L-BFGS ended after {len(epochs)} iterations without convergence "
                f"({trouble}); raise max_iter or max_fun, or tol.",
                ConvergenceWarning,
                stacklevel=4,
            )
        return epochs

    def _in_my_unit(self, parameters: dict[str, Any]) -> dict[str, Any]:
        return parameters | {"alpha": parameters["alpha"] / self.weight_unit}
