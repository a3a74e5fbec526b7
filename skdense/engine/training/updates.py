"""What a step does to the parameters, once the gradient is there: part by part."""

from itertools import pairwise
from math import inf

import numpy as np
from scipy.linalg.blas import get_blas_funcs

from skdense.engine.optim.plan import Plan, StepRates
from skdense.engine.training.gradient_source import GradientSource
from skdense.engine.training.penalty import Penalty
from skdense.engine.training.state import TrainState
from skdense.engine.typing import Number

# Parameters moved at once, so that they, the gradient and the moments stay in the cache; and
# the fewest that are worth a thread.
PART, MIN_PART = 65_536, 16_384


class Updater:
    """Moves the parameters of one network along the gradients of a source.

    In this order: L2 penalty, clipping, weight decay, optimizer, learning rates of layers,
    moving average. All threads of the team call `update`, each for parts of its own. The
    parts follow from the sizes alone, so that the number of threads changes no bit.

    Parameters
    ----------
    state : TrainState
        With an optimizer and its state.
    plan : Plan
    source : GradientSource
        What to take gradients from.

    Attributes
    ----------
    penalties : list of float
        Sum of the L2 penalties since `begin_epoch`, for each part.
    """

    def __init__(self, state: TrainState, plan: Plan, source: GradientSource) -> None:
        assert state.optimizer is not None
        assert state.optimizer_state is not None
        self.optimizer, self.optimizer_state = state.optimizer, state.optimizer_state
        self.network, self.average, self.plan = state.network, state.average, plan
        self.source, self.team = source, source.team
        params = self.network.params
        self.penalty = Penalty(self.network, plan.alpha)
        # BLAS' norm does not overflow where the squares would
        self.norm = get_blas_funcs("nrm2", (params,))
        self.parts = parts_of(params.size, source.n_shards)
        self.penalties = [0.0] * len(self.parts)
        largest = max(part.stop - part.start for part in self.parts)
        self.buffers = [np.empty(largest, params.dtype) for _ in range(self.team.n_threads)]

    def begin_epoch(self) -> None:
        """Reset the sums of the penalties."""
        self.penalties = [0.0] * len(self.parts)

    def begin_step(self, learning_rate: float) -> None:
        """Count a step, in one of the threads."""
        self.optimizer.begin_step(self.optimizer_state, learning_rate)
        if self.average is not None:
            self.average.begin_step()

    def update(self, rank: int, factor: Number, rates: StepRates) -> None:
        """Collect the gradient and move the parameters, in the parts of one thread."""
        own = range(rank, len(self.parts), self.team.n_threads)
        if self.plan.max_grad_norm < inf:
            for i in own:
                self._collect(i, rank, factor)
            self._clip(rank)
            for i in own:
                self._move(i, rank, rates)
        else:
            for i in own:
                self._collect(i, rank, factor)
                self._move(i, rank, rates)

    def _collect(self, i: int, rank: int, factor: Number) -> None:
        part = self.parts[i]
        self.source.collect(part)
        grads, buffer = self.source.grads, self.buffers[rank]
        self.penalties[i] += self.penalty.add(grads, part, buffer, factor)

    def _clip(self, rank: int) -> None:
        """Shorten the gradient, which needs all of its parts."""
        self.team.meet(rank)
        if rank == 0:
            norm = self.norm(self.source.grads)
            if norm > self.plan.max_grad_norm:
                self.source.grads *= self.plan.max_grad_norm / norm
        self.team.meet(rank)

    def _move(self, i: int, rank: int, rates: StepRates) -> None:
        part, grads, network = self.parts[i], self.source.grads, self.network
        if rates.weight_decay:
            self.penalty.decay(part, rates.weight_decay)
        self.optimizer.step(self.optimizer_state, grads, part)
        if network.learning_rates is not None:
            grads[part] *= network.learning_rates[part]
        network.params[part] -= grads[part]
        if self.average is not None:
            self.average.move(network.params, part, self.plan.ema_decay, self.buffers[rank])


def parts_of(n_params: int, n_shards: int) -> list[slice]:
    """Cut the parameters into parts of equal size, as many for each shard."""
    n = max(1, min(n_shards, n_params // MIN_PART))
    n *= -(-n_params // (n * PART))
    ends = [n_params * i // n for i in range(n + 1)]
    return [slice(a, b) for a, b in pairwise(ends)]
