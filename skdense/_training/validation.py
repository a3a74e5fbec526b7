"""Rows that are not trained on, and the score of a network on them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.metrics import get_scorer

from skdense._input.categories import Table
from skdense._input.rows import Rows, check_rows
from skdense._training.trainer import Model
from skdense.engine import repeated_forward
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.loop import Validate
from skdense.engine.typing import Array

# From raw predictions and their mean loss to a score; more is better.
Score = Callable[[Array, float], float]


GIVEN = "the validation data (X_val, y_val)"


HELD_OUT = "the rows held out to validate on"


@dataclass(frozen=True)
class Validation:
    """Rows on which a model is validated.

    Attributes
    ----------
    given : Rows
        As they were given or held out.
    read : Rows
        With the target as read, weighed as the rows that train, in a unit of their own.
    model : Model
        All networks, or the one that does without these rows.
    origin : str
        Where the rows come from, in words.
    """

    given: Rows
    read: Rows
    model: Model
    origin: str

    @classmethod
    def of(cls, given: Rows, model: Model, weigher: Callable[[Rows], Rows], origin: str) -> Self:
        """From rows as they are; `weigher` gives rows, as read, all their weight."""
        with named(origin):
            read = weigher(model.read(given))
        # all that is made of these weights is a mean
        weight = None if read.weight is None else read.weight / read.weight.mean()
        return cls(given, Rows(read.X, read.y, weight), model, origin)


def given_validation(
    estimator: BaseEstimator, val: tuple[Any, Any, Any], *, table: Table, y_dtype: Any
) -> Rows | None:
    """The checked rows of (X_val, y_val, sample_weight_val), or None if there are none."""
    X, y, sample_weight = val
    if X is None and y is None:
        if sample_weight is not None:
            raise ValueError("sample_weight_val needs X_val and y_val; give all three.")
        return None
    if X is None or y is None:
        given, missing = ("X_val", "y_val") if y is None else ("y_val", "X_val")
        raise ValueError(f"{given} was given without {missing}; give both or neither.")
    with named(GIVEN):
        return check_rows(
            estimator, X, y, sample_weight, table=table, y_dtype=y_dtype, reset=False
        )


@contextmanager
def named(origin: str) -> Iterator[None]:
    """Says of an error which of two tables it means."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"In {origin}: {error}") from error


def validator(
    validations: list[Validation], scoring: Any, view: Callable[[Model], BaseEstimator]
) -> Validate:
    """A function of nothing: mean loss and mean score of the models as they are then.

    `view` makes an estimator in training of a model, for a scorer to look at.
    """
    parts = [_validator(validation, scoring, view(validation.model)) for validation in validations]

    def validate() -> tuple[float, float]:
        losses, scores = zip(*(part() for part in parts), strict=True)
        return sum(losses) / len(losses), sum(scores) / len(scores)

    return validate


def _validator(validation: Validation, scoring: Any, view: BaseEstimator) -> Validate:
    model = validation.model
    with named(validation.origin):
        data = model.data(validation.read)
    score = _score(validation, scoring, view)
    total, loss = data.total_weight, model.target.loss
    forward = repeated_forward(model.networks, data.X)

    def validate() -> tuple[float, float]:
        raw = model.join(forward())
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


def _checked(value: Any, scoring: Any) -> float:
    if not (isinstance(value, Real) and isfinite(value)):
        raise ValueError(
            f"scoring={scoring!r} must return a finite number, got {value!r}; give other rows or "
            "choose another scorer."
        )
    return float(value)


def _score(validation: Validation, scoring: Any, view: BaseEstimator) -> Score:
    if scoring is None:
        read, target = validation.read, validation.model.target
        return lambda raw, loss: target.score(read.y, target.decide(raw), read.weight)
    if scoring == "loss":
        return lambda raw, loss: -loss
    return _by_scorer(scoring, view, validation.given)


def _by_scorer(scoring: Any, estimator: BaseEstimator, rows: Rows) -> Score:
    """The score that a scorer of scikit-learn gives a fitted `estimator`."""
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
