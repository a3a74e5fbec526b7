"""Losses for numbers."""

from dataclasses import dataclass
from math import log, pi
from typing import Any, ClassVar, cast

import numpy as np
from scipy.special import expit

from skdense.engine.checks import check_range
from skdense.engine.losses.base import RegressionLoss, inverse_softplus
from skdense.engine.losses.tweedie import Gamma, Poisson, Tweedie
from skdense.engine.typing import Array


@dataclass(frozen=True)
class SquaredError(RegressionLoss):
    """Half the squared error, summed over the outputs: learns the mean."""

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        np.subtract(raw, y, out=gradient_out)
        return cast(Array, 0.5 * np.einsum("ij,ij->i", gradient_out, gradient_out))


@dataclass(frozen=True)
class AbsoluteError(RegressionLoss):
    """The absolute error, summed over the outputs: learns the median."""

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        np.subtract(raw, y, out=gradient_out)
        losses = np.abs(gradient_out).sum(axis=1)
        np.sign(gradient_out, out=gradient_out)
        return np.asarray(losses)


@dataclass(frozen=True)
class Huber(RegressionLoss):
    """Half the squared error up to `delta`, linear beyond, summed over the outputs.

    Parameters
    ----------
    delta : float, default=1.35
        Error from which on it is linear, in the unit that the network trains in: with
        ``target_scaling="standard"``, in standard deviations of the target.

    References
    ----------
    Huber (1964), "Robust estimation of a location parameter".
    """

    delta: float = 1.35

    def __post_init__(self) -> None:
        check_range("delta", self.delta, 0)

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        error = raw - y
        np.clip(error, -self.delta, self.delta, out=gradient_out)
        error -= 0.5 * gradient_out
        return cast(Array, np.einsum("ij,ij->i", gradient_out, error))


@dataclass(frozen=True)
class Quantile(RegressionLoss):
    """The pinball loss, summed over outputs and quantiles: learns one or several quantiles.

    Several quantiles never cross: the network's outputs are the middle one and, outwards
    from it, the steps between neighbours, which softplus makes positive.

    Parameters
    ----------
    quantile : float or sequence of float, default=0.5
        In (0, 1), in increasing order. A sequence gives predictions of shape
        (n_rows, n_outputs, n_quantiles).

    References
    ----------
    Koenker & Bassett (1978), "Regression quantiles".
    """

    quantile: float | tuple[float, ...] = 0.5

    def __post_init__(self) -> None:
        if np.ndim(self.quantile) != 1:
            return check_range("quantile", self.quantile, 0, 1)
        object.__setattr__(self, "quantile", tuple(np.asarray(self.quantile).tolist()))
        for level in cast(tuple[Any, ...], self.quantile):
            check_range("quantile", level, 0, 1)
        if self.quantile == () or not (np.diff(self.levels) > 0).all():
            raise ValueError(f"quantile must be increasing and not empty, got {self.quantile}.")
        return None

    @property
    def out_activation(self) -> str:  # type: ignore[override]
        return "steps" if isinstance(self.quantile, tuple) else "identity"

    @property
    def levels(self) -> Array:
        """The quantiles as an array of shape (n_quantiles,)."""
        return np.atleast_1d(np.asarray(self.quantile, float))

    def n_raw(self, n_outputs: int) -> int:
        return n_outputs * self.levels.size

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        error = self._values(raw)
        error -= y[:, :, None]
        slope = (error > 0) - self.levels.astype(raw.dtype)
        error *= slope
        slope = slope @ self._sums(raw.dtype).T
        # softplus has the logistic function as derivative, the middle quantile 1
        steps = expit(raw).reshape(slope.shape)
        steps[..., self.levels.size // 2] = 1
        slope *= steps
        gradient_out[...] = slope.reshape(raw.shape)
        return np.asarray(error.sum(axis=(1, 2)))

    def inverse_link(self, raw: Array) -> Array:
        values = self._values(raw)
        return values if isinstance(self.quantile, tuple) else values[:, :, 0]

    def join(self, raws: Array) -> Array:
        values = np.mean([self._values(raw) for raw in raws], axis=0, dtype=raws.dtype)
        steps, middle = inverse_softplus(np.diff(values, axis=2)), self.levels.size // 2
        joined = [steps[..., :middle], values[..., middle : middle + 1], steps[..., middle:]]
        return np.concatenate(joined, axis=2).reshape(raws[0].shape)

    def center_and_scale(self, raw: Array) -> tuple[Array, Array]:
        """Return the middle between the outer quantiles, and half their distance."""
        values = self._values(raw)
        if self.levels.size == 1:
            return values[..., 0], np.ones_like(values[..., 0])
        low, high = values[..., 0], values[..., -1]
        return (low + high) / 2, np.maximum((high - low) / 2, np.finfo(raw.dtype).tiny)

    def additive(self, raws: Array) -> Array:
        values = np.mean([self._values(raw) for raw in raws], axis=0, dtype=raws.dtype)
        return values.reshape(raws.shape[1:])

    def additive_gradient(self, raws: Array, i: int) -> Array:
        output, level = divmod(i, self.levels.size)
        slopes = expit(raws).reshape(*raws.shape[:2], -1, self.levels.size)
        slopes[..., self.levels.size // 2] = 1
        gradient = np.zeros_like(slopes)
        gradient[:, :, output] = slopes[:, :, output] * self._sums(raws.dtype)[:, level]
        return np.asarray(gradient.reshape(raws.shape) / raws.dtype.type(len(raws)))

    def _values(self, raw: Array) -> Array:
        n_levels = self.levels.size
        steps = np.logaddexp(raw, 0).reshape(len(raw), -1, n_levels)
        middle = n_levels // 2
        steps[..., middle] = raw.reshape(steps.shape)[..., middle]
        values = steps @ self._sums(raw.dtype)
        # rounding errors must not make them cross
        return np.maximum.accumulate(values, axis=2, out=values)

    def _sums(self, dtype: Any) -> Array:
        """Return what each step (row) adds to each quantile (column)."""
        n_levels = self.levels.size
        step, level = np.indices((n_levels, n_levels)) - n_levels // 2
        # the middle one shifts all; the others push the levels beyond them further out
        up, down = (step == 0) | ((step > 0) & (level >= step)), (step < 0) & (level <= step)
        return np.asarray(up.astype(dtype) - down, dtype)


@dataclass(frozen=True)
class Gaussian(RegressionLoss):
    """Negative log-likelihood of a normal distribution: learns mean and standard deviation.

    `raw` has the means of all outputs, then their standard deviations before softplus.

    Parameters
    ----------
    min_std : float, default=0.001
        Added to the standard deviation, in the unit that the network trains in: without
        it, the likelihood of a target without noise has no bound.

    References
    ----------
    Nix & Weigend (1994), "Estimating the mean and variance of the target probability
    distribution".
    """

    min_std: float = 0.001

    out_activation: ClassVar[str] = "gaussian"
    learns_std: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_range("min_std", self.min_std, 0)

    def n_raw(self, n_outputs: int) -> int:
        return 2 * n_outputs

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        n_outputs = y.shape[1]
        std = self.std(raw)
        error = (raw[:, :n_outputs] - y) / std
        np.divide(error, std, out=gradient_out[:, :n_outputs])
        losses = 0.5 * error**2 + np.log(std) + 0.5 * log(2 * pi)
        slope = expit(raw[:, n_outputs:]) / std
        np.multiply(1 - error**2, slope, out=gradient_out[:, n_outputs:])
        return np.asarray(losses.sum(axis=1))

    def inverse_link(self, raw: Array) -> Array:
        return raw[:, : raw.shape[1] // 2]

    def std(self, raw: Array) -> Array:
        return np.logaddexp(raw[:, raw.shape[1] // 2 :], 0) + self.min_std

    def center_and_scale(self, raw: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation."""
        return self.inverse_link(raw), self.std(raw)

    def additive(self, raws: Array) -> Array:
        """Return the means alone."""
        return super().additive(raws)[:, : raws.shape[2] // 2]

    def join(self, raws: Array) -> Array:
        """Return mean and standard deviation of the mixture (Lakshminarayanan et al. 2017)."""
        means = np.array([self.inverse_link(raw) for raw in raws])
        stds = np.array([self.std(raw) for raw in raws])
        std = np.sqrt((stds**2).mean(axis=0) + means.var(axis=0)) - self.min_std
        return np.hstack([means.mean(axis=0), inverse_softplus(std)])


REGRESSION_LOSSES: dict[str, RegressionLoss] = {
    "squared_error": SquaredError(),
    "absolute_error": AbsoluteError(),
    "huber": Huber(),
    "quantile": Quantile(),
    "poisson": Poisson(),
    "gamma": Gamma(),
    "tweedie": Tweedie(),
    "gaussian": Gaussian(),
}
