"""Temperature scaling of probabilities, on validation rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Self

import numpy as np
from scipy.optimize import minimize_scalar

from skdense._target.base import Target
from skdense._training.predictor import Predictor
from skdense._training.validation import Validation
from skdense.engine import ClassificationLoss, forward_all
from skdense.engine.threads import one_blas_thread
from skdense.engine.typing import Array

# Bounds of the log of the inverse temperature, as a few rows cannot justify more extreme ones.
LIMITS = (-2.5, 2.5)
# Fewer rows that two networks share say too little about their mean.
MIN_SHARED = 50


@dataclass(frozen=True)
class Judged:
    """Raw predictions of some networks for rows that none of them was trained on.

    Attributes
    ----------
    raws : ndarray of shape (n_networks, n_rows, n_raw)
    y : ndarray of shape (n_rows, ...)
    weight : ndarray of shape (n_rows,) or None
    """

    raws: Array
    y: Array
    weight: Array | None

    @classmethod
    def of(cls, validation: Validation) -> Self:
        """Return the predictions of the networks that a validation is of."""
        data = validation.data
        raws = forward_all(validation.predictor.networks, data.X)
        return cls(raws, data.y, data.weight)


def fit_inverse_temperature(
    validations: Sequence[Validation], predictor: Predictor[Target]
) -> float:
    """Return the factor of raw predictions that minimizes the loss of the networks' mean.

    It is one over the temperature of Guo et al. (2017), "On calibration of modern neural
    networks". It would be infinite if all rows are classified correctly, so labels are smoothed
    as if one more row of each kind had been seen, as in Platt (1999), "Probabilistic outputs for
    support vector machines", section 2.2.

    Rows that are held out tell of one network each, and the mean of several is less confident
    than each of them. How much less, rows that two networks hold out tell: the log of the factor
    is taken to be linear in one over the number of networks, as the variance of a mean is.

    Parameters
    ----------
    validations : sequence of Validation
    predictor : Predictor
        Of all networks.
    """
    judged = [Judged.of(validation) for validation in validations]
    n_rows = sum(len(one.y) for one in judged)
    loss = predictor.target.calibration_loss(2 / (2 + n_rows)) if judged else None
    if loss is None:
        return 1.0
    best = partial(_best_log_factor, loss=loss, join=predictor.join)
    log_factor = best(judged)
    if len(judged) > 1:
        both = _shared([validation.positions for validation in validations], judged)
        if len(both.y) >= MIN_SHARED:
            alone = [replace(both, raws=raw[None]) for raw in both.raws]
            gain = best([both]) - best(alone)
            log_factor += 2 * (1 - 1 / len(judged)) * max(gain, 0.0)
    return float(np.exp(min(log_factor, LIMITS[1])))


def _shared(positions: Sequence[Array], judged: Sequence[Judged]) -> Judged:
    """Return the predictions of each two networks for the rows that both hold out."""
    raws, y, weight = [], [], []
    for (some, one), (others, other) in combinations(zip(positions, judged, strict=True), 2):
        _, i, j = np.intersect1d(some, others, assume_unique=True, return_indices=True)
        raws.append(np.stack([one.raws[0, i], other.raws[0, j]]))
        y.append(one.y[i])
        if one.weight is not None:
            weight.append(one.weight[i])
    weights = np.concatenate(weight) if weight else None
    return Judged(np.concatenate(raws, axis=1), np.concatenate(y), weights)


def _best_log_factor(
    judged: Sequence[Judged], loss: ClassificationLoss, join: Callable[[Array], Array]
) -> float:
    """Return the log of the factor with the smallest loss of the networks' mean predictions."""

    def value(log_factor: float) -> float:
        return sum(_loss_at(np.exp(log_factor), one, loss, join) for one in judged)

    with one_blas_thread:
        return float(minimize_scalar(value, bounds=LIMITS, method="bounded").x)


def _loss_at(
    factor: float, judged: Judged, loss: ClassificationLoss, join: Callable[[Array], Array]
) -> float:
    """Return the sum of the losses of the mean prediction, with a factor of raw predictions."""
    raw = join(judged.raws.dtype.type(factor) * judged.raws)
    return loss.value_and_gradient(raw, judged.y, judged.weight, np.empty_like(raw))
