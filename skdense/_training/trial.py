"""How fast networks train: a few steps of copies of them, which are thrown away."""

import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from skdense.engine import Data, Epoch, Loss, Monitor, Plan, Stopping, TrainState, train
from skdense.engine.training.run import batches_for

# Fraction of all steps of the training after which the trial ends at the latest.
SHARE = 0.02
# Parts of a trial whose median counts, so that a moment in which something else runs does not.
N_PARTS = 5
# What the learning rate is multiplied by, as steps that take so few rows must not diverge.
SLOW = 1e-6


@dataclass(frozen=True)
class Speed:
    """How fast networks train.

    Attributes
    ----------
    n_steps : int
        Number of steps of an epoch.
    seconds_per_step : float
        Of all networks.
    """

    n_steps: int
    seconds_per_step: float

    @property
    def seconds_per_epoch(self) -> float:
        """Seconds of the steps of an epoch."""
        return self.n_steps * self.seconds_per_step


def measure_speed(
    states: Sequence[TrainState], data: Data, loss: Loss, plan: Plan, enough: float
) -> Speed:
    """Measure the speed of a training, and leave the states as they are.

    Steps are taken in parts of the same length, of which the first one fills caches and memory and
    is not counted. There are ever more steps, twice as many each time, until `enough` seconds or
    a small part of the training have passed; of the last ones, the median part counts.
    """
    n_steps = max(len(batches_for(state, data, plan)) for state in states)
    most, n = SHARE * plan.max_iter * n_steps, N_PARTS
    while True:
        n_each = min(n // N_PARTS, n_steps)
        n_epochs, rate = 1 + n // n_each, SLOW * plan.learning_rate_init
        part = replace(plan, max_iter=n_epochs, learning_rate_init=rate)
        copies = [_copy(state, data, n_each * plan.batch_size) for state in states]
        stopwatch = _Stopwatch()
        train(copies, data, loss, part, Stopping(inf, 0.0), monitor=stopwatch)
        seconds = stopwatch.seconds[1:]
        if sum(seconds) >= enough or n >= most:
            return Speed(n_steps, float(np.median(seconds)) / n_each)
        n *= 2


class _Stopwatch(Monitor):
    """Measures the seconds of each epoch."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.start = 0.0

    def epoch_begins(self, number: int) -> None:
        self.start = time.perf_counter()

    def epoch_ends(self, epoch: Epoch) -> bool:
        self.seconds.append(time.perf_counter() - self.start)
        return False


def _copy(state: TrainState, data: Data, n_rows: int) -> TrainState:
    """Return a copy that trains on some of the rows, from everywhere in the table."""
    rows = np.arange(data.n_rows) if state.rows is None else state.rows
    rows = rows[:: max(1, len(rows) // n_rows)][:n_rows]
    # not of the rows and their order, which may be as large as a column of the table
    parts = (state.network, state.rng, state.optimizer_state, state.average)
    network, rng, optimizer_state, average = deepcopy(parts)
    return replace(
        state,
        network=network,
        rng=rng,
        optimizer_state=optimizer_state,
        average=average,
        rows=rows,
        order=None,
    )
