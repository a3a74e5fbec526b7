"""One step of training: lanes of a batch side by side, then parts of the parameters."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from math import inf
from typing import Any, Self

import numpy as np
from scipy.linalg.blas import get_blas_funcs

from skdense.engine.batches import Data, batches_of
from skdense.engine.lanes import MIN_PRODUCTS, Lane, lanes_for
from skdense.engine.layers import Array
from skdense.engine.losses import Loss
from skdense.engine.penalty import Penalty
from skdense.engine.plan import Plan
from skdense.engine.state import TrainState
from skdense.engine.threads import Team, n_threads, one_blas_thread

# Parameters moved at once, so that they, gradient and moments stay in the cache; and how many
# of them at least are worth a thread.
PART, MIN_PART = 65_536, 16_384


class Stepper:
    """What the steps of one training share: batches, lanes, parts, and threads to work on these.

    Lanes and parts follow from the sizes alone, so that the number of threads changes no
    bit of what is learnt. A context: the threads end with it.

    Attributes
    ----------
    batches : list of slice
        Consecutive rows of an epoch.
    moments : list of ndarray
        State of the optimizer.
    """

    def __init__(self, state: TrainState, data: Data, loss: Loss, plan: Plan) -> None:
        network = state.network
        assert state.optimizer is not None
        self.state, self.plan, self.optimizer = state, plan, state.optimizer
        self.params, self.mean_weight = network.params, state.mean_weight
        even = any(layer.joins_rows for layer in network.layers)
        self.batches = batches_of(data.n_rows, plan.batch_size, even=even)
        largest = max(batch.stop - batch.start for batch in self.batches)
        self.lanes = lanes_for(network, data, loss, largest)
        self.grads = self.lanes[0].grads
        self.parts = _parts(self.params.size, len(self.lanes))
        self.penalty = Penalty(network, plan.alpha)
        self.ranks, self.penalties = range(len(self.parts)), [0.0] * len(self.parts)
        self.nrm2 = get_blas_funcs("nrm2", (self.params,))
        # a batch whose rows belong together has one lane: BLAS shares out its products
        is_whole = even and largest * network.n_penalized >= MIN_PRODUCTS
        self.blas = nullcontext() if is_whole else one_blas_thread
        is_shared = not even and (len(self.lanes) > 1 or len(self.parts) > 8)
        self.team = Team(n_threads() if is_shared else 1)
        room = max(part.stop - part.start for part in self.parts)
        self.spares = [np.empty(room, self.params.dtype) for _ in range(self.team.n_threads)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.team.close()

    @property
    def moments(self) -> list[Array]:
        return [a for a in vars(self.optimizer).values() if isinstance(a, np.ndarray)]

    @contextmanager
    def epoch(self) -> Iterator[None]:
        """Around the steps of an epoch."""
        for lane in self.lanes:
            lane.begin_epoch(self.state.rng)
        with self.blas:
            yield

    def step(self, rows: Array | slice, learning_rate: float) -> float:
        """Learn from these rows; the sum of their losses and the penalty before the step."""
        n_rows = rows.stop - rows.start if isinstance(rows, slice) else len(rows)
        self.factor = self.params.dtype.type(1 / (n_rows * self.mean_weight))
        self.learning_rate = learning_rate
        shares = _shares(rows, n_rows, len(self.lanes))
        self.n_learning = len(shares)
        self.now = self.optimizer.begin_step(learning_rate)
        learn = self._learn, [*zip(self.lanes, shares, strict=False)]
        if self.plan.max_grad_norm < inf:
            self.team.run(learn, (self._add_up, self.ranks))
            self._clip()
            self.team.run((self._move, self.ranks))
        else:
            self.team.run(learn, (self._update, self.ranks))
        if self.state.average is not None:
            self.state.average.update(self.params, self.plan.ema_decay)
        return sum([lane.value for lane in self.lanes[: len(shares)]]) + sum(self.penalties)

    def _learn(self, share: tuple[Lane, Array | slice]) -> None:
        lane, rows = share
        lane.learn(rows, self.factor)

    def _update(self, i: int) -> None:
        self._add_up(i)
        self._move(i)

    def _add_up(self, i: int) -> None:
        """The gradients of all lanes and the penalty's, in one part of the first lane's."""
        part = self.parts[i]
        for lane in self.lanes[1 : self.n_learning]:
            self.grads[part] += lane.grads[part]
        # the team gives an item to the thread of its number, modulo how many there are
        spare = self.spares[i % len(self.spares)]
        self.penalties[i] = self.penalty.add(self.grads, part, spare, self.factor)

    def _clip(self) -> None:
        # BLAS' norm does not overflow where the squares would
        norm = self.nrm2(self.grads)
        if norm > self.plan.max_grad_norm:
            self.grads *= self.plan.max_grad_norm / norm

    def _move(self, i: int) -> None:
        part = self.parts[i]
        if self.plan.weight_decay:
            self.penalty.coefs[part] *= 1 - self.learning_rate * self.plan.weight_decay
        self.optimizer.move(self.params, self.grads, part, self.now)


def _parts(n_params: int, n_lanes: int) -> list[slice]:
    """Parts of the parameters of equal size, as many for each lane."""
    n = max(1, min(n_lanes, n_params // MIN_PART))
    n *= -(-n_params // (n * PART))
    ends = [n_params * i // n for i in range(n + 1)]
    return [slice(a, b) for a, b in pairwise(ends)]


def _shares(rows: Array | slice, n_rows: int, n_lanes: int) -> list[Any]:
    """Consecutive shares of the rows, none of them empty."""
    if n_lanes == 1:
        return [rows]
    ends = [-(-n_rows * i // n_lanes) for i in range(n_lanes + 1)]
    spans = [(a, b) for a, b in pairwise(ends) if a < b]
    if isinstance(rows, slice):
        return [slice(rows.start + a, rows.start + b) for a, b in spans]
    return [rows[a:b] for a, b in spans]
