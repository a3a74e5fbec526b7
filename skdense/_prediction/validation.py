"""Validation rows, and the scores of networks on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from math import isfinite
from numbers import Real
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import get_scorer

from skdense._input.rows import Rows
from skdense._prediction.predictor import Predictor
from skdense._target.base import Target
from skdense.engine import Data, forward_all, repeated_forward
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.loop import Validate
from skdense.engine.typing import Array

# From raw predictions and their mean loss to a score; higher is better.
Score = Callable[[Array, float], float]
Scoring = str | Callable[..., float] | None
# Names of the validation rows in errors.
GIVEN = "the validation data (X_val, y_val)"
HELD_OUT = "the rows held out to validate on"


@dataclass(frozen=True)
class Validation:
    """Rows on which networks are validated.

    Attributes
    ----------
    given : callable
        Returns the rows before encoding, for a scorer.
    rows : Rows
        Encoded target and weights, which include class weights and have mean 1.
    data : Data
        The same rows in the form that the networks take.
    predictor : Predictor
        Of all networks, or of the one for which these rows are held out.
    origin : str
        The name of the rows in errors.
    is_weighted : bool
        Whether the rows had weights before encoding.
    positions : ndarray of int
        Where held-out rows are in the table; empty for others.
    """

    given: Callable[[], Rows]
    rows: Rows
    data: Data
    predictor: Predictor[Target]
    origin: str
    is_weighted: bool
    positions: Array = field(default_factory=lambda: np.empty(0, int))

    def raws(self) -> Array:
        """Return raw predictions of each network, of shape (n_networks, n_rows, n_raw)."""
        return forward_all(self.predictor.networks, self.data.X)

    @classmethod
    def of_given(
        cls, given: Rows, predictor: Predictor[Target], weighter: Callable[[Rows], Rows]
    ) -> Self:
        """Return a validation of all networks on the validation data."""
        with named(GIVEN):
            encoded = Rows(given.X, predictor.target.encode(given.y), given.weight)
            rows = with_mean_weight_1(weighter(encoded).counted())
            data, is_weighted = predictor.data(rows), given.weight is not None
            return cls(lambda: given, rows, data, predictor, GIVEN, is_weighted)

    @classmethod
    def of_held_out(
        cls, positions: Array, given: Rows, rows: Rows, data: Data, predictor: Predictor[Target]
    ) -> Self:
        """Return a validation of one network on rows that are held out for it.

        `given`, `rows` and `data` are all rows of the table: before encoding, encoded and
        weighted, and in the form that the networks take.
        """
        # `given` and `data` have the features; a third copy of them would only take memory
        rows = replace(rows, X=np.empty((len(rows.y), 0))).take(positions)
        rows = with_mean_weight_1(rows.counted())
        data = replace(data.take(positions), weight=predictor.weight(rows.weight))
        is_weighted = given.weight is not None
        taken = partial(given.take, positions)
        return cls(taken, rows, data, predictor, HELD_OUT, is_weighted, positions)


def with_mean_weight_1(rows: Rows) -> Rows:
    """Return rows with weights of mean 1, which leave weighted means unchanged."""
    if rows.weight is None:
        return rows
    return replace(rows, weight=rows.weight / rows.weight.mean())


@contextmanager
def named(origin: str) -> Iterator[None]:
    """Add the name of the rows to a ValueError."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"In {origin}: {error}") from error


def validator(
    validations: list[Validation],
    scoring: Scoring,
    view: Callable[[Predictor[Target]], BaseEstimator],
) -> Validate | None:
    """Return a function that returns mean loss and mean score of the networks when called.

    `view` returns a fitted estimator of the networks in training, for a scorer.
    """
    if not validations:
        return None
    parts = [_validator(v, scoring, view(v.predictor)) for v in validations]

    def validate() -> tuple[float, float]:
        losses, scores = zip(*(part() for part in parts), strict=True)
        return sum(losses) / len(losses), sum(scores) / len(scores)

    return validate


def _validator(validation: Validation, scoring: Scoring, view: BaseEstimator) -> Validate:
    predictor, data = validation.predictor, validation.data
    score = _score(validation, scoring, view)
    total, loss = data.total_weight, predictor.target.loss
    forward = repeated_forward(predictor.networks, data.X)

    def validate() -> tuple[float, float]:
        raw = predictor.join(forward())
        value = np.inf
        if np.isfinite(raw).all():
            gradient = np.empty_like(raw)
            with one_blas_thread:
                value = loss.value_and_gradient(raw, data.y, data.weight, gradient) / total
        if not np.isfinite(value):
            return np.inf, -np.inf
        with named(validation.origin):
            return value, _checked(score(raw, value), scoring)

    return validate


def _checked(value: object, scoring: Scoring) -> float:
    if not (isinstance(value, Real) and isfinite(value)):
        raise ValueError(
            f"scoring={scoring!r} must return a finite number, got {value!r}; give other rows or "
            "choose another scorer."
        )
    return float(value)


def _score(validation: Validation, scoring: Scoring, view: BaseEstimator) -> Score:
    if scoring is None:
        rows, target = validation.rows, validation.predictor.target
        return lambda raw, loss: target.score(rows.y, target.decide(raw), rows.weight)
    if scoring == "loss":
        return lambda raw, loss: -loss
    return _by_scorer(scoring, view, validation.given())


def _by_scorer(scoring: Scoring, estimator: BaseEstimator, rows: Rows) -> Score:
    """Return the score of a fitted `estimator` by a scorer of scikit-learn."""
    scorer = get_scorer(scoring)
    weight = {} if rows.weight is None else {"sample_weight": rows.weight}

    def score(raw: Array, loss: float) -> float:
        try:
            return scorer(estimator, rows.X, rows.y, **weight)
        except Exception as error:
            weighted = " with sample_weight" if weight else ""
            raise ValueError(
                f"scoring={scoring!r} failed{weighted} ({type(error).__name__}: {error}); give a "
                "scorer, such as sklearn.metrics.make_scorer makes, that suits these rows."
            ) from error

    return score
