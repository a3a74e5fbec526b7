"""Loss functions: value, gradient and inverse link in one small class each."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

import numpy as np
from scipy.special import expit, log_expit, log_softmax, softmax, xlogy

from skdense.engine.layers import Array


@dataclass(frozen=True)
class Loss(ABC):
    """How far raw predictions are from the target.

    `raw` is the network's output, of shape (n_rows, n_outputs), finite, and in no unit: the
    inverse link turns it into the prediction. `weight` is None (every row counts once) or
    of shape (n_rows,), not negative. Values and gradients are sums over the rows, so that
    parts of a batch add up; a smaller value is better.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # frozen: a copy would be no other

    def value_and_gradient(
        self, raw: Array, y: Array, weight: Array | None, gradient_out: Array
    ) -> float:
        """Weighted sum of the rows' losses; `gradient_out`, shaped as `raw`, is written."""
        losses = self.rows(raw, y, gradient_out)
        if weight is None:
            return float(losses.sum())
        gradient_out *= weight[:, None]
        return float(losses @ weight)

    @abstractmethod
    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        """Loss of each row, shape (n_rows,); `gradient_out` gets its gradient for `raw`."""

    @abstractmethod
    def inverse_link(self, raw: Array) -> Array:
        """Predictions, of the shape of `raw`."""


class RegressionLoss(Loss):
    """A loss for targets of shape (n_rows, n_outputs) whose unit the network need not see.

    Attributes
    ----------
    out_activation : str
        The inverse link by name.
    """

    out_activation: ClassVar[str] = "identity"

    @abstractmethod
    def target_units(self, mean: Array, std: Array) -> tuple[Array, Array]:
        """Offset and scale, per output, in whose units the target is best learned.

        The target minus the offset, over the scale, is what the loss gets to see; a
        prediction is turned back. `std` is 1 where the target is constant.
        """

    def check_target(self, y: Array) -> None:
        """Raise ValueError where `y` has values that the loss is not defined for."""


@dataclass(frozen=True)
class SquaredError(RegressionLoss):
    """Half the squared error, summed over the outputs; identity link."""

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        np.subtract(raw, y, out=gradient_out)
        return cast(Array, 0.5 * np.einsum("ij,ij->i", gradient_out, gradient_out))

    def inverse_link(self, raw: Array) -> Array:
        return raw

    def target_units(self, mean: Array, std: Array) -> tuple[Array, Array]:
        return mean, std


@dataclass(frozen=True)
class Poisson(RegressionLoss):
    """Half the Poisson deviance for targets not below zero, summed over the outputs; log link."""

    out_activation: ClassVar[str] = "exp"

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        np.exp(raw, out=gradient_out)
        gradient_out -= y
        losses: Array = gradient_out + xlogy(y, y) - y * raw
        return np.asarray(losses.sum(axis=1))

    def inverse_link(self, raw: Array) -> Array:
        return np.exp(raw)

    def target_units(self, mean: Array, std: Array) -> tuple[Array, Array]:
        return np.zeros_like(mean), np.where(mean > 0, mean, 1.0)

    def check_target(self, y: Array) -> None:
        if (y < 0).any():
            raise ValueError(
                f"y must not be negative with loss='poisson', got {y.min()}; use "
                "loss='squared_error' for such a target."
            )


class ClassificationLoss(Loss):
    """A loss whose predictions are probabilities."""

    @abstractmethod
    def log_inverse_link(self, raw: Array) -> Array:
        """Logarithm of the predictions, finite wherever `raw` is."""


@dataclass(frozen=True)
class LogisticLogLoss(ClassificationLoss):
    """Log loss of independent yes-or-no outputs, summed; `y` is 0 or 1, shaped as `raw`."""

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        losses = np.logaddexp(raw, 0)
        losses -= raw * y
        expit(raw, out=gradient_out)
        gradient_out -= y
        return np.asarray(losses.sum(axis=1))

    def inverse_link(self, raw: Array) -> Array:
        return cast(Array, expit(raw))

    def log_inverse_link(self, raw: Array) -> Array:
        return cast(Array, log_expit(raw))


@dataclass(frozen=True)
class SoftmaxLogLoss(ClassificationLoss):
    """Log loss of one or several choices among classes, summed over the choices.

    Parameters
    ----------
    n_classes : tuple of int
        Classes of each choice: (3,) for one target of three classes, (3, 5) for two
        targets. `raw` has their columns side by side, and `y`, of shape
        (n_rows, len(n_classes)), the position of the right class within each.
    """

    n_classes: tuple[int, ...]

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        choices = zip(self.split(raw), y.T, self.split(gradient_out), strict=True)
        losses = [_softmax_rows(*choice) for choice in choices]
        return sum(losses[1:], losses[0])

    def inverse_link(self, raw: Array) -> Array:
        return np.hstack([softmax(part, axis=1) for part in self.split(raw)])

    def log_inverse_link(self, raw: Array) -> Array:
        return np.hstack([log_softmax(part, axis=1) for part in self.split(raw)])

    def split(self, raw: Array) -> list[Array]:
        """The columns of each choice, as views."""
        ends = np.cumsum(self.n_classes)
        return [raw[:, end - n : end] for n, end in zip(self.n_classes, ends, strict=True)]


def _softmax_rows(raw: Array, y: Array, gradient_out: Array) -> Array:
    rows = np.arange(len(y))
    np.subtract(raw, raw.max(axis=1, keepdims=True), out=gradient_out)
    chosen = gradient_out[rows, y]
    np.exp(gradient_out, out=gradient_out)
    total = gradient_out.sum(axis=1)
    gradient_out /= total[:, None]
    gradient_out[rows, y] -= 1
    return cast(Array, np.log(total) - chosen)


REGRESSION_LOSSES: dict[str, RegressionLoss] = {
    "squared_error": SquaredError(),
    "poisson": Poisson(),
}
