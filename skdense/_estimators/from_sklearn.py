"""Convert scikit-learn's MLPs, fitted or not, to equivalent estimators."""

from copy import deepcopy
from typing import Any, TypeVar

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from skdense._input.rows import Rows
from skdense._settings.auto import Call
from skdense._settings.parameters import Parameters
from skdense._settings.resolve import resolve
from skdense._table.table import Table
from skdense._target.base import Target
from skdense._target.labels import Multilabel
from skdense._training.attributes import fitted_attributes
from skdense._training.trainer import Trainer
from skdense.engine.typing import Array

Kind = TypeVar("Kind", bound=Parameters)


# Parameters that scikit-learn's MLPs do not have, at the values that match their behavior.
SAME: dict[str, Any] = {
    "n_estimators": 1,
    "categorical_features": None,
    "target_encoding": False,
    "feature_scaling": None,
    "numeric_embedding": None,
    "input_scale": False,
    "parametrization": "standard",
    "initialization": "random",
    "dropout": 0.0,
    "weight_decay": 0.0,
    "dtype": None,
}


SAME_CLASSES: dict[str, Any] = {"label_smoothing": 0.0, "temperature_scaling": False}
SAME_NUMBERS: dict[str, Any] = {"target_scaling": None}


# scikit-learn's batch_size="auto".
BATCH_ROWS = 200


# Fitted attributes that are copied as they are.
HISTORY = (
    "n_iter_",
    "t_",
    "loss_",
    "best_loss_",
    "loss_curve_",
    "validation_loss_curve_",
    "validation_scores_",
    "best_validation_score_",
    "best_iter_",
    "n_layers_",
    "n_outputs_",
    "out_activation_",
    "n_features_in_",
    "feature_names_in_",
)


def adopt_classifier(cls: type[Kind], mlp: MLPClassifier) -> Kind:
    """Return a `cls` with the settings and, if fitted, the fit of an MLPClassifier."""
    classifier = cls(**_settings(mlp, MLPClassifier), **SAME, **SAME_CLASSES)
    if _is_fitted(mlp):
        _adopt_fit(classifier, mlp, _labels(mlp, classifier))
    return classifier


def adopt_regressor(cls: type[Kind], mlp: MLPRegressor) -> Kind:
    """Return a `cls` with the settings and, if fitted, the fit of an MLPRegressor."""
    regressor = cls(**_settings(mlp, MLPRegressor), **SAME, **SAME_NUMBERS)
    if _is_fitted(mlp):
        shape = (1,) if mlp.n_outputs_ == 1 else (1, mlp.n_outputs_)
        _adopt_fit(regressor, mlp, regressor._make_target(_rows(mlp, np.zeros(shape))))
    return regressor


def _settings(
    mlp: MLPClassifier | MLPRegressor, kind: type[MLPClassifier | MLPRegressor]
) -> dict[str, Any]:
    if not isinstance(mlp, kind):
        raise TypeError(f"mlp must be an {kind.__name__}, got {type(mlp).__name__}.")
    settings = deepcopy(mlp.get_params(deep=False))
    if settings["batch_size"] == "auto":
        settings["batch_size"] = BATCH_ROWS
    if mlp.solver != "sgd":
        # scikit-learn uses schedules only with SGD
        settings["learning_rate"] = "constant"
    return settings


def _is_fitted(mlp: MLPClassifier | MLPRegressor) -> bool:
    return hasattr(mlp, "coefs_")


def _labels(mlp: MLPClassifier, classifier: Parameters) -> Target:
    if mlp.out_activation_ == "logistic" and mlp.n_outputs_ > 1:
        return Multilabel([np.array([0, 1])] * mlp.n_outputs_)
    return classifier._make_target(_rows(mlp, mlp.classes_), mlp.classes_)


def _rows(mlp: MLPClassifier | MLPRegressor, y: Array) -> Rows:
    """Return an empty table in the dtype that the MLP was fitted in, beside `y`."""
    return Rows(np.empty((0, mlp.n_features_in_), mlp.coefs_[0].dtype), y, None)


def _adopt_fit(estimator: Parameters, mlp: MLPClassifier | MLPRegressor, target: Target) -> None:
    rows = _rows(mlp, np.empty(0))
    # no rows are needed, as no parameter is "auto"
    call = Call(0, rows.X.dtype, mlp.n_features_in_, False, None, False, False, {})
    settings = resolve(estimator, target, call)
    trainer = Trainer.new(estimator, settings, rows, Table(), target)
    trainer.is_new = False
    views = trainer.predictor.networks[0].views
    for mine, its in (("coef", mlp.coefs_), ("intercept", mlp.intercepts_)):
        for own, values in zip([own for own in views if mine in own], its, strict=True):
            own[mine][...] = values
    trainer.states[0].n_seen = mlp.t_
    predictor, stopping = trainer.predictor, trainer.stream
    vars(estimator).update(fitted_attributes(trainer, predictor, [], stopping))
    vars(estimator)["stopped_early_"] = False
    for name in HISTORY:
        if name != "feature_names_in_" or hasattr(mlp, name):
            setattr(estimator, name, deepcopy(getattr(mlp, name, None)))
