"""Layers that standardize values to mean 0 and standard deviation 1, then scale and shift."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.checks import check_range
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array, Arrays, RandomSource


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Normalizes each row over its columns.

    Parameters
    ----------
    epsilon : float, default=1e-5
        Added to the variance.

    References
    ----------
    Ba, Kiros & Hinton (2016), "Layer normalization".
    """

    epsilon: float = 1e-5

    is_random: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_range("epsilon", self.epsilon, 0)

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        return {"scale": (n_in,), "shift": (n_in,)}

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        params["scale"].fill(1)
        params["shift"].fill(0)

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        return {"unit": np.empty(shape, dtype), "inverse": np.empty((shape[0], 1), dtype)}

    def forward(self, frame: Frame) -> None:
        unit, inverse = frame.scratch["unit"], frame.scratch["inverse"]
        np.subtract(frame.x, frame.x.mean(axis=1, keepdims=True), out=unit)
        variance = np.einsum("ij,ij->i", unit, unit) / unit.shape[1]
        np.divide(1, np.sqrt(variance + self.epsilon)[:, None], out=inverse)
        unit *= inverse
        _scale_and_shift(frame)

    def backward(self, frame: Frame) -> None:
        unit = frame.scratch["unit"]
        _gradients_of_scale_and_shift(frame)
        if frame.d_in is not None:
            np.multiply(frame.d_out, frame.params["scale"], out=frame.d_in)
            along = np.einsum("ij,ij->i", frame.d_in, unit) / unit.shape[1]
            unit *= along[:, None]
            frame.d_in -= frame.d_in.mean(axis=1, keepdims=True)
            frame.d_in -= unit
            frame.d_in *= frame.scratch["inverse"]


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Normalizes each column over the rows of a batch; in prediction, with running means.

    Rows count by their weight, batches by the weight of their rows. The running means are in
    the network's vector of parameters, where no gradient moves them, so that copies, averages
    and the best epoch include them.

    Parameters
    ----------
    momentum : float in [0, 1), default=0.9
        Fraction of the old running means that each batch of equal size keeps; their start
        at zero is corrected for.
    epsilon : float, default=1e-5
        Added to the variance.

    References
    ----------
    Ioffe & Szegedy (2015), "Batch normalization: accelerating deep network training by
    reducing internal covariate shift", algorithms 1 and 2, with the variance that the
    batches are normalized by in both.
    """

    momentum: float = 0.9
    epsilon: float = 1e-5

    tracked: ClassVar[tuple[str, ...]] = ("mean", "variance", "total")
    joins_rows: ClassVar[bool] = True
    is_random: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_range("epsilon", self.epsilon, 0)
        check_range("momentum", self.momentum, 0, 1, "[)")

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        shape = (n_in,)
        columns = {"scale": shape, "shift": shape, "mean": shape, "variance": shape}
        return {**columns, "total": (1,)}

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        for name, value in (("scale", 1), ("shift", 0), ("mean", 0), ("variance", 1)):
            params[name].fill(value)
        params["total"].fill(0)

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        return {"unit": np.empty(shape, dtype), "inverse": np.empty(shape[1], dtype)}

    def forward(self, frame: Frame) -> None:
        unit, inverse, params = frame.scratch["unit"], frame.scratch["inverse"], frame.params
        mean, variance = params["mean"], params["variance"]
        if frame.is_training:
            if len(unit) == 1:
                raise ValueError(
                    "normalization='batch' has nothing to learn from a batch of 1 sample; give "
                    "batches of at least 2 rows, or use normalization='layer'."
                )
            fraction = _fractions(frame)
            mean = fraction @ frame.x
            np.subtract(frame.x, mean, out=unit)
            # `out` may be `x`, which is not needed any more
            variance = fraction @ np.square(unit, out=frame.out)
            self._track(frame, mean, variance)
        else:
            np.subtract(frame.x, mean, out=unit)
        np.divide(1, np.sqrt(variance + self.epsilon), out=inverse)
        unit *= inverse
        _scale_and_shift(frame)

    def _track(self, frame: Frame, mean: Array, variance: Array) -> None:
        params, weight = frame.params, frame.weight
        new = (1 - self.momentum) * (len(frame.out) if weight is None else weight.sum())
        params["total"] *= self.momentum
        params["total"] += new
        if new > 0:
            for name, value in (("mean", mean), ("variance", variance)):
                params[name] += new / params["total"] * (value - params[name])

    def backward(self, frame: Frame) -> None:
        unit = frame.scratch["unit"]
        _gradients_of_scale_and_shift(frame)
        if frame.d_in is not None:
            if frame.is_training:
                unit *= frame.grads["scale"]
                unit += frame.grads["shift"]
                unit *= _fractions(frame)[:, None]
                np.subtract(frame.d_out, unit, out=frame.d_in)
            else:
                # mean and variance are constants
                np.copyto(frame.d_in, frame.d_out)
            frame.d_in *= frame.scratch["inverse"] * frame.params["scale"]


def _fractions(frame: Frame) -> Array:
    """Return the fraction of the batch's weight that each row has."""
    n_rows, dtype = frame.out.shape[0], frame.out.dtype
    if frame.weight is None or not frame.weight.any():
        return np.full(n_rows, 1 / n_rows, dtype)
    return np.asarray(frame.weight / frame.weight.sum(), dtype)


def _scale_and_shift(frame: Frame) -> None:
    np.multiply(frame.scratch["unit"], frame.params["scale"], out=frame.out)
    frame.out += frame.params["shift"]


def _gradients_of_scale_and_shift(frame: Frame) -> None:
    frame.d_out.sum(axis=0, out=frame.grads["shift"])
    np.einsum("ij,ij->j", frame.d_out, frame.scratch["unit"], out=frame.grads["scale"])


NORMALIZATIONS: dict[str, Layer] = {"batch": BatchNorm(), "layer": LayerNorm()}
