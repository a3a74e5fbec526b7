"""A network's visit to a partition: some steps on its rows, as one task that may run again."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from skdense.engine import Data, Loss, Plan, TrainState
from skdense.engine.training.loop import REMEDY, check_finite
from skdense.engine.training.run import Run, batches_for
from skdense.engine.training.threaded_source import source_of_batches
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Visit:
    """Which rows a network trains on next, and how far its training is.

    Attributes
    ----------
    block : int
        Number of the block.
    rows : slice
        Rows of the block.
    lane : int
        Number of the lane, whose visits of a round others make side by side.
    seed : int
        Of the order of the rows, and of random layers.
    epoch : int
        Counted from 1.
    number, n_visits : int
        Number of this visit, counted from 1 over all epochs, and of all visits of the plan.
    n_plateaus : int
    """

    block: int
    rows: slice
    lane: int
    seed: int
    epoch: int
    number: int
    n_visits: int
    n_plateaus: int


@dataclass(frozen=True)
class Visited:
    """The state of a network after a visit, and the losses so far in this epoch.

    Attributes
    ----------
    state : TrainState
    loss : float
        Sum of the mean losses of visits, each times its number of rows.
    n_rows : int
        Number of these rows.
    """

    state: TrainState
    loss: float = 0.0
    n_rows: int = 0


def visit(before: Visited, block: Data, where: Visit, plan: Plan, loss: Loss) -> Visited:
    """Take the steps of one visit, by a single thread; the arguments stay as they are."""
    state, data = deepcopy(before.state), block.rows(where.rows)
    state.rng, state.order = np.random.RandomState(where.seed), None
    batches = batches_for(state, data, plan)
    n_rows = max(batch.stop - batch.start for batch in batches)
    source = source_of_batches(state.network, data, loss, n_rows, is_alone=False)
    # to schedules, a visit is an epoch
    run = Run(state, data, replace(plan, max_iter=where.n_visits), batches, source)
    with np.errstate(over="ignore", invalid="ignore"):
        value = run.epoch(where.number, where.n_plateaus)
    moments = state.optimizer_state.moments if state.optimizer_state else ()
    check_finite(value, [state.network.params, *moments], f"epoch {where.epoch}", REMEDY)
    state.order = None
    # all lanes begin with the losses of earlier rounds, and one keeps them
    earlier = before if where.lane == 0 else Visited(state)
    return Visited(state, earlier.loss + value * data.n_rows, earlier.n_rows + data.n_rows)


def add(parts: Sequence[Visited]) -> Visited:
    """Add the vectors of networks in the order of their lanes, some of them at a time."""
    total, *others = (part.state for part in parts)
    total = deepcopy(total)
    for i, vector in enumerate(state_vectors(total)):
        for other in others:
            vector += state_vectors(other)[i]
    return Visited(total, sum(part.loss for part in parts), sum(part.n_rows for part in parts))


def divide(total: Visited, n_lanes: int) -> Visited:
    """Return the mean of the networks of all lanes.

    Parameters, moving averages and moments of the optimizer are averaged alike: local SGD
    (Stich 2019, "Local SGD converges fast and communicates little").
    """
    mean = deepcopy(total)
    for vector in state_vectors(mean.state):
        vector /= n_lanes
    return mean


def state_vectors(state: TrainState) -> list[Array]:
    """Return the vectors that training changes: parameters, their average, and moments."""
    averages = [] if state.average is None else [state.average.values]
    moments = [] if state.optimizer_state is None else list(state.optimizer_state.moments)
    return [state.network.params, *averages, *moments]
