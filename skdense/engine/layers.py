"""The layer contract, and the layers that are not activations."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from skdense.engine.checks import check_range
from skdense.engine.sparse_products import add_product, add_transposed_product

Array = NDArray[Any]
Arrays = Mapping[str, Array]
# Rows that a unit starts between.
N_ANCHORS = 5
RandomSource = np.random.RandomState | np.random.Generator


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

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        """Write starting values into the parameters."""

    def adapt(self, params: Arrays, x: Any, rng: RandomSource) -> None:
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


@dataclass(frozen=True)
class Dense(Layer):
    """Affine map ``x @ coef + intercept``.

    Parameters
    ----------
    n_units : int
        Columns of the output.
    glorot_factor : float, default=6.0
        Coefficients and intercepts start uniform within
        ``+-sqrt(glorot_factor / (n_in + n_units))``; 6 suits most activations, 2 the
        logistic function.

    References
    ----------
    Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward
    neural networks", equation 16.
    """

    n_units: int
    glorot_factor: float = field(default=6.0, repr=False)

    in_place: ClassVar[bool] = False
    penalized: ClassVar[tuple[str, ...]] = ("coef",)
    is_random: ClassVar[bool] = False

    def n_out(self, n_in: int) -> int:
        return self.n_units

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        return {"coef": (n_in, self.n_units), "intercept": (self.n_units,)}

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        bound = np.sqrt(self.glorot_factor / sum(params["coef"].shape))
        for name in ("coef", "intercept"):
            params[name][...] = rng.uniform(-bound, bound, params[name].shape)

    def adapt(self, params: Arrays, x: Any, rng: RandomSource) -> None:
        """Outputs of standard deviation 1, each zero somewhere among the rows.

        References
        ----------
        Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs
        and boosted trees on tabular data", appendix A.
        """
        z = x @ params["coef"]
        std = z.std(axis=0)
        # of what is constant, nothing but rounding is left
        std[std <= np.sqrt(np.finfo(z.dtype).eps) * np.abs(z.mean(axis=0))] = 1
        params["coef"] /= std
        # each unit's zero lies at a random mean of a few rows
        rows = rng.choice(len(z), (N_ANCHORS, z.shape[1]))
        share = rng.exponential(size=rows.shape)
        share /= share.sum(axis=0)
        anchors = np.take_along_axis(z, rows, axis=0) / std
        params["intercept"][...] = -(share * anchors).sum(axis=0)

    def scratch(self, shape: tuple[int, int], dtype: DTypeLike) -> dict[str, Array]:
        return {"ones": np.ones(shape[0], dtype)}

    def forward(self, frame: Frame) -> None:
        x, out = frame.x, frame.out
        if isinstance(x, np.ndarray):
            # a seventh of np.matmul's time where one side is a single column
            np.dot(x, frame.params["coef"], out)
            out += frame.params["intercept"]
        else:
            out[...] = frame.params["intercept"]
            add_product(x, frame.params["coef"], out)

    def backward(self, frame: Frame) -> None:
        x, d_out, grads = frame.x, frame.d_out, frame.grads
        if isinstance(x, np.ndarray):
            np.dot(x.T, d_out, grads["coef"])
        else:
            grads["coef"].fill(0)
            add_transposed_product(x, d_out, grads["coef"])
        # by BLAS, in a third of the time of a sum
        np.dot(frame.scratch["ones"], d_out, grads["intercept"])
        if frame.d_in is not None:
            np.dot(d_out, frame.params["coef"].T, frame.d_in)


@dataclass(frozen=True)
class NTKDense(Dense):
    """A dense layer that learns, by Adam, as ``x @ coef / sqrt(n_in) + intercept`` would.

    The coefficients hold the root already: they start at a variance of ``1 / n_in``, and
    their learning rate is divided by it.

    Parameters
    ----------
    n_units : int
        Columns of the output.
    intercept_rate : float, default=1.0
        What the learning rate of the intercepts is multiplied by.

    References
    ----------
    Jacot, Gabriel & Hongler (2018), "Neural tangent kernel: convergence and generalization
    in neural networks".
    """

    intercept_rate: float = field(default=1.0, kw_only=True)

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        coef, intercept = params["coef"], params["intercept"]
        coef[...] = rng.standard_normal(coef.shape) / np.sqrt(len(coef))
        intercept[...] = rng.standard_normal(intercept.shape)

    def learning_rates(self, n_in: int) -> dict[str, float]:
        return {"coef": n_in**-0.5, "intercept": self.intercept_rate}


@dataclass(frozen=True)
class Dropout(Layer):
    """Sets a share of the values to zero in training and scales the others up to match.

    Parameters
    ----------
    rate : float in [0, 1)
        Share of the values that is dropped, rounded to a multiple of 2 ** -16.

    References
    ----------
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from
    overfitting".
    """

    rate: float

    def __post_init__(self) -> None:
        check_range("rate", self.rate, 0, 1, "[)")

    def scratch(self, shape: tuple[int, int], dtype: DTypeLike) -> dict[str, Array]:
        return {"keep": np.empty(shape, dtype)}

    def forward(self, frame: Frame) -> None:
        keep = frame.scratch["keep"]
        if frame.rng is None:
            keep.fill(1)
        else:
            # 16 random bits a value take a third of the time of one float each
            bits = _random_bits(frame.rng, keep.size)
            dropped = min(round(frame.strength * self.rate * 2**16), 2**16 - 1)
            np.greater_equal(bits.reshape(keep.shape), np.uint16(dropped), out=keep)
            keep *= keep.dtype.type(2**16 / (2**16 - dropped))
        np.multiply(frame.x, keep, out=frame.out)

    def backward(self, frame: Frame) -> None:
        if frame.d_in is not None:
            np.multiply(frame.d_out, frame.scratch["keep"], out=frame.d_in)


def _random_bits(rng: RandomSource, n: int) -> Array:
    """Random numbers below 2 ** 16."""
    if isinstance(rng, np.random.RandomState) or isinstance(rng.bit_generator, np.random.MT19937):
        return np.frombuffer(rng.bytes(2 * n), np.uint16)
    # a fifth of the time, where each word is random in all its 64 bits
    return rng.bit_generator.random_raw(-(-n // 4)).view(np.uint16)[:n]
