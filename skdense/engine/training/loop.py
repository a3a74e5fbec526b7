"""Training by mini-batches: gather, forward, backward, step."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing

import numpy as np

from skdense.engine.losses.base import Loss
from skdense.engine.optim.plan import Pace, Plan
from skdense.engine.optim.schedules import Progress
from skdense.engine.threads import Team, n_threads
from skdense.engine.training.batches import Data
from skdense.engine.training.monitoring import Epoch, Monitor
from skdense.engine.training.state import TrainState, vectors_of
from skdense.engine.training.step import Stepper
from skdense.engine.training.stopping import Stopping
from skdense.engine.typing import Array

# Mean loss and score of the validation rows, of the network as it is.
Validate = Callable[[], tuple[float, float]]


REMEDY = "Lower learning_rate_init, or scale the features and the target."


class DivergenceError(ValueError):
    """The loss, the parameters or the optimizer's moments are no longer finite."""


def train(
    states: Sequence[TrainState],
    data: Data,
    loss: Loss,
    plan: Plan,
    stopping: Stopping,
    validate: Validate | None = None,
    monitor: Monitor | None = None,
    earlier: Sequence[Epoch] = (),
) -> list[Epoch]:
    """Train for at most `plan.max_iter` epochs; one Epoch each.

    Parameters
    ----------
    states : sequence of TrainState
        Of one network, or of several that are trained side by side. Changed in place; after
        an error they are of no further use.
    data : Data
        In the network's dtype.
    loss : Loss
    plan : Plan
    stopping : Stopping
        Ends the training. It remembers the best parameters, and does not restore them.
    validate : callable, optional
        Returns loss and score of the networks as they are; more score is better.
    monitor : Monitor, optional
        Is told of each epoch, and may end the training.
    earlier : sequence of Epoch, default=()
        Epochs of this plan that are done, where a training goes on that was cut off: the
        states and `stopping` are as they were then. They count, and are returned as well.

    Raises
    ------
    DivergenceError
        If the loss, the parameters or the optimizer's moments are no longer finite.
    """
    epochs, monitor = list(earlier), monitor or Monitor()
    for state in states:
        prepare(state, data, plan, is_new=not earlier)
    with np.errstate(over="ignore", invalid="ignore"), ExitStack() as stack:
        is_alone = len(states) == 1
        steppers = [Stepper(state, data, loss, plan, is_alone=is_alone) for state in states]
        team = Team(min(len(states), n_threads()))
        stack.enter_context(closing(team))
        for stepper in steppers:
            stack.enter_context(closing(stepper))
        runs = [_Run(s, data, stepper, plan) for s, stepper in zip(states, steppers, strict=True)]
        rests = plan.schedule.rests(plan.max_iter)
        last = len(epochs) if earlier and stopping.is_over else plan.max_iter
        for number in range(len(epochs) + 1, last + 1):
            monitor.epoch_begins(number)
            value = _epoch(runs, team, number, min(stopping.n_plateaus_seen, stopping.n_plateaus))
            epochs.append(finish_epoch(number, value, validate, f"epoch {number}", REMEDY))
            if number in rests:
                stopping.update(epochs[-1], vectors_of(states))
            if monitor.epoch_ends(epochs[-1]) or stopping.is_over:
                break
    return epochs


def prepare(state: TrainState, data: Data, plan: Plan, *, is_new: bool = True) -> None:
    """Get the state ready for a training on these rows, or for the rest of one."""
    if state.optimizer is None:
        raise TypeError("train needs a TrainState with an optimizer, got None.")
    state.optimizer.prepare(state.network.params)
    state.average_at(plan.ema_decay)
    if is_new:
        state.weigh(data)


def _epoch(runs: list["_Run"], team: Team, number: int, n_plateaus: int) -> float:
    """One epoch of each network, in as many threads as the team has; their mean loss."""
    values = [0.0] * len(runs)

    def work(rank: int) -> None:
        for i in range(rank, len(runs), team.n_threads):
            values[i] = runs[i].epoch(number, n_plateaus)

    team.run(work)
    return sum(values) / len(values)


class _Run:
    """One network in one call of `train`."""

    def __init__(self, state: TrainState, data: Data, stepper: Stepper, plan: Plan) -> None:
        self.state, self.data, self.stepper, self.plan = state, data, stepper, plan

    def epoch(self, number: int, n_plateaus: int) -> float:
        state, stepper, n_rows = self.state, self.stepper, self.state.n_rows(self.data)
        paces = self._paces(number, n_plateaus)
        state.exchange()
        order = state.next_order(self.data, shuffle=self.plan.shuffle)
        total = stepper.epoch(order, paces)
        state.exchange()
        state.n_steps += stepper.n_steps
        state.n_seen += n_rows
        value = total / (n_rows * state.mean_weight)
        check_finite(value, [state.network.params, *stepper.moments], f"epoch {number}", REMEDY)
        return value

    def _paces(self, number: int, n_plateaus: int) -> list[Pace]:
        """The pace of each step of an epoch."""
        plan, n_steps, before = self.plan, self.stepper.n_steps, self.state.n_steps
        progress, paces = Progress(n_seen=self.state.n_seen, n_plateaus=n_plateaus), []
        for step in range(n_steps):
            progress.fraction = (n_steps * (number - 1) + step) / (n_steps * plan.max_iter)
            progress.n_steps = before + step
            paces.append(plan.pace(progress))
        return paces


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
