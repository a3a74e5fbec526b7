"""Training by mini-batches: gather, forward, backward, step."""

from collections.abc import Callable
from contextlib import closing

import numpy as np

from skdense.engine.batches import Data
from skdense.engine.layers import Array
from skdense.engine.losses import Loss
from skdense.engine.monitoring import Epoch, Monitor
from skdense.engine.plan import Plan
from skdense.engine.schedules import Progress, rate_of
from skdense.engine.state import TrainState
from skdense.engine.step import Stepper
from skdense.engine.stopping import Stopping

# Mean loss and score of the validation rows, of the network as it is.
Validate = Callable[[], tuple[float, float]]
REMEDY = "Lower learning_rate_init, or scale the features and the target."


class DivergenceError(ValueError):
    """The loss, the parameters or the optimizer's moments are no longer finite."""


def train(
    state: TrainState,
    data: Data,
    loss: Loss,
    plan: Plan,
    stopping: Stopping,
    validate: Validate | None = None,
    monitor: Monitor | None = None,
) -> list[Epoch]:
    """Train for at most `plan.max_iter` epochs; one Epoch each.

    Parameters
    ----------
    state : TrainState
        Changed in place. After an error it is of no further use.
    data : Data
        In the network's dtype.
    loss : Loss
    plan : Plan
    stopping : Stopping
        Ends the training. It remembers the best parameters, and does not restore them.
    validate : callable, optional
        Returns loss and score of the network as it is; more score is better.
    monitor : Monitor, optional
        Is told of each epoch, and may end the training.

    Raises
    ------
    DivergenceError
        If the loss, the parameters or the optimizer's moments are no longer finite.
    """
    epochs: list[Epoch] = []
    monitor = monitor or Monitor()
    prepare(state, data, plan)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        closing(Stepper(state, data, loss, plan)) as stepper,
    ):
        run = _Run(state, data, stepper, plan)
        for number in range(1, plan.max_iter + 1):
            monitor.epoch_begins(number)
            value = run.epoch(number, min(stopping.n_plateaus_seen, stopping.n_plateaus))
            epochs.append(finish_epoch(number, value, validate, f"epoch {number}", REMEDY))
            stopping.update(epochs[-1], state.vectors)
            if monitor.epoch_ends(epochs[-1]) or stopping.is_over:
                break
    return epochs


def prepare(state: TrainState, data: Data, plan: Plan) -> None:
    """Get the state ready for a training on these rows."""
    if state.optimizer is None:
        raise TypeError("train needs a TrainState with an optimizer, got None.")
    state.optimizer.prepare(state.network.params)
    state.average_at(plan.ema_decay)
    state.weigh(data)


class _Run:
    """One call of `train`: its batches, and what their steps share."""

    def __init__(self, state: TrainState, data: Data, stepper: Stepper, plan: Plan) -> None:
        self.state, self.n_rows, self.stepper, self.plan = state, data.n_rows, stepper, plan

    def epoch(self, number: int, n_plateaus: int) -> float:
        state, stepper = self.state, self.stepper
        rates = self._rates(number, n_plateaus)
        state.exchange()
        total = stepper.epoch(self._order(), rates)
        state.exchange()
        state.n_steps += stepper.n_steps
        state.n_seen += self.n_rows
        value = total / (self.n_rows * state.mean_weight)
        check_finite(value, [state.network.params, *stepper.moments], f"epoch {number}", REMEDY)
        return value

    def _rates(self, number: int, n_plateaus: int) -> list[float]:
        """The learning rate of each step of an epoch."""
        plan, n_steps, before = self.plan, self.stepper.n_steps, self.state.n_steps
        progress, rates = Progress(n_seen=self.state.n_seen, n_plateaus=n_plateaus), []
        for step in range(n_steps):
            progress.fraction = (n_steps * (number - 1) + step) / (n_steps * plan.max_iter)
            progress.n_steps = before + step
            rates.append(plan.learning_rate_init * rate_of(plan.schedule, progress))
        return rates

    def _order(self) -> Array | None:
        if not self.plan.shuffle:
            return None
        state = self.state
        if state.order is None or len(state.order) != self.n_rows:
            state.order = np.arange(self.n_rows)  # shuffled and taken from faster than uint32
        state.rng.shuffle(state.order)
        return state.order


def finish_epoch(
    number: int, loss: float, validate: Validate | None, when: str, remedy: str
) -> Epoch:
    """The epoch that just ended; DivergenceError if its validation loss is not finite."""
    if validate is None:
        return Epoch(number, loss)
    validation_loss, score = validate()
    remedy += " It was the loss of the validation rows: check the units of X_val as well."
    check_finite(validation_loss, [], when, remedy)
    return Epoch(number, loss, validation_loss, score)


def check_finite(value: float, vectors: list[Array], when: str, remedy: str) -> None:
    """Raise DivergenceError, naming when and what to do, unless all is finite."""
    if not (np.isfinite(value) and all(np.isfinite(vector).all() for vector in vectors)):
        raise DivergenceError(f"Training diverged at {when}: the loss was {value}. {remedy}")
