"""Dropout: values set to zero at random in training."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.checks import check_range
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array, RandomSource


@dataclass(frozen=True)
class Dropout(Layer):
    """Sets a fraction of the values to zero in training and scales the others up to match.

    Parameters
    ----------
    rate : float in [0, 1)
        Fraction of the values that is dropped, rounded to a multiple of 2 ** -16.

    References
    ----------
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from
    overfitting".
    """

    rate: float

    is_stackable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_range("rate", self.rate, 0, 1, "[)")

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        return {"keep": np.empty(shape, dtype)}

    def forward(self, frame: Frame) -> None:
        keep = frame.scratch["keep"]
        if frame.rng is None:
            keep.fill(1)
        else:
            # 16 random bits per value take a third of the time of a random float
            bits = _random_bits(frame.rng, keep.size)
            dropped = min(round(frame.strength * self.rate * 2**16), 2**16 - 1)
            np.greater_equal(bits.reshape(keep.shape), np.uint16(dropped), out=keep)
            keep *= keep.dtype.type(2**16 / (2**16 - dropped))
        np.multiply(frame.x, keep, out=frame.out)

    def backward(self, frame: Frame) -> None:
        if frame.d_in is not None:
            np.multiply(frame.d_out, frame.scratch["keep"], out=frame.d_in)


def _random_bits(rng: RandomSource, n: int) -> Array:
    """Return `n` random integers below 2 ** 16."""
    if isinstance(rng, np.random.RandomState) or isinstance(rng.bit_generator, np.random.MT19937):
        return np.frombuffer(rng.bytes(2 * n), np.uint16)
    # a fifth of the time, where each word is random in all its 64 bits
    return rng.bit_generator.random_raw(-(-n // 4)).view(np.uint16)[:n]
