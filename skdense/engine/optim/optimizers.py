"""Optimizers: rules that turn a gradient into a step, and the state that each carries on."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from skdense.engine.typing import Array, Number


@dataclass(eq=False)
class OptimizerState:
    """What an optimizer carries from step to step for one vector of parameters.

    Attributes
    ----------
    moments : tuple of ndarray of shape (n_params,)
        Vectors that the rule updates; none where a step follows from the gradient alone.
    n_steps : int
        Steps so far.
    scalars : tuple of numbers
        Numbers of the current step, which all parts of the vector share.
    """

    moments: tuple[Array, ...] = ()
    n_steps: int = 0
    scalars: tuple[Number, ...] = ()

    def fits(self, params: Array) -> bool:
        """Whether the moments belong to a vector of this size."""
        return all(moment.size == params.size for moment in self.moments)


@dataclass(frozen=True)
class Optimizer(ABC):
    """A rule that turns gradients into steps: hyperparameters only, all state is passed in.

    A step is one `begin_step`, then `step` for each part of the vector, possibly in several
    threads. What `step` leaves in the gradient is subtracted from the parameters.

    Attributes
    ----------
    n_moments : int
        Vectors of the size of the parameters that the rule needs; they start at zero.
    """

    n_moments: ClassVar[int] = 0

    def init(self, params: Array) -> OptimizerState:
        """Return the state before the first step on a vector such as `params`."""
        return OptimizerState(tuple(np.zeros_like(params) for _ in range(self.n_moments)))

    def begin_step(self, state: OptimizerState, learning_rate: float) -> None:
        """Count a step and set `state.scalars`; by default to the learning rate alone."""
        state.n_steps += 1
        state.scalars = (learning_rate,)

    @abstractmethod
    def step(self, state: OptimizerState, grads: Array, part: slice) -> None:
        """Overwrite a part of the gradient with what is to be subtracted.

        Where the gradient has been zero since the first step, the result must be zero.

        Parameters
        ----------
        state : OptimizerState
            Of its moments, only this part is read and written.
        grads : ndarray of shape (n_params,)
        part : slice
            The part, of `grads` and of each moment.
        """

    def move(
        self, state: OptimizerState, params: Array, grads: Array, learning_rate: float
    ) -> None:
        """Take one whole step: move `params` in place, overwriting `grads`."""
        self.begin_step(state, learning_rate)
        self.step(state, grads, slice(None))
        params -= grads


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam (Kingma & Ba 2015, "Adam: a method for stochastic optimization").

    Step t moves the parameters by ``-learning_rate * m / (sqrt(v) + e)``, where the moving
    averages m and v of the gradient and of its square are corrected for their start at zero.

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

    # The moments divided by (1 - beta), which saves two passes over the vector per step.
    n_moments: ClassVar[int] = 2

    def __post_init__(self) -> None:
        if not (0 <= self.beta_1 < 1 and 0 <= self.beta_2 < 1):
            raise ValueError(f"beta_1 and beta_2 must be in [0, 1), got {self}.")
        if not (self.epsilon >= 0 <= self.epsilon_hat and self.epsilon + self.epsilon_hat > 0):
            raise ValueError(
                f"epsilon and epsilon_hat must be at least 0, one of them positive, got {self}."
            )

    def begin_step(self, state: OptimizerState, learning_rate: float) -> None:
        """Set the decay rates, the step's rate, and what is added to the root of ``v``."""
        state.n_steps += 1
        correction = sqrt(1 - self.beta_2**state.n_steps)
        scale = sqrt(1 - self.beta_2)
        rate = learning_rate * correction / (1 - self.beta_1**state.n_steps)
        floor = self.epsilon_hat + self.epsilon * correction
        numbers = self.beta_1, self.beta_2, rate * (1 - self.beta_1) / scale, floor / scale
        # in the dtype of the vector: NumPy takes twice as long for a small array and a float
        state.scalars = tuple(map(state.moments[0].dtype.type, numbers))

    def step(self, state: OptimizerState, grads: Array, part: slice) -> None:
        beta_1, beta_2, rate, floor = state.scalars
        first, second = state.moments
        g, m, v = grads[part], first[part], second[part]
        m *= beta_1
        m += g
        np.multiply(g, g, g)
        v *= beta_2
        v += g
        np.sqrt(v, g)
        g += floor
        np.divide(m, g, g)
        g *= rate


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent with momentum.

    Parameters
    ----------
    momentum : float in [0, 1], default=0.9
        Fraction of the last update that is repeated.
    nesterov : bool, default=True
        Look ahead by one update (Sutskever et al. 2013, "On the importance of
        initialization and momentum in deep learning"). Without effect at momentum 0.
    """

    momentum: float = 0.9
    nesterov: bool = True

    # The last update times the momentum.
    n_moments: ClassVar[int] = 1

    def __post_init__(self) -> None:
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"momentum must be in [0, 1], got {self}.")

    def step(self, state: OptimizerState, grads: Array, part: slice) -> None:
        (rate,), (velocity,) = state.scalars, state.moments
        g, v = grads[part], velocity[part]
        g *= rate
        if self.nesterov:
            v += g
            v *= self.momentum
            g += v
        else:
            g += v
            np.multiply(g, self.momentum, v)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {"adam": Adam, "sgd": SGD}
