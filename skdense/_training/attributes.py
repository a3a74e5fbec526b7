"""The fitted attributes, which an error leaves unchanged."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from sklearn.utils.validation import check_is_fitted

from skdense._prediction.predictor import Predictor
from skdense._settings.auto import Resolved
from skdense._settings.parameters import Parameters, is_auto
from skdense._settings.settings import Settings
from skdense._target.base import Target
from skdense._target.labels import Labels
from skdense._target.numbers import PlainNumbers
from skdense._training.trainer import Trainer
from skdense.engine import Epoch, Network, Stopping
from skdense.engine.typing import Array


class FittedAttributes:
    """Types of the fitted attributes; not in the estimators' dataclass, which has parameters."""

    _trainer: Trainer
    _predictor: Predictor[Any]
    network_: Network
    networks_: list[Network]
    resolved_params_: dict[str, Any]
    # in a fit alone, for callbacks
    remaining_seconds_: float | None
    n_iter_: int
    t_: int
    n_layers_: int
    n_outputs_: int
    out_activation_: str
    stopped_early_: bool
    loss_: float | None
    loss_curve_: list[float]
    validation_loss_curve_: list[float] | None
    validation_scores_: list[float] | None
    best_loss_: float | None
    best_validation_score_: float | None
    best_iter_: int | None
    n_features_in_: int
    feature_names_in_: Array


class FittedClassifierAttributes(FittedAttributes):
    """Fitted attributes of a classifier."""

    _predictor: Predictor[Labels]
    classes_: Any


class FittedRegressorAttributes(FittedAttributes):
    """Fitted attributes of a regressor."""

    _predictor: Predictor[PlainNumbers]


def check_is_predictor(estimator: FittedAttributes) -> None:
    """Raise NotFittedError unless the estimator can predict."""
    # scikit-learn's check would take a fifth of the time of predicting a row
    if not hasattr(estimator, "_predictor"):
        check_is_fitted(estimator)


def fitted_attributes(
    trainer: Trainer, predictor: Predictor[Target], epochs: list[Epoch], stopping: Stopping
) -> dict[str, Any]:
    """Return the fitted attributes after these epochs, by name."""
    losses = [epoch.loss for epoch in epochs]
    scores = [epoch.score for epoch in epochs if epoch.score is not None] or None
    # of a stream, the best of all its batches
    best = stopping.best if epochs else None
    best_loss = None if stopping.early or best is None else -best
    best_score = best if stopping.early else scores and max(scores)
    network, target = predictor.networks[0], predictor.target
    return {
        "_trainer": trainer,
        "_predictor": predictor,
        "network_": network,
        "networks_": predictor.networks,
        "n_iter_": len(epochs),
        "t_": trainer.states[0].n_seen,
        "n_layers_": sum("coef" in views for views in network.views) + 1,
        "n_outputs_": target.n_raw,
        "out_activation_": target.out_activation,
        "stopped_early_": stopping.is_over,
        "loss_": losses[-1] if losses else None,
        "loss_curve_": losses,
        "validation_loss_curve_": [e.validation_loss for e in epochs] if scores else None,
        "validation_scores_": scores,
        "best_loss_": best_loss,
        "best_validation_score_": best_score,
        "best_iter_": stopping.best_number,
        **target.fitted_attributes(),
    }


def resolved_params(parameters: Parameters, settings: Settings) -> dict[str, Any]:
    """Return what replaced "auto", or a `max_iter` for which there was no time, by name."""
    values = {field.name: getattr(settings.resolved, field.name) for field in fields(Resolved)}
    return {
        name: value
        for name, value in values.items()
        if is_auto(getattr(parameters, name))
        or (name == "max_iter" and value != parameters.max_iter)
    }


@contextmanager
def unchanged_on_error(estimator: object) -> Iterator[None]:
    """Restore the attributes of the estimator after an error or Ctrl-C."""
    before = vars(estimator).copy()
    try:
        yield
    except BaseException:
        estimator.__dict__ = before
        raise
