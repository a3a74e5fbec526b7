"""Optimizers: how a gradient moves the parameters, and nothing else."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np

from skdense.engine.typing import Array


@dataclass
class Optimizer(ABC):
    """A rule: hyperparameters, and state that `prepare` allocates and each step carries on.

    A step is `begin_step`, then `to_step` for each part of the vector, maybe in several
    threads; what that leaves is taken off the parameters.
    """

    @abstractmethod
    def prepare(self, params: Array) -> None:
        """Get ready for a vector such as `params`; a state of that size is kept."""

    @abstractmethod
    def begin_step(self, learning_rate: float) -> Any:
        """Count a step; what `to_step` needs to know of it."""

    @abstractmethod
    def to_step(self, grads: Array, part: slice, now: Any) -> None:
        """Write over a part of the gradient what is to be taken off the parameters.

        Where a gradient is zero from the first step on, so is this.

        Parameters
        ----------
        grads : ndarray of shape (n_params,)
        part : slice
            The part, of this and of the state.
        now : object
            What `begin_step` returned.
        """

    def step(self, params: Array, grads: Array, learning_rate: float) -> None:
        """Move all of `params` in place along `grads`, which is written over."""
        self.to_step(grads, slice(None), self.begin_step(learning_rate))
        params -= grads


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

    def begin_step(self, learning_rate: float) -> list[Any]:
        """The decay rates, the step's rate, and what is added to sqrt(second)."""
        self.n_steps += 1
        correction = sqrt(1 - self.beta_2**self.n_steps)
        scale = sqrt(1 - self.beta_2)
        rate = learning_rate * correction / (1 - self.beta_1**self.n_steps)
        floor = self.epsilon_hat + self.epsilon * correction
        numbers = self.beta_1, self.beta_2, rate * (1 - self.beta_1) / scale, floor / scale
        # of the vector's own type: NumPy takes twice as long for a small array and a float
        return list(map(self.first.dtype.type, numbers))

    def to_step(self, grads: Array, part: slice, now: list[Any]) -> None:
        beta_1, beta_2, rate, floor = now
        g, m, v = grads[part], self.first[part], self.second[part]
        m *= beta_1
        m += g
        np.multiply(g, g, g)
        v *= beta_2
        v += g
        np.sqrt(v, g)
        g += floor
        np.divide(m, g, g)
        g *= rate


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
    # The last step times the momentum.
    velocity: Array = field(default_factory=_empty, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"momentum must be in [0, 1], got {self}.")

    def prepare(self, params: Array) -> None:
        if self.velocity.size != params.size:
            self.velocity = np.zeros_like(params)

    def begin_step(self, learning_rate: float) -> float:
        """The learning rate."""
        return learning_rate

    def to_step(self, grads: Array, part: slice, now: float) -> None:
        g, v = grads[part], self.velocity[part]
        g *= now
        if self.nesterov:
            v += g
            v *= self.momentum
            g += v
        else:
            g += v
            np.multiply(g, self.momentum, v)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {"adam": Adam, "sgd": SGD}
