"""The contract of layers, and what a layer sees of a batch."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.typing import Array, Arrays, Matrix, RandomSource


@dataclass(slots=True)
class Frame:
    """All that one layer sees of one batch; the arrays belong to the caller.

    Attributes
    ----------
    params : dict of ndarray
        The layer's parameters by name, views of the network's vector.
    x : ndarray of shape (n_rows, n_in), or sparse for the first layer
        Input.
    out : ndarray of shape (n_rows, n_out)
        Output. Where the layer says `in_place`, it may be `x` itself; the next layer may
        write over it before `backward`.
    scratch : dict of ndarray
        What the layer asked for in `Layer.scratch`.
    rng : RandomState, Generator or None
        Source of randomness; None switches it off.
    is_training : bool
        Whether a backward pass may follow.
    weight : ndarray of shape (n_rows,) or None
        Weights of the rows, in training.
    strength : float
        Share of its full strength at which a random layer acts.
    grads : dict of ndarray
        Where the gradients of the loss for `params` go.
    d_out : ndarray of shape (n_rows, n_out)
        Gradient of the loss for `out`.
    d_in : ndarray of shape (n_rows, n_in) or None
        Where the gradient for `x` goes, None where nobody asks for it. Where the layer
        says `in_place`, it may be `d_out` itself.
    """

    params: Arrays
    x: Any
    out: Array
    scratch: Arrays
    rng: RandomSource | None = None
    is_training: bool = False
    weight: Array | None = None
    strength: float = 1.0
    grads: Arrays = field(default_factory=dict)
    d_out: Array = field(default_factory=lambda: np.empty((0, 0)))
    d_in: Array | None = None


@dataclass(frozen=True)
class Layer(ABC):
    """One step of a network: hyperparameters only, all state is passed in.

    Gradients are sums over the rows, never means, so that parts of a batch add up.

    Attributes
    ----------
    in_place : bool
        `forward` and `backward` may write over their input.
    penalized : tuple of str
        Names of the parameters that the L2 penalty and the weight decay shrink.
    tracked : tuple of str
        Names of those that `forward` writes in training, as running means: their gradient is
        zero, and a batch is not cut, since its parts would write them at once.
    frozen : tuple of str
        Names of those that training leaves alone: only `initialize` and `adapt` write them,
        and their gradient is zero.
    joins_rows : bool
        In training a row's output depends on the others of its batch, so that batches are
        best of equal size.
    is_random : bool
        Whether it may draw from `Frame.rng` in training; False saves the seeding.
    """

    in_place: ClassVar[bool] = True
    penalized: ClassVar[tuple[str, ...]] = ()
    tracked: ClassVar[tuple[str, ...]] = ()
    frozen: ClassVar[tuple[str, ...]] = ()
    joins_rows: ClassVar[bool] = False
    is_random: ClassVar[bool] = True

    def n_out(self, n_in: int) -> int:
        """Columns that come out when `n_in` go in."""
        return n_in

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        """Parameter shapes by name."""
        return {}

    def n_products(self, n_in: int) -> int:
        """Return how many multiply-adds of matrix products a row needs in `forward`.

        By default one for each parameter of those that have two axes or more. It decides
        when a network is worth several threads.
        """
        shapes = self.shapes(n_in).values()
        return sum(prod(shape) for shape in shapes if len(shape) > 1)

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        """Write starting values into the parameters."""

    def adapt(self, params: Arrays, x: Matrix, rng: RandomSource) -> None:
        """Fit starting values to rows of the layer's input, where that is asked for."""

    def learning_rates(self, n_in: int) -> dict[str, float]:
        """What the learning rate of a parameter is multiplied by, where that is not 1."""
        return {}

    def scratch(self, shape: tuple[int, int], dtype: DTypeLike) -> dict[str, Array]:
        """Buffers that `forward` fills and `backward` reads; `shape` is that of `out`."""
        return {}

    @abstractmethod
    def forward(self, frame: Frame) -> None:
        """Write `frame.out`."""

    @abstractmethod
    def backward(self, frame: Frame) -> None:
        """Write `frame.grads` and, unless it is None, `frame.d_in`."""
