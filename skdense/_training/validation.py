"""Rows that are not trained on, and the score of a network on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import isfinite
from numbers import Real
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import get_scorer

from skdense._input.rows import Rows
from skdense._target.base import Target
from skdense._training.predictor import Predictor
from skdense.engine import Data, repeated_forward
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.loop import Validate
from skdense.engine.typing import Array

# From raw predictions and their mean loss to a score; more is better.
Score = Callable[[Array, float], float]
Scoring = str | Callable[..., float] | None
# Where validation rows come from, in words.
GIVEN = "the validation data (X_val, y_val)"
HELD_OUT = "the rows held out to validate on"


@dataclass(frozen=True)
class Validation:
    """Rows on which networks are validated.

    Attributes
    ----------
    given : callable
        Returns the rows as they were given, for a scorer.
    rows : Rows
        Encoded, with weights of mean 1 that count as in training.
    data : Data
        The same as the networks take them.
    predictor : Predictor
        All networks, or the one for which these rows are held out.
    origin : str
        Where the rows come from, in words.
    """

    given: Callable[[], Rows]
    rows: Rows
    data: Data
    predictor: Predictor[Target]
    origin: str

    @classmethod
    def of_given(
        cls, given: Rows, predictor: Predictor[Target], weighter: Callable[[Rows], Rows]
    ) -> Self:
        """Return a validation of all networks on rows of their own."""
        with named(GIVEN):
            encoded = Rows(given.X, predictor.target.encode(given.y), given.weight)
            rows = with_mean_weight_1(weighter(encoded).counted())
            return cls(lambda: given, rows, predictor.data(rows), predictor, GIVEN)

    @classmethod
    def of_held_out(
        cls, positions: Array, given: Rows, rows: Rows, data: Data, predictor: Predictor[Target]
    ) -> Self:
        """Return a validation of one network on rows that are held out for it.

        `given`, `rows` and `data` are all rows of the table, as given, encoded and weighted, and
        as the networks take them.
        """
        rows = with_mean_weight_1(rows.take(positions).counted())
        data = replace(data.take(positions), weight=predictor.weight(rows.weight))
        return cls(lambda: given.take(positions), rows, data, predictor, HELD_OUT)


def with_mean_weight_1(rows: Rows) -> Rows:
    """Return rows whose weights have mean 1, as only means are made of them."""
    if rows.weight is None:
        return rows
    return replace(rows, weight=rows.weight / rows.weight.mean())


@contextmanager
def named(origin: str) -> Iterator[None]:
    """Say of an error which of two tables it means."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"In {origin}: {error}") from error


def validator(
    validations: list[Validation],
    scoring: Scoring,
    view: Callable[[Predictor[Target]], BaseEstimator],
) -> Validate | None:
    """Return a function that returns mean loss and mean score of the networks as they are then.

    `view` returns an estimator in training, for a scorer to look at.
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
    """Return the score that a scorer of scikit-learn gives a fitted `estimator`."""
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
