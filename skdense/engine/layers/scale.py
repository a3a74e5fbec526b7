"""A factor for each column."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array, Arrays, RandomSource


@dataclass(frozen=True)
class Scale(Layer):
    """Multiplies each column by a learned factor: a soft selection of columns.

    Parameters
    ----------
    learning_rate : float, default=1.0
        Factor on the learning rate of the factors.

    References
    ----------
    Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs
    and boosted trees on tabular data", section 3 (the scaling layer).
    """

    learning_rate: float = 1.0

    # the gradient needs `x`
    in_place: ClassVar[bool] = False
    is_random: ClassVar[bool] = False
    is_stackable: ClassVar[bool] = True

    def origin(self, n_in: int) -> Array | None:
        return np.arange(n_in)

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        return {"scale": (n_in,)}

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        params["scale"].fill(1)

    def learning_rates(self, n_in: int) -> dict[str, float]:
        return {"scale": self.learning_rate}

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        return {"product": np.empty(shape, dtype), "ones": np.ones(shape[0], dtype)}

    def forward(self, frame: Frame) -> None:
        np.multiply(frame.x, frame.params["scale"], out=frame.out)

    def backward(self, frame: Frame) -> None:
        product = np.multiply(frame.d_out, frame.x, out=frame.scratch["product"])
        # by BLAS, in a third of the time of a sum
        np.dot(frame.scratch["ones"], product, frame.grads["scale"])
        if frame.d_in is not None:
            np.multiply(frame.d_out, frame.params["scale"], out=frame.d_in)
