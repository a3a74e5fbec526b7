"""Scores of rows that networks held out, from which intervals and sets of classes follow."""

from collections.abc import Sequence
from itertools import combinations
from numbers import Real

import numpy as np

from skdense._prediction.calibration import MIN_SHARED
from skdense._prediction.predictor import Predictor
from skdense._prediction.validation import Validation
from skdense._settings.rule import is_a
from skdense._target.base import Target
from skdense.engine.typing import Array

# Order statistics that are kept: coverage is exact to a thousandth.
MAX_SCORES = 1_000
# The largest scores say more of single rows than of how much several networks gain.
TRIMMED = 0.1
# The log of how much smaller the mean of two errors is if they are independent.
LARGEST_GAIN = -0.5 * np.log(2)


def held_out_scores(
    validations: Sequence[Validation], raws: Sequence[Array], predictor: Predictor[Target]
) -> Array | None:
    """Return sorted scores of rows that were not trained on, as if by all networks.

    A score says how far a row is from its prediction: see `Target.scores`. A row is predicted by
    the mean of the networks that hold it out, as in cross-conformal prediction (Vovk 2015,
    "Cross-conformal predictors"; Kim, Xu & Barber 2020, "Predictive inference is free with the
    jackknife+-after-bootstrap"). Means of fewer networks than predict new rows are further off:
    the log of their scores is taken to be linear in one over the number of networks, and rows
    that two networks hold out tell the slope.

    Parameters
    ----------
    validations : sequence of Validation
    raws : sequence of ndarray
        Raw predictions of the networks that each validation is of.
    predictor : Predictor
        Of all networks.

    Returns
    -------
    scores : ndarray of shape (n_scores, n_outputs) or None
        In increasing order; None without such rows.
    """
    if not validations:
        return None
    if validations[0].positions.size == 0:
        # validation data, which no network was trained on
        return _sorted(_scores(predictor, raws[0], validations[0].rows.y))
    positions = np.concatenate([validation.positions for validation in validations])
    y = np.concatenate([validation.rows.y for validation in validations])
    of_one = np.concatenate([raw[0] for raw in raws])
    slope = _log_gain(predictor, validations, raws)
    scores = []
    for rows in _by_number_of_networks(positions):
        own = _scores(predictor, of_one[rows], y[rows[0]])
        n_more = 1 / len(rows) - 1 / len(predictor.networks)
        scores.append(own * np.exp(2 * n_more * slope))
    return _sorted(np.concatenate(scores))


def _scores(predictor: Predictor[Target], raws: Array, y: Array) -> Array:
    """Return the scores of the mean of networks; `raws` is (n_networks, n_rows, n_raw)."""
    factor = raws.dtype.type(predictor.inverse_temperature)
    return predictor.target.scores(predictor.join(factor * raws), y)


def _by_number_of_networks(positions: Array) -> list[Array]:
    """Return indices of `positions`, of shape (n_networks, n_rows): columns of equal entries."""
    order = np.argsort(positions, kind="stable")
    _, first, count = np.unique(positions[order], return_index=True, return_counts=True)
    numbers = np.unique(count).tolist()
    return [order[first[count == n] + np.arange(n)[:, None]] for n in numbers]


def _log_gain(
    predictor: Predictor[Target], validations: Sequence[Validation], raws: Sequence[Array]
) -> Array | float:
    """Return the log of the scores' ratio, of two networks to one, for each output; at most 0."""
    alone, together = [], []
    for (one, own), (other, others) in combinations(zip(validations, raws, strict=True), 2):
        _, i, j = np.intersect1d(
            one.positions, other.positions, assume_unique=True, return_indices=True
        )
        if not i.size:
            continue
        both, y = np.stack([own[0, i], others[0, j]]), one.rows.y[i]
        alone += [_scores(predictor, raw[None], y) for raw in both]
        together.append(_scores(predictor, both, y))
    if sum(map(len, together)) < MIN_SHARED:
        return 0.0
    sizes = [_trimmed_mean(np.concatenate(scores)) for scores in (together, alone)]
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.log(sizes[0] / sizes[1])
    return np.clip(np.where(np.isfinite(gain), gain, 0.0), LARGEST_GAIN, 0.0)


def _trimmed_mean(scores: Array) -> Array:
    kept = int(np.ceil(len(scores) * (1 - TRIMMED)))
    return np.asarray(np.sort(scores, axis=0)[:kept].mean(axis=0))


def _sorted(scores: Array) -> Array:
    # a score that is not a number is as far off as can be
    scores = np.sort(np.where(np.isnan(scores), np.inf, scores), axis=0)
    if len(scores) <= MAX_SCORES:
        return scores
    return scores[np.linspace(0, len(scores) - 1, MAX_SCORES).round().astype(int)]


def threshold(scores: Array | None, coverage: float, method: str) -> Array:
    """Return the score that a new row has at most, with a probability of `coverage`.

    Parameters
    ----------
    scores : ndarray of shape (n_scores, n_outputs) or None
    coverage : float
    method : str
        The public method, for errors.

    Returns
    -------
    threshold : ndarray of shape (n_outputs,)
    """
    if not (is_a(coverage, Real) and 0 < coverage < 1):
        raise ValueError(f"coverage must be a number between 0 and 1, got {coverage!r}.")
    if scores is None:
        raise ValueError(
            f"{method} needs rows that were held out in fit and count alike, and this estimator "
            "has none: it held none out, was fitted with sample_weight or partial_fit, predicts "
            "several numbers at once by a loss of its own, or is from_sklearn or an earlier file; "
            "fit again with early_stopping=True or with X_val and "
            "y_val, without sample_weight."
        )
    position = int(np.ceil(coverage * (len(scores) + 1)))
    if position > len(scores):
        most = np.floor(1e4 * len(scores) / (len(scores) + 1)) / 1e4
        raise ValueError(
            f"coverage={coverage} needs more held-out rows than the {len(scores)} of this fit; "
            f"lower it to {most:g} at most, or fit with more rows."
        )
    return np.asarray(scores[position - 1])
