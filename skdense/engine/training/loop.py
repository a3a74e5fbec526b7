"""Training by mini-batches: the epochs of one network or of several side by side."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial

import numpy as np

from skdense.engine.losses.base import Loss
from skdense.engine.optim.plan import Plan
from skdense.engine.threads import Team, n_threads
from skdense.engine.training.batches import Data
from skdense.engine.training.gradient_source import MakeSource
from skdense.engine.training.monitoring import Epoch, Monitor
from skdense.engine.training.run import Run, batches_for
from skdense.engine.training.state import TrainState, vectors_of
from skdense.engine.training.stopping import Stopping
from skdense.engine.training.threaded_source import source_of_batches
from skdense.engine.typing import Array

# Returns mean loss and score of the validation rows, for the networks as they are.
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
    source: MakeSource | None = None,
) -> list[Epoch]:
    """Train for at most `plan.max_iter` epochs; return one Epoch for each.

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
        Ends the training. It remembers the best parameters, but does not restore them.
    validate : callable, optional
        Returns loss and score of the networks as they are; more score is better.
    monitor : Monitor, optional
        Is told of each epoch, and may end the training.
    earlier : sequence of Epoch, default=()
        Epochs of this plan that are done already, where an interrupted training goes on: the
        states and `stopping` are as they were then. They count, and are returned as well.
    source : callable, optional
        Called with each network, the data and the loss, it returns the GradientSource that
        sums gradients over batches. By default threads of this process do.

    Raises
    ------
    DivergenceError
        If the loss, the parameters or the optimizer's moments are no longer finite.
    """
    epochs, monitor = list(earlier), monitor or Monitor()
    for state in states:
        prepare(state, data, plan, is_new=not earlier)
    with np.errstate(over="ignore", invalid="ignore"), ExitStack() as stack:
        team = stack.enter_context(closing(Team(min(len(states), n_threads()))))
        runs = _runs(stack, states, data, loss, plan, source)
        snapshots = plan.schedule.snapshot_epochs(plan.max_iter)
        last = len(epochs) if earlier and stopping.is_over else plan.max_iter
        for number in range(len(epochs) + 1, last + 1):
            monitor.epoch_begins(number)
            value = _epoch(runs, team, number, min(stopping.n_plateaus_seen, stopping.n_plateaus))
            epochs.append(finish_epoch(number, value, validate, f"epoch {number}", REMEDY))
            if number in snapshots:
                stopping.update(epochs[-1], vectors_of(states))
            if monitor.epoch_ends(epochs[-1]) or stopping.is_over:
                break
    return epochs


def prepare(state: TrainState, data: Data, plan: Plan, *, is_new: bool = True) -> None:
    """Get the state ready for a training on these rows, or for the rest of one."""
    if state.optimizer is None:
        raise TypeError("train needs a TrainState with an optimizer, got None.")
    params = state.network.params
    if state.optimizer_state is None or not state.optimizer_state.fits(params):
        state.optimizer_state = state.optimizer.init(params)
    state.average_at(plan.ema_decay)
    if is_new:
        state.count_weight(data)


def _runs(
    stack: ExitStack,
    states: Sequence[TrainState],
    data: Data,
    loss: Loss,
    plan: Plan,
    make_source: MakeSource | None,
) -> list[Run]:
    """Return the run of each network; the stack closes their sources."""
    runs = []
    for state in states:
        batches, make = batches_for(state, data, plan), make_source
        if make is None:
            n_rows = max(batch.stop - batch.start for batch in batches)
            make = partial(source_of_batches, n_rows=n_rows, is_alone=len(states) == 1)
        source = stack.enter_context(closing(make(state.network, data, loss)))
        runs.append(Run(state, data, plan, batches, source))
    return runs


def _epoch(runs: list[Run], team: Team, number: int, n_plateaus: int) -> float:
    """Run one epoch of each network, in the threads of the team; return their mean loss."""
    values = [0.0] * len(runs)

    def work(rank: int) -> None:
        for i in range(rank, len(runs), team.n_threads):
            values[i] = runs[i].epoch(number, n_plateaus)
            state = runs[i].state
            moments = state.optimizer_state.moments if state.optimizer_state else ()
            vectors = [state.network.params, *moments]
            check_finite(values[i], vectors, f"epoch {number}", REMEDY)

    team.run(work)
    return sum(values) / len(values)


def finish_epoch(
    number: int, loss: float, validate: Validate | None, when: str, remedy: str
) -> Epoch:
    """Return the epoch that just ended; DivergenceError if its validation loss is not finite."""
    if validate is None:
        return Epoch(number, loss)
    validation_loss, score = validate()
    remedy += " It was the loss of the validation rows: check the units of X_val as well."
    check_finite(validation_loss, [], when, remedy)
    return Epoch(number, loss, validation_loss, score)


def check_finite(value: float, vectors: Sequence[Array], when: str, remedy: str) -> None:
    """Raise DivergenceError, naming when and what to do, unless all is finite."""
    if not (np.isfinite(value) and all(np.isfinite(vector).all() for vector in vectors)):
        raise DivergenceError(f"Training diverged at {when}: the loss was {value}. {remedy}")
