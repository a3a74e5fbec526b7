"""Optimizers: how a gradient moves the parameters, and nothing else."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from skdense.engine.layers import Array

# Every pass over a block of this many values finds it in the processor's cache.
BLOCK = 16_384


@dataclass
class Optimizer(ABC):
    """A rule: hyperparameters, and state that `prepare` allocates and `step` carries on."""

    @abstractmethod
    def prepare(self, params: Array) -> None:
        """Get ready for a vector such as `params`; a state of that size is kept."""

    @abstractmethod
    def step(self, params: Array, grads: Array, learning_rate: float) -> None:
        """Move `params` in place along `grads`, a vector of the same size."""


def _empty() -> Array:
    return np.empty(0)


@dataclass
class Adam(Optimizer):
    """Adam (Kingma & Ba 2015, "Adam: a method for stochastic optimization").

    Step t moves the parameters by ``-learning_rate * m / (sqrt(v) + e)`` with the moments'
    means m and v corrected for their start at zero.

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), default=0.9, 0.999
        Decay rates of the first and the second moment.
    epsilon : float, default=1e-8
        Added to the corrected sqrt(v), as in algorithm 1 of the paper, Flux and PyTorch.
    epsilon_hat : float, default=0.0
        Added to sqrt(v) before its correction, as at the end of the paper's section 2 and
        in scikit-learn.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    epsilon_hat: float = 0.0
    n_steps: int = field(default=0, init=False, repr=False, compare=False)
    # The moments over (1 - beta): saves two passes over the vector a step.
    first: Array = field(default_factory=_empty, init=False, repr=False, compare=False)
    second: Array = field(default_factory=_empty, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (0 <= self.beta_1 < 1 and 0 <= self.beta_2 < 1):
            raise ValueError(f"beta_1 and beta_2 must be in [0, 1), got {self}.")
        if not (self.epsilon >= 0 <= self.epsilon_hat and self.epsilon + self.epsilon_hat > 0):
            raise ValueError(f"epsilon and epsilon_hat must be positive, or one 0, got {self}.")

    def prepare(self, params: Array) -> None:
        if self.first.size != params.size:
            self.n_steps = 0
            self.first, self.second = np.zeros_like(params), np.zeros_like(params)

    def step(self, params: Array, grads: Array, learning_rate: float) -> None:
        self.n_steps += 1
        correction = sqrt(1 - self.beta_2**self.n_steps)
        scale = sqrt(1 - self.beta_2)
        floor = (self.epsilon_hat + self.epsilon * correction) / scale
        rate = learning_rate * correction / (1 - self.beta_1**self.n_steps)
        rate *= (1 - self.beta_1) / scale
        spare = np.empty(min(BLOCK, params.size), params.dtype)
        for p, g, m, v in _blocks(params, grads, self.first, self.second):
            s = spare[: p.size]
            m *= self.beta_1
            m += g
            np.multiply(g, g, out=s)
            v *= self.beta_2
            v += s
            np.sqrt(v, out=s)
            s += floor
            np.divide(m, s, out=s)
            s *= rate
            p -= s


@dataclass
class SGD(Optimizer):
    """Gradient descent with momentum.

    Parameters
    ----------
    momentum : float in [0, 1], default=0.9
        Share of the last update that is repeated.
    nesterov : bool, default=True
        Look ahead by one update (Sutskever et al. 2013, "On the importance of
        initialization and momentum in deep learning"). Without effect at momentum 0.
    """

    momentum: float = 0.9
    nesterov: bool = True
    velocity: Array = field(default_factory=_empty, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"momentum must be in [0, 1], got {self}.")

    def prepare(self, params: Array) -> None:
        if self.velocity.size != params.size:
            self.velocity = np.zeros_like(params)

    def step(self, params: Array, grads: Array, learning_rate: float) -> None:
        spare = np.empty(min(BLOCK, params.size), params.dtype)
        for p, g, v in _blocks(params, grads, self.velocity):
            s = np.multiply(g, learning_rate, out=spare[: p.size])
            v *= self.momentum
            v -= s
            if self.nesterov:
                p -= s
                p += np.multiply(v, self.momentum, out=s)
            else:
                p += v


def _blocks(*vectors: Array) -> Iterator[tuple[Array, ...]]:
    for start in range(0, vectors[0].size, BLOCK):
        yield tuple(vector[start : start + BLOCK] for vector in vectors)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {"adam": Adam, "sgd": SGD}
