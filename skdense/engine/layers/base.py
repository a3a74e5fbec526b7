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
    """Everything that one layer sees of one batch; the arrays belong to the caller.

    Attributes
    ----------
    params : dict of ndarray
        The layer's parameters by name, views of the network's vector.
    x : ndarray of shape (n_rows, n_in), or sparse for the first layer
        Input.
    out : ndarray of shape (n_rows, n_out)
        Output. With `Layer.in_place` it may be `x` itself; the next layer may overwrite it
        before `backward`.
    scratch : dict of ndarray
        The buffers from `Layer.scratch`.
    rng : RandomState, Generator or None
        Source of randomness; None switches random layers off.
    is_training : bool
        Whether a backward pass may follow.
    weight : ndarray of shape (n_rows,) or None
        Weights of the rows, in training.
    strength : float
        Fraction of its full strength at which a random layer acts.
    grads : dict of ndarray
        Gradients of the loss for `params`, to be written.
    d_out : ndarray of shape (n_rows, n_out)
        Gradient of the loss for `out`.
    learns : bool
        Whether `grads` are read; a layer may save the time for them if not.
    d_in : ndarray of shape (n_rows, n_in) or None
        Gradient for `x`, to be written; None where it is not needed. With `Layer.in_place`
        it may be `d_out` itself.
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
    learns: bool = True


@dataclass(frozen=True)
class Layer(ABC):
    """A step of a network: hyperparameters only, all state is passed in.

    Gradients are sums over the rows, never means, so that parts of a batch add up.

    Attributes
    ----------
    in_place : bool
        Whether `forward` and `backward` may overwrite their input.
    penalized : tuple of str
        Names of the parameters that the L2 penalty and the weight decay shrink.
    tracked : tuple of str
        Names of the parameters that `forward` updates in training, such as running means:
        their gradient is zero, and batches are not cut, as the parts would update them at
        the same time.
    frozen : tuple of str
        Names of the parameters that training does not change: only `initialize` and `adapt`
        write them, and their gradient is zero.
    joins_rows : bool
        Whether the output of a row depends on the others of its batch in training, so that
        batches should be of equal size.
    is_random : bool
        Whether the layer may draw from `Frame.rng` in training; False saves the seeding.
    is_stackable : bool
        Whether `forward` in prediction also takes several networks at once: all arrays then
        have an axis of networks before that of rows, and parameters with one axis have a
        second of length 1.
    """

    in_place: ClassVar[bool] = True
    penalized: ClassVar[tuple[str, ...]] = ()
    tracked: ClassVar[tuple[str, ...]] = ()
    frozen: ClassVar[tuple[str, ...]] = ()
    joins_rows: ClassVar[bool] = False
    is_random: ClassVar[bool] = True
    is_stackable: ClassVar[bool] = False

    def n_out(self, n_in: int) -> int:
        """Return the number of output columns for `n_in` input columns."""
        return n_in

    def origin(self, n_in: int) -> Array | None:
        """Return the input column that each output column follows from; None if from several."""
        return None

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the parameters by name."""
        return {}

    def n_products(self, n_in: int) -> int:
        """Return how many multiply-adds of matrix products a row needs in `forward`.

        By default one for each entry of the parameters with two axes or more. The number
        decides when several threads pay.
        """
        shapes = self.shapes(n_in).values()
        return sum(prod(shape) for shape in shapes if len(shape) > 1)

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        """Write starting values into the parameters."""

    def adapt(self, params: Arrays, x: Matrix, rng: RandomSource) -> None:
        """Fit starting values to rows of the layer's input."""

    def learning_rates(self, n_in: int) -> dict[str, float]:
        """Return factors on the learning rates of parameters, where they are not 1."""
        return {}

    def in_prediction(self) -> "Layer":
        """Return a layer that predicts alike; the same one for all that only start differently."""
        return self

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        """Return buffers that `forward` fills and `backward` reads; `shape` is that of `out`."""
        return {}

    @abstractmethod
    def forward(self, frame: Frame) -> None:
        """Write `frame.out`."""

    @abstractmethod
    def backward(self, frame: Frame) -> None:
        """Write `frame.grads` and, unless it is None, `frame.d_in`."""
