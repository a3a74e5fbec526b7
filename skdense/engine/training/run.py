"""One network in one call of `train`: epochs of steps."""

from skdense.engine.optim.plan import Plan, StepRates
from skdense.engine.optim.schedules import Progress
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.batches import Data, batches_of
from skdense.engine.training.gradient_source import GradientSource
from skdense.engine.training.state import TrainState
from skdense.engine.training.updates import Updater
from skdense.engine.typing import Array


class Run:
    """The steps of one network: its batches, where gradients come from, where they go.

    Every thread of the source's team goes through all steps, and waits for the others after
    the gradients and after the update.

    Attributes
    ----------
    order : ndarray of shape (n_rows,) or None
        Row indices of the current epoch, in order; None for all rows as they lie.
    rates : list of StepRates
        Of each step of the current epoch.
    """

    def __init__(
        self,
        state: TrainState,
        data: Data,
        plan: Plan,
        batches: list[slice],
        source: GradientSource,
    ) -> None:
        self.state, self.plan, self.batches, self.source = state, plan, batches, source
        self.n_rows = state.n_rows(data)
        self.data = data
        self.updater = Updater(state, plan, source)
        self.order: Array | None = None
        self.rates: list[StepRates] = []

    def epoch(self, number: int, n_plateaus: int) -> float:
        """Take all steps of an epoch; return the mean loss of the rows, with the penalty."""
        state = self.state
        self.rates = self._rates_of(number, n_plateaus)
        state.exchange()
        self.order = state.next_order(self.data, shuffle=self.plan.shuffle)
        self.source.begin_epoch(state.rng)
        self.updater.begin_epoch()
        with one_blas_thread:
            self.source.team.run(self._take_steps)
        state.exchange()
        state.n_steps += len(self.batches)
        state.n_seen += self.n_rows
        total = self.source.value + sum(self.updater.penalties)
        return total / (self.n_rows * state.mean_weight)

    def _take_steps(self, rank: int) -> None:
        """Take all steps, for the shards and the parts of one thread."""
        source, updater, team, order = self.source, self.updater, self.source.team, self.order
        number, mean_weight = self.state.network.params.dtype.type, self.state.mean_weight
        for batch, rates in zip(self.batches, self.rates, strict=True):
            factor = number(1 / ((batch.stop - batch.start) * mean_weight))
            if rank == 0:
                updater.begin_step(rates.learning_rate)
            rows = batch if order is None else order[batch]
            source.learn(rank, rows, factor, rates.dropout)
            team.meet(rank)
            updater.update(rank, factor, rates)
            team.meet(rank)

    def _rates_of(self, number: int, n_plateaus: int) -> list[StepRates]:
        """Return what the schedules say of each step of an epoch."""
        plan, n_steps, before = self.plan, len(self.batches), self.state.n_steps
        progress, rates = Progress(n_seen=self.state.n_seen, n_plateaus=n_plateaus), []
        for step in range(n_steps):
            progress.fraction = (n_steps * (number - 1) + step) / (n_steps * plan.max_iter)
            progress.n_steps = before + step
            rates.append(plan.rates(progress))
        return rates


def batches_for(state: TrainState, data: Data, plan: Plan) -> list[slice]:
    """Cut the rows of a network into batches."""
    even = any(layer.joins_rows for layer in state.network.layers)
    return batches_of(state.n_rows(data), plan.batch_size, even=even)
