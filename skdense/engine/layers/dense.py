"""Dense layers: affine maps of the columns."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.kernels.sparse_products import add_product, add_transposed_product
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array, Arrays, RandomSource

# Rows whose random mean is the starting zero of a unit.
N_ANCHORS = 5


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
    is_stackable: ClassVar[bool] = True

    def n_out(self, n_in: int) -> int:
        return self.n_units

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        return {"coef": (n_in, self.n_units), "intercept": (self.n_units,)}

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        bound = np.sqrt(self.glorot_factor / sum(params["coef"].shape))
        for name in ("coef", "intercept"):
            params[name][...] = rng.uniform(-bound, bound, params[name].shape)

    def adapt(self, params: Arrays, x: Any, rng: RandomSource) -> None:
        """Scale outputs to standard deviation 1, each with a zero among the rows.

        References
        ----------
        Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs
        and boosted trees on tabular data", appendix A.
        """
        z = x @ params["coef"]
        std = z.std(axis=0)
        # a constant output has no spread but rounding errors
        std[std <= np.sqrt(np.finfo(z.dtype).eps) * np.abs(z.mean(axis=0))] = 1
        params["coef"] /= std
        # the zero of each unit is at a random weighted mean of a few rows
        rows = rng.choice(len(z), (N_ANCHORS, z.shape[1]))
        fraction = rng.exponential(size=rows.shape)
        fraction /= fraction.sum(axis=0)
        anchors = np.take_along_axis(z, rows, axis=0) / std
        params["intercept"][...] = -(fraction * anchors).sum(axis=0)

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        return {"ones": np.ones(shape[0], dtype)}

    def forward(self, frame: Frame) -> None:
        x, out = frame.x, frame.out
        if isinstance(x, np.ndarray):
            # a seventh of np.matmul's time where one side is a single column
            (np.dot if x.ndim == 2 else np.matmul)(x, frame.params["coef"], out)
            out += frame.params["intercept"]
        else:
            out[...] = frame.params["intercept"]
            add_product(x, frame.params["coef"], out)

    def backward(self, frame: Frame) -> None:
        if frame.learns:
            self._write_grads(frame)
        if frame.d_in is not None:
            np.dot(frame.d_out, frame.params["coef"].T, frame.d_in)

    def _write_grads(self, frame: Frame) -> None:
        x, d_out, grads = frame.x, frame.d_out, frame.grads
        if isinstance(x, np.ndarray):
            np.dot(x.T, d_out, grads["coef"])
        else:
            grads["coef"].fill(0)
            add_transposed_product(x, d_out, grads["coef"])
        # by BLAS, in a third of the time of a sum
        np.dot(frame.scratch["ones"], d_out, grads["intercept"])


@dataclass(frozen=True)
class NTKDense(Dense):
    """A dense layer that learns, with Adam, as ``x @ coef / sqrt(n_in) + intercept`` would.

    The coefficients include the factor ``1 / sqrt(n_in)``: they start with a variance of
    ``1 / n_in``, and their learning rate is multiplied by that factor.

    Parameters
    ----------
    n_units : int
        Columns of the output.
    intercept_rate : float, default=1.0
        Factor on the learning rate of the intercepts.

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
