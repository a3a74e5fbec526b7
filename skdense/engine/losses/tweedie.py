"""Deviances of counts, rates and amounts, with a logarithmic link."""

from dataclasses import dataclass, field
from typing import ClassVar, cast

import numpy as np

from skdense.engine.checks import check_range
from skdense.engine.losses.base import RegressionLoss, fractions_of_exp, log_mean_exp
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Tweedie(RegressionLoss):
    """Half the Tweedie deviance, summed over the outputs: learns the mean; log link.

    For a mean mu it is ``B(mu, 2 - power) - B(y, 2 - power)`` less
    ``y (B(mu, 1 - power) - B(y, 1 - power))``, with the Box-Cox transform B.

    Parameters
    ----------
    power : float, default=1.5
        The variance grows as the mean to this power. 1: Poisson; between 1 and 2: sums of
        many gamma-distributed amounts, zeros among them; 2: gamma; 3: inverse Gaussian.
        Below 2 the target must not be negative, from there on it must be positive.

    References
    ----------
    Jorgensen (1987), "Exponential dispersion models".
    """

    power: float = 1.5

    out_activation: ClassVar[str] = "exp"

    def __post_init__(self) -> None:
        check_range("power", self.power, 1, ends="[)")

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        a, b = 1 - self.power, 2 - self.power
        # where y is zero, its factor may overflow, and does not count
        counted = np.where(y > 0, raw, 0)
        np.exp(b * raw, out=gradient_out)
        gradient_out -= y * np.exp(a * counted)
        losses = _box_cox_of_exp(raw, b) - y * _box_cox_of_exp(counted, a)
        losses -= _saturated(y, a, b)
        if self.power > 2:
            # far below the target, infinity less infinity: the larger one is right
            losses = np.where(np.isnan(losses), np.inf, losses)
            np.nan_to_num(gradient_out, copy=False, nan=0, posinf=np.inf, neginf=-np.inf)
        return np.asarray(losses.sum(axis=1))

    def inverse_link(self, raw: Array) -> Array:
        return np.exp(raw)

    def join(self, raws: Array) -> Array:
        return log_mean_exp(raws)

    def additive(self, raws: Array) -> Array:
        return log_mean_exp(raws)

    def additive_gradient(self, raws: Array, i: int) -> Array:
        gradient = np.zeros_like(raws)
        gradient[..., i] = fractions_of_exp(raws[..., i])
        return gradient

    def center_and_scale(self, raw: Array) -> tuple[Array, Array]:
        """Return the mean and its power that the standard deviation is in proportion to."""
        return np.exp(raw), np.exp(0.5 * self.power * raw)

    def target_units(self, mean: Array, std: Array) -> tuple[Array, Array]:
        return np.zeros_like(mean), np.where(mean > 0, mean, 1.0)

    def check_target(self, y: Array) -> None:
        smallest = y.min()
        if smallest < 0 or (smallest == 0 and self.power >= 2):
            must = "must be positive" if self.power >= 2 else "must not be negative"
            raise ValueError(
                f"y {must} with loss={self}, got {smallest}; use loss='squared_error' for "
                "such a target."
            )

    @property
    def positive_only(self) -> bool:
        return True


def _box_cox_of_exp(raw: Array, power: float) -> Array:
    return cast(Array, np.expm1(power * raw) / power) if power else raw


def _saturated(y: Array, a: float, b: float) -> Array:
    """B(y, b) - y B(y, a), also where `y` is zero."""
    log_y = np.log(y, out=np.zeros_like(y), where=y > 0)
    own = np.where(y > 0, _box_cox_of_exp(log_y, b), -1 / b if b else 0)
    return cast(Array, own - y * _box_cox_of_exp(log_y, a))


@dataclass(frozen=True)
class Poisson(Tweedie):
    """Half the Poisson deviance for targets not below zero, summed over the outputs; log link."""

    power: float = field(default=1.0, init=False, repr=False)


@dataclass(frozen=True)
class Gamma(Tweedie):
    """Half the gamma deviance for positive targets, summed over the outputs; log link."""

    power: float = field(default=2.0, init=False, repr=False)
