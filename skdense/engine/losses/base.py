"""The loss contract: value, gradient and inverse link."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import softmax

from skdense.engine.typing import Array


@dataclass(frozen=True)
class Loss(ABC):
    """The distance of raw predictions from the target.

    `raw` is the network's output, of shape (n_rows, n_raw), finite and without a unit: the
    inverse link turns it into the prediction. `weight` is None (every row counts once) or
    of shape (n_rows,), not negative. Values and gradients are sums over the rows, so that
    parts of a batch add up; smaller is better. Several threads may call it at the same time,
    each for some rows of a batch, so that a loss must not store anything in itself.

    Attributes
    ----------
    learns_std : bool
        Whether the network's output contains standard deviations, besides means.
    """

    learns_std: ClassVar[bool] = False

    def value_and_gradient(
        self, raw: Array, y: Array, weight: Array | None, gradient_out: Array
    ) -> float:
        """Return the weighted sum of the losses; write the gradient into `gradient_out`."""
        losses = np.asarray(self.rows(raw, y, gradient_out))
        if losses.shape != (len(raw),):
            raise ValueError(
                f"rows of {type(self).__name__} must return one loss for each of {len(raw)} rows, "
                f"got shape {losses.shape}."
            )
        if weight is None:
            return float(losses.sum())
        gradient_out *= weight[:, None]
        return float(losses @ weight)

    @abstractmethod
    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        """Return the loss of each row; write its gradient for `raw` into `gradient_out`."""

    @abstractmethod
    def inverse_link(self, raw: Array) -> Array:
        """Return the predictions, one row each."""

    @abstractmethod
    def join(self, raws: Array) -> Array:
        """Return raw predictions equivalent to the mean prediction of several networks.

        Parameters
        ----------
        raws : ndarray of shape (n_networks, n_rows, n_raw)

        Returns
        -------
        raw : ndarray of shape (n_rows, n_raw)
        """

    def additive(self, raws: Array) -> Array:
        """Return the mean prediction of several networks on the scale of the link function.

        Explanations divide these numbers among the columns of a table.

        Parameters
        ----------
        raws : ndarray of shape (n_networks, n_rows, n_raw)

        Returns
        -------
        values : ndarray of shape (n_rows, n_values)
        """
        return np.asarray(raws.mean(axis=0))

    def additive_gradient(self, raws: Array, i: int) -> Array:
        """Return the gradient of column `i` of `additive` for `raws`, in their shape."""
        gradient = np.zeros_like(raws)
        gradient[..., i] = 1 / len(raws)
        return gradient


class RegressionLoss(Loss):
    """A loss for targets of shape (n_rows, n_outputs), which may be scaled for the network.

    One of your own needs `rows` alone, if the network's output is the prediction and its
    unit is that of a target of mean 0 and standard deviation 1.

    Attributes
    ----------
    out_activation : str
        The inverse link by name. "identity" says that the network's output is the
        prediction.
    """

    out_activation: ClassVar[str] = "identity"

    def n_raw(self, n_outputs: int) -> int:
        """Return the number of columns of `raw` for a target of `n_outputs` columns."""
        return n_outputs

    def inverse_link(self, raw: Array) -> Array:
        """Return predictions of shape (n_rows, n_outputs) or (n_rows, n_outputs, several)."""
        return raw

    def join(self, raws: Array) -> Array:
        return np.asarray(raws.mean(axis=0))

    def center_and_scale(self, raw: Array) -> tuple[Array, Array]:
        """Return the middle of intervals, and what their widths are in proportion to.

        Both are of shape (n_rows, n_outputs). Unless the loss says how far targets scatter, all
        intervals are of one width.
        """
        center = self.inverse_link(raw)
        return center, np.ones_like(center)

    def std(self, raw: Array) -> Array:
        """Return standard deviations of shape (n_rows, n_outputs), if the loss learns them."""
        raise ValueError(
            f"return_std=True needs a loss that learns standard deviations; {self} does not. "
            "Use loss='gaussian'."
        )

    def target_units(self, mean: Array, std: Array) -> tuple[Array, Array]:
        """Return the offset and the scale, per output, to standardize the target with.

        The loss sees the target minus the offset, divided by the scale; predictions are
        converted back. `std` is 1 where the target is constant.
        """
        return mean, std

    def check_target(self, y: Array) -> None:
        """Raise ValueError if `y` has values that the loss is not defined for."""

    @property
    def positive_only(self) -> bool:
        """Whether the loss is defined for positive targets only, zero perhaps included."""
        return False


class ClassificationLoss(Loss):
    """A loss whose predictions are probabilities."""

    @abstractmethod
    def log_inverse_link(self, raw: Array) -> Array:
        """Return the logarithm of the predictions, finite wherever `raw` is."""


def log_mean_exp(logs: Array) -> Array:
    """Return ``log(mean(exp(logs)))`` along the first axis."""
    # scipy's logsumexp takes twenty times as long for a row
    largest = logs.max(axis=0)
    logs = logs - largest
    return np.asarray(largest + np.log(np.exp(logs, out=logs).mean(axis=0)))


def fractions_of_exp(logs: Array) -> Array:
    """Return the gradient of `log_mean_exp`: what fraction of the sum each term is."""
    return np.asarray(softmax(logs, axis=0))


def inverse_softplus(values: Array) -> Array:
    """Return the inverse of softplus; values below the smallest number count as it."""
    positive = np.maximum(values, np.finfo(values.dtype).tiny)
    return np.asarray(positive + np.log(-np.expm1(-positive)))
