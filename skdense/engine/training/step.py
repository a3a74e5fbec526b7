"""The steps of an epoch: lanes of a batch side by side, then parts of the parameters."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
from scipy.linalg.blas import get_blas_funcs

from skdense.engine.losses.base import Loss
from skdense.engine.optim.plan import Pace, Plan
from skdense.engine.threads import Team, n_threads, one_blas_thread
from skdense.engine.training.batches import Data, batches_of
from skdense.engine.training.penalty import Penalty
from skdense.engine.training.shards import is_whole, lanes_for
from skdense.engine.training.state import TrainState
from skdense.engine.typing import Array

# Parameters moved at once, so that they, gradient and moments stay in the cache; and how many
# of them at least are worth a thread.
PART, MIN_PART = 65_536, 16_384


class Stepper:
    """What the steps of a network share: batches, lanes, parts, and threads to work on these.

    Every thread goes through all steps, for lanes and parts of its own, and waits for the
    others in between. Lanes and parts follow from the sizes alone, so that the number of
    threads changes no bit of what is learnt. To be closed at the end.

    Attributes
    ----------
    n_steps : int
        Steps of an epoch.
    moments : list of ndarray
        State of the optimizer.
    """

    def __init__(
        self, state: TrainState, data: Data, loss: Loss, plan: Plan, *, is_alone: bool
    ) -> None:
        network = state.network
        assert state.optimizer is not None
        self.state, self.plan, self.optimizer = state, plan, state.optimizer
        self.params, self.mean_weight = network.params, state.mean_weight
        self.factors = network.learning_rates
        even = any(layer.joins_rows for layer in network.layers)
        batches = batches_of(state.n_rows(data), plan.batch_size, even=even)
        largest = max(batch.stop - batch.start for batch in batches)
        self.lanes = lanes_for(network, data, loss, largest, is_alone=is_alone)
        self.shares = [_shares(batch, len(self.lanes)) for batch in batches]
        self.n_steps = len(batches)
        self.grads = self.lanes[0].grads
        self.parts = _parts(self.params.size, len(self.lanes))
        self.penalty = Penalty(network, plan.alpha)
        self.nrm2 = get_blas_funcs("nrm2", (self.params,))
        is_shared = not is_whole(network) and (len(self.lanes) > 1 or len(self.parts) > 8)
        n = n_threads() if is_alone and is_shared else 1
        room = max(part.stop - part.start for part in self.parts)
        self.spares = [np.empty(room, self.params.dtype) for _ in range(n)]
        self.team = Team(n)

    @property
    def moments(self) -> list[Array]:
        return [a for a in vars(self.optimizer).values() if isinstance(a, np.ndarray)]

    def close(self) -> None:
        """End the threads."""
        self.team.close()

    def epoch(self, order: Array | None, paces: Sequence[Pace]) -> float:
        """Take all steps, each at its pace; the sum of the losses and the penalty.

        Rows are taken in this order, or as they lie if it is None.
        """
        self.order, self.paces = order, paces
        self.penalties = [0.0] * len(self.parts)
        for lane in self.lanes:
            lane.begin_epoch(self.state.rng)
        with one_blas_thread:
            self.team.run(self._work)
        return sum(lane.value for lane in self.lanes) + sum(self.penalties)

    def _work(self, rank: int) -> None:
        """All steps, for the lanes and the parts of one thread."""
        n, clips = self.team.n_threads, self.plan.max_grad_norm < inf
        lanes, parts = self.lanes[rank::n], range(rank, len(self.parts), n)
        for step, shares in enumerate(self.shares):
            n_rows = shares[-1].stop - shares[0].start
            factor = self.params.dtype.type(1 / (n_rows * self.mean_weight))
            if rank == 0:
                self._begin(step)
            for lane, rows in zip(lanes, shares[rank::n], strict=False):
                picked = rows if self.order is None else self.order[rows]
                lane.learn(picked, factor, self.paces[step].dropout)
            self.team.meet(rank)
            if clips:
                self._clip(rank, parts, len(shares), factor)
            for i in parts:
                if not clips:
                    self._add_up(i, rank, len(shares), factor)
                self._move(i, rank, step)
            self.team.meet(rank)

    def _begin(self, step: int) -> None:
        """What all parts share of a step of the optimizer and the average."""
        self.now = self.optimizer.begin_step(self.paces[step].learning_rate)
        if self.state.average is not None:
            self.share = self.state.average.begin_step(self.plan.ema_decay)

    def _add_up(self, i: int, rank: int, n_shares: int, factor: Any) -> None:
        """The gradients of all lanes and the penalty's, in one part of the first lane's."""
        part = self.parts[i]
        for lane in self.lanes[1:n_shares]:
            self.grads[part] += lane.grads[part]
        self.penalties[i] += self.penalty.add(self.grads, part, self.spares[rank], factor)

    def _clip(self, rank: int, parts: range, n_shares: int, factor: Any) -> None:
        for i in parts:
            self._add_up(i, rank, n_shares, factor)
        self.team.meet(rank)
        # BLAS' norm does not overflow where the squares would
        if rank == 0 and (norm := self.nrm2(self.grads)) > self.plan.max_grad_norm:
            self.grads *= self.plan.max_grad_norm / norm
        self.team.meet(rank)

    def _move(self, i: int, rank: int, step: int) -> None:
        part, average = self.parts[i], self.state.average
        if self.paces[step].weight_decay:
            self.penalty.coefs[part] *= 1 - self.paces[step].weight_decay
        self.optimizer.to_step(self.grads, part, self.now)
        if self.factors is not None:
            self.grads[part] *= self.factors[part]
        self.params[part] -= self.grads[part]
        if average is not None:
            average.move(self.params, part, self.share, self.spares[rank])


def _parts(n_params: int, n_lanes: int) -> list[slice]:
    """Parts of the parameters of equal size, as many for each lane."""
    n = max(1, min(n_lanes, n_params // MIN_PART))
    n *= -(-n_params // (n * PART))
    ends = [n_params * i // n for i in range(n + 1)]
    return [slice(a, b) for a, b in pairwise(ends)]


def _shares(batch: slice, n_lanes: int) -> list[slice]:
    """Consecutive shares of a batch, at most one for each lane, none of them empty."""
    n_rows = batch.stop - batch.start
    ends = [batch.start - (-n_rows * i // n_lanes) for i in range(n_lanes + 1)]
    return [slice(a, b) for a, b in pairwise(ends) if a < b]
