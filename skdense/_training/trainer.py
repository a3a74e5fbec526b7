"""Training of the networks of a Predictor, and the state that later fits go on from."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from skdense._arrays.missing import Sliceable
from skdense._columns.base import Columns
from skdense._columns.scaled import COLUMNS
from skdense._columns.target_encoding import TargetEncoding
from skdense._input.rows import Rows
from skdense._prediction.hold_out import hold_out
from skdense._prediction.predictor import Predictor
from skdense._settings.networks import build_networks, random_source
from skdense._settings.parameters import Parameters, RandomState
from skdense._settings.settings import Settings
from skdense._table.table import Table
from skdense._target.base import Target
from skdense._training.changes import FirstFit, same
from skdense._training.trial import Speed, measure_speed
from skdense.engine import (
    Data,
    Epoch,
    Monitor,
    Network,
    Optimizer,
    Plan,
    Stopping,
    TrainState,
    minimize_lbfgs,
    train,
    vectors_of,
)
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.loop import Validate
from skdense.engine.typing import Array, RandomSource

# Maximum number of rows for data-driven initialization.
ADAPT_ROWS = 2_000


@dataclass
class Trainer:
    """The networks of a Predictor in training.

    Attributes
    ----------
    predictor : Predictor
    states : list of TrainState
        The state of each network.
    stream : Stopping
        The Stopping that `partial_fit` keeps between batches; `fit` has one for each call.
    first_fit : FirstFit
        The parameters that later fits must not change.
    optimizer : Optimizer or None
        The optimizer that the states began with.
    weight_scale : float
        The mean of the first weights, by which weights and `alpha` are divided, so that they
        neither overflow nor underflow.
    is_new : bool
        Whether nothing has been trained yet.
    splits : list of (ndarray, ndarray) or None
        Indices of the rows that each network is trained on and of those held out for it, kept
        for later fits.
    best_units : tuple of (Columns, Target) or None
        The scaling that belongs to the best parameters of a stream with early stopping.
    """

    predictor: Predictor[Target]
    states: list[TrainState]
    stream: Stopping
    first_fit: FirstFit
    optimizer: Optimizer | None
    weight_scale: float = 1.0
    is_new: bool = True
    splits: list[tuple[Array, Array]] | None = None
    best_units: tuple[Columns, Target] | None = None

    @classmethod
    def new(
        cls, parameters: Parameters, settings: Settings, rows: Rows, table: Table, target: Target
    ) -> Self:
        """Return a trainer of new networks with random initial parameters."""
        encoding = _encoding(settings, table, target)
        columns = COLUMNS[settings.data.feature_scaling](rows.X, table.n_levels, encoding)
        layers = build_networks(settings.network, columns, target)
        rng, optimizer = random_source(parameters.random_state), settings.optimization.optimizer
        states = []
        for own_layers, source in zip(layers, sources(rng, len(layers)), strict=True):
            network = Network(own_layers, columns.n_out, settings.network.dtype)
            network.initialize(source)
            states.append(TrainState(network, optimizer, source))
        predictor = Predictor(table, columns, target, [state.network for state in states])
        stream, first_fit = settings.stopping.begin(), FirstFit.of(parameters)
        return cls(predictor, states, stream, first_fit, optimizer)

    def copy_to_continue(self, parameters: Parameters, settings: Settings) -> Self:
        """Return a copy for more training, which leaves this one unchanged on errors."""
        predictor, optimizer = self.predictor, settings.optimization.optimizer
        wanted = build_networks(settings.network, predictor.columns, predictor.target)
        self.first_fit.check(parameters, wanted, predictor.networks)
        copy = deepcopy(self)
        copy.predictor.inverse_temperature = 1.0
        if not same(optimizer, self.optimizer):
            copy.renew_optimizers(optimizer)
        earlier, copy.stream = copy.stream, settings.stopping.begin()
        copy.stream.go_on_from(earlier)
        return copy

    def renew_optimizers(self, optimizer: Optimizer | None) -> None:
        """Set the optimizer of each network, and reset its state."""
        self.optimizer = optimizer
        for state in self.states:
            state.optimizer, state.optimizer_state = optimizer, None

    @property
    def vectors(self) -> list[Array]:
        """Every vector that training changes: parameters, then averages."""
        return vectors_of(self.states)

    def scaled(self, rows: Rows, *, anew: bool) -> Rows:
        """Return rows with normalized weights; `anew` normalizes these to mean 1."""
        if anew:
            for state in self.states:
                state.forget_weights()
            self.weight_scale = 1.0 if rows.weight is None else float(rows.weight.mean())
        if rows.weight is None and self.weight_scale == 1:
            return rows
        return Rows(rows.X, rows.y, rows.weights() / self.weight_scale)

    def learn_statistics(self, rows: Rows) -> Sliceable:
        """Learn the statistics of levels from the rows that each network is trained on.

        Returns the table of all rows, with their statistics.
        """
        encoding, target = self.predictor.columns.encoding, self.predictor.target
        if not encoding.n_own:
            return rows.X
        kept = [state.rows for state in self.states]
        with one_blas_thread:
            return encoding.learn(rows.X, target.statistics_target(rows.y), rows.weight, kept)

    # The scalers compute weighted sums by BLAS.

    def learn_target(self, rows: Rows) -> None:
        """Learn the scaling of the target, or update it."""
        with one_blas_thread:
            self.predictor.target.update(rows.y, rows.weight)

    def learn_scaling(self, X: Sliceable, weight: Array | None) -> None:
        """Learn the scaling of the features, or update it, from a table with statistics."""
        with one_blas_thread:
            self.predictor.columns.update(X, weight)

    def split(self, settings: Settings, rows: Rows) -> list[Array]:
        """Return the indices of the rows held out for each network; [] without early stopping."""
        for state in self.states:
            state.rows = None
        if not settings.stopping.holds_out:
            return []
        n_rows, strata = len(rows.y), self.predictor.target.strata(rows.y)
        if self.splits is None or sum(map(len, self.splits[0])) != n_rows:
            fraction = settings.stopping.validation_fraction
            self.splits = [hold_out(n_rows, fraction, strata, s.rng) for s in self.states]
        for state, (kept, _) in zip(self.states, self.splits, strict=True):
            state.rows = kept
        return [held_out for _, held_out in self.splits]

    def train(
        self,
        settings: Settings,
        data: Data,
        stopping: Stopping,
        validate: Validate | None,
        monitor: Monitor,
        earlier: Sequence[Epoch] = (),
    ) -> list[Epoch]:
        """Train by mini-batches until patience runs out or all epochs of the plan are done."""
        self.adapt(settings, data)
        plan, loss = self.plan(settings), self.predictor.target.loss
        return train(self.states, data, loss, plan, stopping, validate, monitor, earlier)

    def minimize(
        self,
        settings: Settings,
        data: Data,
        stopping: Stopping,
        validate: Validate | None,
        monitor: Monitor,
    ) -> tuple[list[Epoch], str | None]:
        """Train by L-BFGS; return a warning if it did not converge."""
        self.adapt(settings, data)
        self.states[0].average = None
        plan = self.plan(settings)
        epochs, warning = minimize_lbfgs(
            self.states[0].network,
            data,
            self.predictor.target.loss,
            alpha=plan.alpha,
            max_iter=plan.max_iter,
            max_fun=settings.optimization.max_fun,
            tol=settings.stopping.tol,
            stopping=stopping,
            validate=validate,
            monitor=monitor,
        )
        if warning is not None:
            n_iter = len(epochs)
            warning = f"L-BFGS ended after {n_iter} iterations without convergence: {warning}."
        return epochs, warning

    def speed(self, settings: Settings, data: Data, enough: float) -> Speed:
        """Return how fast the networks train, from about `enough` seconds of trial steps."""
        self.adapt(settings, data)
        plan, loss = self.plan(settings), self.predictor.target.loss
        return measure_speed(self.states, data, loss, plan, enough)

    def adapt(self, settings: Settings, data: Data) -> None:
        """Initialize new networks from some of the rows, if the settings say so."""
        if self.is_new and settings.network.starts_from_data:
            for state in self.states:
                mine = np.arange(data.n_rows) if state.rows is None else state.rows
                some = mine if len(mine) <= ADAPT_ROWS else state.rng.choice(mine, ADAPT_ROWS)
                state.network.adapt(data.X[some], state.rng)
        self.is_new = False

    def plan(self, settings: Settings) -> Plan:
        """Return the plan with `alpha` divided by the scale of the weights."""
        plan = settings.optimization.plan
        return replace(plan, alpha=plan.alpha / self.weight_scale)

    def end_fit(self, settings: Settings) -> None:
        """Begin a new stream, and discard the state of training unless a warm start needs it."""
        self.own_rng()
        self.stream, self.best_units = settings.stopping.begin(), None
        if not settings.data.warm_start:
            self.renew_optimizers(settings.optimization.optimizer)
            self.splits = None
            for state in self.states:
                state.average = state.order = state.rows = None

    def end_batch(self) -> None:
        """Save the best scaling of a stream, or restore the best state if it has stopped."""
        predictor = self.predictor
        for state in self.states:
            state.order = None
        if not self.stream.early:
            self.best_units = None
        elif self.stream.best_number is not None:
            self.best_units = deepcopy((predictor.columns, predictor.target))
        if self.stream.is_over and self.best_units is not None:
            self.stream.restore(self.vectors)
            predictor.columns, predictor.target = self.best_units
            self.best_units = None

    def own_rng(self) -> None:
        """Copy the random sources, so that they are not shared with the user's RandomState."""
        for state in self.states:
            state.rng = deepcopy(state.rng)

    def without_training(self) -> Self:
        """Return a trainer without optimizer states, random sources and splits."""
        bare = [
            TrainState(
                state.network,
                self.optimizer,
                None,  # type: ignore[arg-type]  # until `renew_sources`
                n_seen=state.n_seen,
                n_steps=state.n_steps,
            )
            for state in self.states
        ]
        return replace(self, states=bare, splits=None, best_units=None)

    def renew_sources(self, random_state: RandomState) -> None:
        """Give a random source to networks without one."""
        fresh = sources(random_source(random_state), len(self.states))
        for state, source in zip(self.states, fresh, strict=True):
            state.rng = state.rng or source


def _encoding(settings: Settings, table: Table, target: Target) -> TargetEncoding:
    if not settings.data.target_encoding:
        return TargetEncoding((), 0, 0)
    n_networks = len(settings.network.numeric_embeddings)
    n_blocks = n_networks if settings.stopping.holds_out else 1
    return TargetEncoding(table.n_levels, target.n_statistics, n_blocks)


def sources(rng: np.random.RandomState, n: int) -> list[RandomSource]:
    """Return a random source for each network; the first one gets `rng` itself."""
    seeds = rng.choice(2**31 - 1, n - 1)
    return [rng, *map(np.random.RandomState, seeds)]
