"""What fitting makes of a table and its target, and what more fitting goes on from."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from types import FunctionType
from typing import Any, Self

import numpy as np

from skdense._arrays.overflow import require_finite, within_range
from skdense._columns.base import Columns
from skdense._columns.scaled import COLUMNS
from skdense._input.categories import Table
from skdense._input.rows import Rows
from skdense._settings.networks import build_networks, random_source, working_dtype
from skdense._settings.optimization import build_optimizer, build_plan, build_stopping
from skdense._target.base import Target
from skdense._training.hold_out import hold_out
from skdense.engine import (
    Data,
    Epoch,
    Layer,
    Monitor,
    Network,
    Optimizer,
    Stopping,
    TrainState,
    forward_all,
    minimize_lbfgs,
    train,
    vectors_of,
)
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.loop import Validate
from skdense.engine.typing import Array, RandomSource

# Rows that new networks are fitted to, at most.
ADAPT_ROWS = 2_000


# Settings that decide in which units, and for which loss, the network was trained.
FIXED = (
    "feature_scaling",
    "dtype",
    "loss",
    "label_smoothing",
    "target_scaling",
    "output_activation",
)


# Settings that decide which layers the network has, beside these.
SHAPING = (
    "hidden_layer_sizes",
    "activation",
    "normalization",
    "dropout",
    "n_estimators",
    "numeric_embedding",
    "category_embedding_size",
    "input_scale",
    "parametrization",
)


UNKNOWN_CHANGE = f"one of {', '.join(SHAPING)} changed since the first fit"


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
    table : Table
        From the user's table to numbers.
    columns : Columns
        From these to the matrix that the networks see.
    target : Target
    states : list of TrainState
        Of each network.
    stream : Stopping
        What `partial_fit` counts from batch to batch; `fit` has a Stopping for each call.
    fixed : dict
        The settings that more fitting must not change, and those that shape the layers.
    fresh_optimizer : Optimizer or None
        As the one that trains was before it began.
    weight_unit : float
        What weights are divided by, `alpha` as well: the mean of the first ones, so that
        they neither overflow nor vanish.
    sharpness : float
        What raw predictions are multiplied by: one over a temperature.
    is_new : bool
        Whether nothing has been trained yet.
    splits : list of (ndarray, ndarray) or None
        Rows that each network is trained on, and those that it does without, where later fits
        are to keep them apart.
    best_units : tuple of (Columns, Target) or None
        What goes with the best parameters of a stream that may stop early.
    """

    table: Table
    columns: Columns
    target: Target
    states: list[TrainState]
    stream: Stopping
    fixed: dict[str, Any]
    fresh_optimizer: Optimizer | None
    weight_unit: float = 1.0
    sharpness: float = 1.0
    is_new: bool = True
    splits: list[tuple[Array, Array]] | None = None
    best_units: tuple[Columns, Target] | None = None

    @classmethod
    def new(
        cls,
        parameters: dict[str, Any],
        X: Any,
        table: Table,
        target: Target,
        output_layers: list[Layer],
        asked: dict[str, Any],
    ) -> Self:
        """Networks with drawn parameters, which have learnt nothing yet.

        `asked` are the parameters as they are, "auto" among them.
        """
        columns = COLUMNS[parameters["feature_scaling"]](X, table.n_levels)
        networks = build_networks(parameters, columns, target.n_raw, output_layers)
        rng, dtype = random_source(parameters["random_state"]), working_dtype(parameters, X)
        optimizer, states = build_optimizer(parameters), []
        for layers, own in zip(networks, _sources(rng, len(networks)), strict=True):
            network = Network(layers, columns.n_out, dtype)
            network.initialize(own)
            states.append(TrainState(network, optimizer, own))
        fixed = deepcopy({name: asked[name] for name in FIXED + SHAPING if name in asked})
        stream = build_stopping(parameters)
        return cls(table, columns, target, states, stream, fixed, optimizer)

    def copy_to_go_on(
        self, parameters: dict[str, Any], output_layers: list[Layer], asked: dict[str, Any]
    ) -> Self:
        """A copy for more training, so that this one stays whole until all went well."""
        wanted = build_networks(parameters, self.columns, self.target.n_raw, output_layers)
        if not same([tuple(layers) for layers in wanted], [net.layers for net in self.networks]):
            raise ValueError(
                f"{self._changes(SHAPING + FIXED, asked) or UNKNOWN_CHANGE}. Change it back, or "
                "fit anew with warm_start=False."
            )
        changes = self._changes(FIXED, asked)
        if changes:
            raise ValueError(f"{changes}. Change it back, or fit anew with warm_start=False.")
        copy = deepcopy(self)
        copy.sharpness = 1.0
        optimizer = build_optimizer(parameters)
        if not same(optimizer, self.fresh_optimizer):
            copy.renew_optimizers(optimizer)
        earlier, copy.stream = copy.stream, build_stopping(parameters)
        copy.stream.go_on_from(earlier)
        return copy

    def _changes(self, names: tuple[str, ...], asked: dict[str, Any]) -> str:
        """Which settings, of these, are not those of the first fit, in words."""
        # a file of an earlier release may know fewer of them
        known = [name for name in names if name in self.fixed]
        return ", and ".join(
            f"{name} changed since the first fit from {self.fixed[name]!r} to {asked[name]!r}"
            for name in known
            if not same(asked[name], self.fixed[name])
        )

    def renew_optimizers(self, optimizer: Optimizer | None) -> None:
        """Give each network the optimizer, without state."""
        self.fresh_optimizer = optimizer
        for state in self.states:
            state.optimizer, state.optimizer_state = optimizer, None

    @property
    def network(self) -> Network:
        """The first of the networks."""
        return self.states[0].network

    @property
    def networks(self) -> list[Network]:
        """All of them."""
        return [state.network for state in self.states]

    @property
    def vectors(self) -> list[Array]:
        """All that training moves."""
        return vectors_of(self.states)

    def member(self, i: int) -> Self:
        """A model of one of the networks alone, which shares all with this one."""
        return replace(self, states=[self.states[i]])

    def on_numbers(self) -> Self:
        """As this one, for tables that are checked already."""
        return replace(self, table=Table())

    def read(self, rows: Rows) -> Rows:
        """Rows with the target in the form that they carry from here on."""
        return Rows(rows.X, self.target.read(rows.y), rows.weight)

    def weigh(self, rows: Rows, *, anew: bool) -> Rows:
        """Rows with weights in this model's unit; `anew` takes their mean as the unit."""
        if anew:
            for state in self.states:
                state.forget_weights()
            self.weight_unit = 1.0 if rows.weight is None else float(rows.weight.mean())
        if rows.weight is None and self.weight_unit == 1:
            return rows
        weight = np.ones(len(rows.y)) if rows.weight is None else rows.weight
        return Rows(rows.X, rows.y, weight / self.weight_unit)

    def learn_units(self, rows: Rows) -> None:
        """Learn in which units the network sees features and target, or go on learning."""
        # the scalers' weighted sums are products of BLAS
        with one_blas_thread:
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
        """`forward_all` for a checked table: outputs of each network."""
        prepare = partial(self.columns.transform, dtype=self.network.params.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            return forward_all(self.networks, X, prepare=prepare, **how)

    def raw(self, X: Any, **how: Any) -> Array:
        """Finite raw predictions, in float32 where both table and network are, else in float64."""
        raw = self.join(self.sharpness * self.forward(X, **how))
        return require_finite(raw.astype(np.result_type(raw, X.dtype), copy=False))

    def join(self, raws: Array) -> Array:
        """The raw predictions that those of each network make together."""
        if len(raws) == 1:
            return np.asarray(raws[0])
        with np.errstate(over="ignore", invalid="ignore"):
            return self.target.loss.join(raws)

    def train_on_all(self) -> None:
        """No network does without any rows, until `split`."""
        for state in self.states:
            state.rows = None

    def split(self, fraction: float, strata: Array | None, n_rows: int) -> list[Array]:
        """Hold rows out for each network, or go on with those; the rows held out."""
        if self.splits is None or sum(map(len, self.splits[0])) != n_rows:
            sources = [state.rng for state in self.states]
            self.splits = [hold_out(n_rows, fraction, strata, rng) for rng in sources]
        for state, (kept, _) in zip(self.states, self.splits, strict=True):
            state.rows = kept
        return [held_out for _, held_out in self.splits]

    def train(
        self,
        parameters: dict[str, Any],
        rows: Rows,
        max_iter: int,
        stopping: Stopping,
        validate: Validate | None,
        monitor: Monitor,
        earlier: Sequence[Epoch] = (),
    ) -> list[Epoch]:
        """Train by mini-batches until patience runs out or `max_iter` epochs are done."""
        data = self._data_to_begin(parameters, rows)
        plan = build_plan(self._in_my_unit(parameters), max_iter)
        how = (plan, stopping, validate, monitor, earlier)
        return train(self.states, data, self.target.loss, *how)

    def _data_to_begin(self, parameters: dict[str, Any], rows: Rows) -> Data:
        """Rows as the engine takes them; new networks are fitted to some of them."""
        data = self.data(rows)
        if self.is_new and parameters["initialization"] == "data":
            for state in self.states:
                mine = np.arange(data.n_rows) if state.rows is None else state.rows
                some = mine if len(mine) <= ADAPT_ROWS else state.rng.choice(mine, ADAPT_ROWS)
                state.network.adapt(data.X[some], state.rng)
        self.is_new = False
        return data

    def end_fit(self, parameters: dict[str, Any]) -> None:
        """After a fit: a stream begins anew, and only a training that goes on keeps its state."""
        self.own_rng()
        self.stream, self.best_units = build_stopping(parameters), None
        if not parameters["warm_start"]:
            self.renew_optimizers(build_optimizer(parameters))
            self.splits = None
            for state in self.states:
                state.average = state.order = state.rows = None

    def own_rng(self) -> None:
        """After the first call: the user's RandomState goes on with the user, ours with us."""
        for state in self.states:
            state.rng = deepcopy(state.rng)

    def without_training(self) -> Self:
        """As this one, without what only more training needs: moments and random streams."""
        bare = [
            TrainState(
                state.network,
                self.fresh_optimizer,
                None,  # type: ignore[arg-type]  # until `renew_sources`
                n_seen=state.n_seen,
                n_steps=state.n_steps,
            )
            for state in self.states
        ]
        return replace(self, states=bare, splits=None, best_units=None)

    def renew_sources(self, random_state: Any) -> None:
        """Give networks that have no random stream one."""
        sources = _sources(random_source(random_state), len(self.states))
        for state, source in zip(self.states, sources, strict=True):
            state.rng = state.rng or source

    def end_batch(self) -> None:
        """After a batch of a stream: remember the best state, or go back to it at the end."""
        for state in self.states:
            state.order = None
        if not self.stream.early:
            self.best_units = None
        elif self.stream.best_number is not None:
            self.best_units = deepcopy((self.columns, self.target))
        if self.stream.is_over and self.best_units is not None:
            self.stream.restore(self.vectors)
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
        self.states[0].average = None
        names = ("alpha", "max_iter", "max_fun", "tol")
        settings = {name: self._in_my_unit(parameters)[name] for name in names}
        epochs, trouble = minimize_lbfgs(
            self.network,
            self._data_to_begin(parameters, rows),
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


def _sources(rng: RandomSource, n: int) -> list[RandomSource]:
    """A random source for each network; the first one's is that of all."""
    seeds = rng.choice(2**31 - 1, n - 1)
    return [rng, *map(np.random.RandomState, seeds)]
