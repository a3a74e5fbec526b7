"""Losses for classes: a link from outputs to probabilities, and a loss of these."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import accumulate
from typing import cast

import numpy as np
from scipy.special import expit, log_expit, log_softmax, softmax

from skdense.engine.checks import check_range
from skdense.engine.losses.base import ClassificationLoss, fractions_of_exp, log_mean_exp
from skdense.engine.typing import Array


@dataclass(frozen=True)
class ProbabilityLoss(ABC):
    """A loss of class probabilities: the base class for custom ones.

    It does not depend on whether they come from a softmax or from a logistic function, nor
    on the number of classes.
    """

    @abstractmethod
    def rows(self, log_p: Array, target: Array, gradient_out: Array) -> Array:
        """Return the loss of each choice among classes; write its gradient.

        Parameters
        ----------
        log_p : ndarray of shape (n_choices, n_classes)
            Logarithms of the predicted probabilities.
        target : ndarray of shape (n_choices, n_classes)
            Target probabilities: 1 for the true class and 0 elsewhere, or less extreme
            with label smoothing.
        gradient_out : ndarray of shape (n_choices, n_classes)
            Gradient for `log_p`, to be written, each entry as if it could change by itself.

        Returns
        -------
        losses : ndarray of shape (n_choices,)
        """

    def logistic(self, label_smoothing: float = 0.0, n_answers: int = 2) -> "LogisticLoss":
        """Return the loss after logistic functions, for two classes or for labels."""
        return LogisticOf(self, label_smoothing, n_answers)

    def softmax(self, n_classes: tuple[int, ...], label_smoothing: float = 0.0) -> "SoftmaxLoss":
        """Return the loss after a softmax over the classes of each target."""
        return SoftmaxOf(n_classes, self, label_smoothing)


@dataclass(frozen=True)
class LogLoss(ProbabilityLoss):
    """Negative log-likelihood of the right class: cross-entropy."""

    def rows(self, log_p: Array, target: Array, gradient_out: Array) -> Array:
        np.negative(target, out=gradient_out)
        return cast(Array, np.einsum("ij,ij->i", gradient_out, log_p))

    # These are several times as fast, as the gradient for the output is so simple.

    def logistic(self, label_smoothing: float = 0.0, n_answers: int = 2) -> "LogisticLoss":
        return LogisticLogLoss(label_smoothing, n_answers)

    def softmax(self, n_classes: tuple[int, ...], label_smoothing: float = 0.0) -> "SoftmaxLoss":
        return SoftmaxLogLoss(n_classes, label_smoothing)


@dataclass(frozen=True)
class Focal(ProbabilityLoss):
    """Log loss times ``(1 - p) ** gamma``: rows that are predicted well count for less.

    Parameters
    ----------
    gamma : float, default=2.0
        0 is the log loss. The larger, the less easy rows count.

    References
    ----------
    Lin et al. (2017), "Focal loss for dense object detection", equation 4.
    """

    gamma: float = 2.0

    def __post_init__(self) -> None:
        check_range("gamma", self.gamma, 0, ends="[)")

    def rows(self, log_p: Array, target: Array, gradient_out: Array) -> Array:
        p, rest = np.exp(log_p), -np.expm1(log_p)
        factor = rest**self.gamma * target
        # log(p) / (1 - p) goes to -1 where p goes to 1
        ratio = np.divide(log_p, rest, out=np.full_like(rest, -1), where=rest > 0)
        np.multiply(p, ratio, out=gradient_out)
        gradient_out *= self.gamma
        gradient_out -= 1
        gradient_out *= factor
        factor *= log_p
        return np.asarray(-factor.sum(axis=1))


@dataclass(frozen=True)
class LogisticLoss(ClassificationLoss):
    """A loss of independent yes-or-no outputs, summed; `y` is 0 or 1, shaped as `raw`."""

    def join(self, raws: Array) -> Array:
        return log_mean_exp(log_expit(raws)) - log_mean_exp(log_expit(-raws))

    def additive(self, raws: Array) -> Array:
        """Return log-odds."""
        return self.join(raws)

    def additive_gradient(self, raws: Array, i: int) -> Array:
        gradient, own = np.zeros_like(raws), raws[..., i]
        gradient[..., i] = fractions_of_exp(log_expit(own)) * expit(-own)
        gradient[..., i] += fractions_of_exp(log_expit(-own)) * expit(own)
        return gradient

    def inverse_link(self, raw: Array) -> Array:
        return cast(Array, expit(raw))

    def log_inverse_link(self, raw: Array) -> Array:
        return cast(Array, log_expit(raw))


@dataclass(frozen=True)
class LogisticLogLoss(LogisticLoss):
    """Log loss of independent yes-or-no outputs, summed; `y` is 0 or 1, shaped as `raw`.

    Parameters
    ----------
    label_smoothing : float in [0, 1), default=0.0
        Fraction of the target that is spread over the answers.
    n_answers : int, default=2
        Number of answers: yes and no, or the classes of one-vs-rest.
    """

    label_smoothing: float = 0.0
    n_answers: int = 2

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        if self.label_smoothing:
            y = y * (1 - self.label_smoothing) + self.label_smoothing / self.n_answers
        losses = np.logaddexp(raw, 0)
        losses -= raw * y
        expit(raw, out=gradient_out)
        gradient_out -= y
        return np.asarray(losses.sum(axis=1))


@dataclass(frozen=True)
class LogisticOf(LogisticLoss):
    """Any loss of probabilities behind logistic functions.

    Parameters
    ----------
    of : ProbabilityLoss
    label_smoothing : float in [0, 1), default=0.0
        Fraction of the target that is spread over the answers.
    n_answers : int, default=2
        Number of answers: yes and no, or the classes of one-vs-rest.
    """

    of: ProbabilityLoss
    label_smoothing: float = 0.0
    n_answers: int = 2

    def rows(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        z, target = raw.ravel(), np.empty((raw.size, 2), raw.dtype)
        target[:, 1] = y.ravel() * (1 - self.label_smoothing)
        target[:, 1] += self.label_smoothing / self.n_answers
        target[:, 0] = 1 - target[:, 1]
        log_p = np.column_stack([log_expit(-z), log_expit(z)])
        gradient = np.empty_like(log_p)
        losses = self.of.rows(log_p, target, gradient)
        # d log(p) / dz is 1 - p, d log(1 - p) / dz is -p
        z = gradient[:, 1] - expit(z) * gradient.sum(axis=1)
        gradient_out[...] = z.reshape(raw.shape)
        return np.asarray(losses.reshape(raw.shape).sum(axis=1))


@dataclass(frozen=True)
class SoftmaxLoss(ClassificationLoss):
    """A loss of one or several choices among classes, summed over the choices.

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
        losses = [self.choice(*choice) for choice in choices]
        return sum(losses[1:], losses[0])

    @abstractmethod
    def choice(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        """Compute `rows` for a single choice: `y` has shape (n_rows,)."""

    def join(self, raws: Array) -> Array:
        return log_mean_exp(np.array([self.log_inverse_link(raw) for raw in raws]))

    def additive(self, raws: Array) -> Array:
        """Return log-probabilities, also of a single network."""
        return self.join(raws)

    def additive_gradient(self, raws: Array, i: int) -> Array:
        gradient = np.zeros_like(raws)
        choice = np.repeat(np.arange(len(self.n_classes)), self.n_classes)
        others = np.flatnonzero(choice == choice[i])
        log_p = log_softmax(raws[..., others], axis=2)
        fractions = fractions_of_exp(log_p[..., i - others[0]])
        gradient[..., others] = -np.exp(log_p) * fractions[..., None]
        gradient[..., i] += fractions
        return gradient

    def inverse_link(self, raw: Array) -> Array:
        return np.hstack([softmax(part, axis=1) for part in self.split(raw)])

    def log_inverse_link(self, raw: Array) -> Array:
        return np.hstack([log_softmax(part, axis=1) for part in self.split(raw)])

    def split(self, raw: Array) -> list[Array]:
        """Return the columns of each choice, as views."""
        ends = accumulate(self.n_classes)
        return [raw[:, end - n : end] for n, end in zip(self.n_classes, ends, strict=True)]


@dataclass(frozen=True)
class SoftmaxLogLoss(SoftmaxLoss):
    """Log loss of one or several choices among classes, summed over the choices.

    Parameters
    ----------
    n_classes : tuple of int
        As of `SoftmaxLoss`.
    label_smoothing : float in [0, 1), default=0.0
        Fraction of the target that is spread over all classes.
    """

    label_smoothing: float = 0.0

    def choice(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        rows, spread = np.arange(len(y)), self.label_smoothing
        # one row per class: for few classes, reductions then take a fifth of the time
        p = raw.T.copy()
        p -= p.max(axis=0)
        chosen = p[y, rows]
        if spread:
            chosen = (1 - spread) * chosen + spread * p.mean(axis=0)
        np.exp(p, p)
        total = p.sum(axis=0)
        p /= total
        p[y, rows] -= 1 - spread
        if spread:
            p -= spread / raw.shape[1]
        gradient_out[...] = p.T
        return cast(Array, np.log(total) - chosen)


@dataclass(frozen=True)
class SoftmaxOf(SoftmaxLoss):
    """Any loss of probabilities behind a softmax.

    Parameters
    ----------
    n_classes : tuple of int
        As of `SoftmaxLoss`.
    of : ProbabilityLoss
    label_smoothing : float in [0, 1), default=0.0
        Fraction of the target that is spread over all classes.
    """

    of: ProbabilityLoss
    label_smoothing: float = 0.0

    def choice(self, raw: Array, y: Array, gradient_out: Array) -> Array:
        log_p = log_softmax(raw, axis=1)
        target = np.full_like(log_p, self.label_smoothing / raw.shape[1])
        target[np.arange(len(y)), y] += 1 - self.label_smoothing
        gradient = np.empty_like(log_p)
        losses = self.of.rows(log_p, target, gradient)
        # d log(p_i) / dz_j is 1(i = j) - p_j
        total = gradient.sum(axis=1, keepdims=True)
        np.subtract(gradient, np.exp(log_p) * total, out=gradient_out)
        return losses


CLASSIFICATION_LOSSES: dict[str, ProbabilityLoss] = {"log_loss": LogLoss(), "focal": Focal()}
