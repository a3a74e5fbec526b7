"""Activation functions, each beside its derivative."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike
from scipy.special import erf

from skdense.engine.layers import Array, Frame, Layer


@dataclass(frozen=True)
class Activation(Layer):
    """Base of the element-wise activations: value and derivative from one method."""

    is_random: ClassVar[bool] = False

    @abstractmethod
    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        """Write f(z) into `out` and f'(z) into `slope`.

        All four arrays have the same shape and dtype. `out` may be `z` itself, so it is
        written when `z` is no longer needed; `spare` is free to use.
        """

    def value(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        """Write f(z) alone, where nobody asks for the slope; the arrays are as of `evaluate`."""
        self.evaluate(z, out, slope, spare)

    def scratch(self, shape: tuple[int, int], dtype: DTypeLike) -> dict[str, Array]:
        return {"slope": np.empty(shape, dtype), "spare": np.empty(shape, dtype)}

    def forward(self, frame: Frame) -> None:
        write = self.evaluate if frame.is_training else self.value
        write(frame.x, frame.out, frame.scratch["slope"], frame.scratch["spare"])

    def backward(self, frame: Frame) -> None:
        if frame.d_in is not None:
            np.multiply(frame.d_out, frame.scratch["slope"], out=frame.d_in)


@dataclass(frozen=True)
class Identity(Activation):
    """f(z) = z."""

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        if out is not z:
            out[...] = z
        slope.fill(1)


@dataclass(frozen=True)
class Relu(Activation):
    """f(z) = max(z, 0), with f'(0) = 0."""

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        # a product with the mask that the backward pass needs anyway
        np.greater(z, z.dtype.type(0), slope)
        np.multiply(z, slope, out)

    def value(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        np.maximum(z, spare, out=out)

    def scratch(self, shape: tuple[int, int], dtype: DTypeLike) -> dict[str, Array]:
        # NumPy's maximum is four times as fast with an array of zeros as with a single one
        return {"slope": np.empty(shape, dtype), "spare": np.zeros(shape, dtype)}


@dataclass(frozen=True)
class LeakyRelu(Activation):
    """f(z) = z where z > 0, negative_slope * z elsewhere."""

    negative_slope: float = 0.01

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        np.greater(z, 0, out=slope)
        slope *= 1 - self.negative_slope
        slope += self.negative_slope
        np.multiply(z, slope, out=out)


@dataclass(frozen=True)
class Elu(Activation):
    """f(z) = scale * z where z > 0, scale * alpha * (exp(z) - 1) elsewhere.

    References
    ----------
    Clevert, Unterthiner & Hochreiter (2016), "Fast and accurate deep network learning by
    exponential linear units".
    """

    alpha: float = 1.0
    scale: float = 1.0

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        np.minimum(z, 0, out=spare)
        np.expm1(spare, out=spare)
        spare *= self.alpha * self.scale
        np.greater(z, 0, out=slope)
        np.maximum(z, 0, out=out)
        out *= self.scale
        out += spare
        # 1 where z > 0, alpha exp(z) elsewhere
        slope *= self.scale * (1 - self.alpha)
        slope += self.scale * self.alpha
        slope += spare


@dataclass(frozen=True)
class Selu(Elu):
    """ELU with the two constants that keep mean 0 and variance 1.

    References
    ----------
    Klambauer et al. (2017), "Self-normalizing neural networks", equation 14.
    """

    alpha: float = 1.6732632423543772
    scale: float = 1.0507009873554805


@dataclass(frozen=True)
class Gelu(Activation):
    """f(z) = z Phi(z) with the normal distribution function Phi, not its approximation.

    References
    ----------
    Hendrycks & Gimpel (2016), "Gaussian error linear units", equation 1.
    """

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        np.multiply(z, 0.5**0.5, out=slope)
        np.square(slope, out=spare)
        erf(slope, out=slope)
        slope += 1
        slope *= 0.5
        np.negative(spare, out=spare)
        np.exp(spare, out=spare)
        spare *= z
        spare *= float(1 / np.sqrt(2 * np.pi))
        np.multiply(z, slope, out=out)
        slope += spare


@dataclass(frozen=True)
class Silu(Activation):
    """f(z) = z / (1 + exp(-z)), also called swish."""

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        _logistic(z, slope)
        np.subtract(1, slope, out=spare)
        np.multiply(z, slope, out=out)
        spare *= out
        slope += spare


@dataclass(frozen=True)
class Mish(Activation):
    """f(z) = z tanh(softplus(z)), from a single exponential.

    With n = exp(z) and u = 2 / (n (n + 2) + 2), tanh(softplus(z)) = 1 - u. Beyond z = 20
    it is 1 to the last bit, so that z is bounded there before the exponential.

    References
    ----------
    Misra (2020), "Mish: a self regularized non-monotonic activation function".
    """

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        np.minimum(z, 20, out=slope)
        np.exp(slope, out=slope)
        np.add(slope, 2, out=spare)
        spare *= slope
        spare += 2
        np.divide(2, spare, out=spare)  # u
        slope += 1
        np.reciprocal(slope, out=slope)
        np.subtract(1, slope, out=slope)  # logistic(z)
        slope *= z
        slope *= spare
        np.subtract(1, spare, out=spare)  # t = tanh(softplus(z))
        np.multiply(z, spare, out=out)
        # f' = t + q (1 + t) = (1 + q)(1 + t) - 1 with q = z logistic(z) u
        slope += 1
        spare += 1
        slope *= spare
        slope -= 1


@dataclass(frozen=True)
class Softplus(Activation):
    """f(z) = log(1 + exp(z))."""

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        _logistic(z, slope)
        np.logaddexp(z, 0, out=out)


@dataclass(frozen=True)
class Tanh(Activation):
    """f(z) = tanh(z)."""

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        np.tanh(z, out=out)
        np.square(out, out=slope)
        np.subtract(1, slope, out=slope)


@dataclass(frozen=True)
class Logistic(Activation):
    """f(z) = 1 / (1 + exp(-z))."""

    def evaluate(self, z: Array, out: Array, slope: Array, spare: Array) -> None:
        _logistic(z, out)
        np.subtract(1, out, out=slope)
        slope *= out


def _logistic(z: Array, out: Array) -> None:
    # by tanh: never overflows, and a fifth of scipy.special.expit's time in float32
    np.multiply(z, 0.5, out=out)
    np.tanh(out, out=out)
    out += 1
    out *= 0.5


@dataclass(frozen=True)
class Softmax(Layer):
    """Row-wise exp(z) / sum(exp(z)), with its full Jacobian in the backward pass."""

    is_random: ClassVar[bool] = False

    def scratch(self, shape: tuple[int, int], dtype: DTypeLike) -> dict[str, Array]:
        # the next layer may write over `out` before the backward pass
        return {"p": np.empty(shape, dtype), "spare": np.empty(shape, dtype)}

    def forward(self, frame: Frame) -> None:
        p = frame.scratch["p"]
        np.subtract(frame.x, frame.x.max(axis=1, keepdims=True), out=p)
        np.exp(p, out=p)
        p /= p.sum(axis=1, keepdims=True)
        frame.out[...] = p

    def backward(self, frame: Frame) -> None:
        if frame.d_in is not None:
            p = frame.scratch["p"]
            spare = np.multiply(frame.d_out, p, out=frame.scratch["spare"])
            np.subtract(frame.d_out, spare.sum(axis=1, keepdims=True), out=frame.d_in)
            frame.d_in *= p


ACTIVATIONS: dict[str, Layer] = {
    "identity": Identity(),
    "relu": Relu(),
    "leaky_relu": LeakyRelu(),
    "elu": Elu(),
    "selu": Selu(),
    "gelu": Gelu(),
    "silu": Silu(),
    "mish": Mish(),
    "softplus": Softplus(),
    "tanh": Tanh(),
    "logistic": Logistic(),
    "softmax": Softmax(),
}
