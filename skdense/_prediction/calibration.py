"""Temperature scaling of probabilities, on validation rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np
from scipy.optimize import minimize_scalar

from skdense._prediction.predictor import Predictor
from skdense._prediction.validation import Validation
from skdense._target.base import Target
from skdense.engine import ClassificationLoss
from skdense.engine.threads import one_blas_thread
from skdense.engine.typing import Array

# Bounds of the log of the inverse temperature, as a few rows cannot justify more extreme ones.
LIMITS = (-2.5, 2.5)
# Fewer rows that two networks share say too little about their mean.
MIN_SHARED = 50


@dataclass(frozen=True)
class HeldOut:
    """Rows that some networks were not trained on, and their raw predictions.

    Attributes
    ----------
    raws : ndarray of shape (n_networks, n_rows, n_raw)
    y : ndarray of shape (n_rows, ...)
    weight : ndarray of shape (n_rows,) or None
    """

    raws: Array
    y: Array
    weight: Array | None


def fit_inverse_temperature(
    validations: Sequence[Validation], raws: Sequence[Array], predictor: Predictor[Target]
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
    raws : sequence of ndarray
        Raw predictions of the networks that each validation is of.
    predictor : Predictor
        Of all networks.
    """
    held_out = [
        HeldOut(raw, one.data.y, one.data.weight)
        for one, raw in zip(validations, raws, strict=True)
    ]
    n_rows = sum(len(one.y) for one in held_out)
    loss = predictor.target.calibration_loss(2 / (2 + n_rows)) if held_out else None
    if loss is None:
        return 1.0
    best = partial(_best_log_factor, loss=loss, join=predictor.join)
    log_factor = best(held_out)
    if len(held_out) > 1:
        both = _shared([validation.positions for validation in validations], held_out)
        if len(both.y) >= MIN_SHARED:
            alone = [replace(both, raws=raw[None]) for raw in both.raws]
            gain = best([both]) - best(alone)
            log_factor += 2 * (1 - 1 / len(held_out)) * max(gain, 0.0)
    return float(np.exp(min(log_factor, LIMITS[1])))


def _shared(positions: Sequence[Array], held_out: Sequence[HeldOut]) -> HeldOut:
    """Return the predictions of each two networks for the rows that both hold out."""
    raws, y, weight = [], [], []
    for (some, one), (others, other) in combinations(zip(positions, held_out, strict=True), 2):
        _, i, j = np.intersect1d(some, others, assume_unique=True, return_indices=True)
        raws.append(np.stack([one.raws[0, i], other.raws[0, j]]))
        y.append(one.y[i])
        if one.weight is not None:
            weight.append(one.weight[i])
    weights = np.concatenate(weight) if weight else None
    return HeldOut(np.concatenate(raws, axis=1), np.concatenate(y), weights)


def _best_log_factor(
    held_out: Sequence[HeldOut], loss: ClassificationLoss, join: Callable[[Array], Array]
) -> float:
    """Return the log of the factor with the smallest loss of the networks' mean predictions."""

    def value(log_factor: float) -> float:
        return sum(_loss_at(np.exp(log_factor), one, loss, join) for one in held_out)

    with one_blas_thread:
        return float(minimize_scalar(value, bounds=LIMITS, method="bounded").x)


def _loss_at(
    factor: float, held_out: HeldOut, loss: ClassificationLoss, join: Callable[[Array], Array]
) -> float:
    """Return the sum of the losses of the mean prediction, with a factor of raw predictions."""
    raw = join(held_out.raws.dtype.type(factor) * held_out.raws)
    return loss.value_and_gradient(raw, held_out.y, held_out.weight, np.empty_like(raw))
