"""Activation functions, each beside its derivative."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike
from scipy.special import erf

from skdense.engine.checks import check_range
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array, Arrays, RandomSource


@dataclass(frozen=True)
class Activation(Layer):
    """Base class of the element-wise activations, with value and derivative in one method."""

    is_random: ClassVar[bool] = False
    is_stackable: ClassVar[bool] = True

    @abstractmethod
    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        """Write f(z) into `out` and f'(z) into `slope`.

        All four arrays have the same shape and dtype. `out` may be `z` itself, so it is
        written last, when `z` is no longer needed; `buffer` is free for intermediate values.
        """

    def value(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        """Write f(z) alone, where no slope is needed; the arrays are those of `evaluate`."""
        self.evaluate(z, out, slope, buffer)

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        return {"slope": np.empty(shape, dtype), "buffer": np.empty(shape, dtype)}

    def forward(self, frame: Frame) -> None:
        write = self.evaluate if frame.is_training else self.value
        write(frame.x, frame.out, frame.scratch["slope"], frame.scratch["buffer"])

    def backward(self, frame: Frame) -> None:
        if frame.d_in is not None:
            np.multiply(frame.d_out, frame.scratch["slope"], out=frame.d_in)


@dataclass(frozen=True)
class Identity(Activation):
    """f(z) = z."""

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        if out is not z:
            out[...] = z
        slope.fill(1)


@dataclass(frozen=True)
class Relu(Activation):
    """f(z) = max(z, 0), with f'(0) = 0."""

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        # multiply by the mask, which the backward pass needs anyway
        np.greater(z, z.dtype.type(0), slope)
        np.multiply(z, slope, out)

    def value(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        np.maximum(z, buffer, out=out)

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        # NumPy's maximum is four times as fast with an array of zeros as with a single one
        return {"slope": np.empty(shape, dtype), "buffer": np.zeros(shape, dtype)}


@dataclass(frozen=True)
class LeakyRelu(Activation):
    """f(z) = z where z > 0, negative_slope * z elsewhere."""

    negative_slope: float = 0.01

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
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

    def __post_init__(self) -> None:
        check_range("alpha", self.alpha, 0, ends="[)")
        check_range("scale", self.scale, 0)

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        self.value(z, out, slope, buffer)
        # 1 where z > 0, alpha exp(z) elsewhere; f(z) has the sign of z
        np.greater(out, out.dtype.type(0), slope)
        slope *= self.scale * (1 - self.alpha)
        slope += self.scale * self.alpha
        slope += buffer

    def value(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        # NumPy's extrema are three times as fast with an array as with a single number
        slope.fill(0)
        np.minimum(z, slope, out=buffer)
        np.maximum(z, slope, out=out)
        # exp(z) - 1 = 2 t / (1 - t) with t = tanh(z / 2), to the last bits near 0 as well:
        # without AVX-512, NumPy's expm1 takes nine times as long as its tanh
        buffer *= 0.5
        np.tanh(buffer, out=buffer)
        np.subtract(1, buffer, out=slope)
        buffer /= slope
        buffer *= 2 * self.alpha * self.scale
        out *= self.scale
        out += buffer


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
    """f(z) = z Phi(z), with the exact normal distribution function Phi.

    References
    ----------
    Hendrycks & Gimpel (2016), "Gaussian error linear units", equation 1.
    """

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        np.multiply(z, 0.5**0.5, out=slope)
        np.square(slope, out=buffer)
        erf(slope, out=slope)
        slope += 1
        slope *= 0.5
        np.negative(buffer, out=buffer)
        np.exp(buffer, out=buffer)
        buffer *= z
        buffer *= float(1 / np.sqrt(2 * np.pi))
        np.multiply(z, slope, out=out)
        slope += buffer


@dataclass(frozen=True)
class Silu(Activation):
    """f(z) = z / (1 + exp(-z)), also called swish."""

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        _logistic(z, slope)
        np.subtract(1, slope, out=buffer)
        np.multiply(z, slope, out=out)
        buffer *= out
        slope += buffer


@dataclass(frozen=True)
class Mish(Activation):
    """f(z) = z tanh(softplus(z)), from a single exponential and a single division.

    With n = exp(z) and u = 2 / (n (n + 1) + n + 2), tanh(softplus(z)) = 1 - u, and
    f'(z) = 1 - u + z n (n + 1) u^2. Beyond z = 20, u is 0 to the last bit, so that z is
    bounded there before the exponential.

    References
    ----------
    Misra (2020), "Mish: a self regularized non-monotonic activation function".
    """

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        _mish_terms(z, slope, buffer)
        slope *= buffer
        slope *= buffer
        slope *= z
        np.subtract(1, buffer, out=buffer)
        np.multiply(z, buffer, out=out)
        slope += buffer

    def value(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        _mish_terms(z, slope, buffer)
        np.subtract(1, buffer, out=buffer)
        np.multiply(z, buffer, out=out)


def _mish_terms(z: Array, n_terms: Array, u: Array) -> None:
    """Write n (n + 1) and u."""
    # several times as fast as with a single number
    n_terms.fill(20)
    np.minimum(z, n_terms, out=n_terms)
    np.exp(n_terms, out=n_terms)
    np.add(n_terms, 1, out=u)
    n_terms *= u
    u += n_terms
    u += 1
    np.divide(2, u, out=u)


@dataclass(frozen=True)
class Softplus(Activation):
    """f(z) = log(1 + exp(z))."""

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        _logistic(z, slope)
        np.logaddexp(z, 0, out=out)


@dataclass(frozen=True)
class Tanh(Activation):
    """f(z) = tanh(z)."""

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
        np.tanh(z, out=out)
        np.square(out, out=slope)
        np.subtract(1, slope, out=slope)


@dataclass(frozen=True)
class Logistic(Activation):
    """f(z) = 1 / (1 + exp(-z))."""

    def evaluate(self, z: Array, out: Array, slope: Array, buffer: Array) -> None:
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
class Parametric(Layer):
    """f(z) = z + fraction (g(z) - z), with a learned fraction for each column, at first 1.

    With g = ReLU it is the PReLU, with a slope of 1 - fraction where z < 0.

    Parameters
    ----------
    activation : Activation
        The element-wise activation g.
    learning_rate : float, default=1.0
        Factor on the learning rate of the fractions.

    References
    ----------
    Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs
    and boosted trees on tabular data", section 3 (parametric activation functions).

    He et al. (2015), "Delving deep into rectifiers: surpassing human-level performance on
    ImageNet classification".
    """

    activation: Activation
    learning_rate: float = 1.0

    is_random: ClassVar[bool] = False
    is_stackable: ClassVar[bool] = True

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        return {"fraction": (n_in,)}

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        params["fraction"].fill(1)

    def learning_rates(self, n_in: int) -> dict[str, float]:
        return {"fraction": self.learning_rate}

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        own = {"excess": np.empty(shape, dtype), "part": np.empty(shape, dtype)}
        return {**self.activation.scratch(shape, dtype), **own, "ones": np.ones(shape[0], dtype)}

    def forward(self, frame: Frame) -> None:
        x, scratch, g = frame.x, frame.scratch, self.activation
        excess, part = scratch["excess"], scratch["part"]
        write = g.evaluate if frame.is_training else g.value
        write(x, excess, scratch["slope"], scratch["buffer"])
        excess -= x
        np.multiply(excess, frame.params["fraction"], out=part)
        np.add(x, part, out=frame.out)

    def backward(self, frame: Frame) -> None:
        scratch, slope = frame.scratch, frame.scratch["slope"]
        part = np.multiply(frame.d_out, scratch["excess"], out=scratch["part"])
        # by BLAS, in a third of the time of a sum
        np.dot(scratch["ones"], part, frame.grads["fraction"])
        if frame.d_in is not None:
            slope -= 1
            slope *= frame.params["fraction"]
            slope += 1
            np.multiply(frame.d_out, slope, out=frame.d_in)


@dataclass(frozen=True)
class Softmax(Layer):
    """Row-wise exp(z) / sum(exp(z)), with its full Jacobian in the backward pass."""

    is_random: ClassVar[bool] = False

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        # the next layer may overwrite `out` before the backward pass
        return {"p": np.empty(shape, dtype), "buffer": np.empty(shape, dtype)}

    def forward(self, frame: Frame) -> None:
        p = frame.scratch["p"]
        np.subtract(frame.x, frame.x.max(axis=1, keepdims=True), out=p)
        np.exp(p, out=p)
        p /= p.sum(axis=1, keepdims=True)
        frame.out[...] = p

    def backward(self, frame: Frame) -> None:
        if frame.d_in is not None:
            p = frame.scratch["p"]
            buffer = np.multiply(frame.d_out, p, out=frame.scratch["buffer"])
            np.subtract(frame.d_out, buffer.sum(axis=1, keepdims=True), out=frame.d_in)
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
    "parametric_relu": Parametric(Relu(), learning_rate=0.1),
    "parametric_selu": Parametric(Selu(), learning_rate=0.1),
    "parametric_mish": Parametric(Mish(), learning_rate=0.1),
}
