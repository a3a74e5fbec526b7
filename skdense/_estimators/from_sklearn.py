"""From scikit-learn's MLP, fitted or not, to an estimator that does the same."""

from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from skdense._input.categories import Table
from skdense._target.base import Target
from skdense._target.labels import Multilabel, labels_of
from skdense._training.trainer import Model

# What scikit-learn's MLP does without saying so.
SAME = {
    "n_estimators": 1,
    "categorical_features": None,
    "feature_scaling": None,
    "numeric_embedding": None,
    "input_scale": False,
    "parametrization": "standard",
    "initialization": "random",
    "dropout": 0.0,
    "weight_decay": 0.0,
    "dtype": None,
}


SAME_CLASSES = {"label_smoothing": 0.0, "temperature_scaling": False}


BATCH_ROWS = 200


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


def adopt_classifier(cls: Any, mlp: Any) -> Any:
    """A `cls` with the settings, and the fit if there is one, of an MLPClassifier."""
    classifier = cls(**_settings(mlp, MLPClassifier), **SAME, **SAME_CLASSES)
    if _is_fitted(mlp):
        _adopt_fit(classifier, mlp, _labels(mlp, classifier._asked()))
        classifier.classes_ = classifier._model.target.public_classes
    return classifier


def adopt_regressor(cls: Any, mlp: Any) -> Any:
    """A `cls` with the settings, and the fit if there is one, of an MLPRegressor."""
    regressor = cls(**_settings(mlp, MLPRegressor), **SAME, target_scaling=None)
    if _is_fitted(mlp):
        shape = (1,) if mlp.n_outputs_ == 1 else (1, mlp.n_outputs_)
        y = np.zeros(shape, mlp.coefs_[0].dtype)
        _adopt_fit(regressor, mlp, regressor._make_target(y))
    return regressor


def _settings(mlp: Any, kind: Any) -> dict[str, Any]:
    if not isinstance(mlp, kind):
        raise TypeError(f"mlp must be an {kind.__name__}, got {type(mlp).__name__}.")
    settings = deepcopy(mlp.get_params(deep=False))
    if settings["batch_size"] == "auto":
        settings["batch_size"] = BATCH_ROWS
    if mlp.solver != "sgd":
        # schedules are for SGD alone there
        settings["learning_rate"] = "constant"
    return settings


def _is_fitted(mlp: Any) -> bool:
    return hasattr(mlp, "coefs_")


def _labels(mlp: Any, parameters: dict[str, Any]) -> Target:
    if mlp.out_activation_ == "logistic" and mlp.n_outputs_ > 1:
        return Multilabel([np.array([0, 1])] * mlp.n_outputs_)
    return labels_of(mlp.classes_, parameters, mlp.classes_)


def _adopt_fit(estimator: Any, mlp: Any, target: Target) -> None:
    X = np.empty((0, mlp.n_features_in_), mlp.coefs_[0].dtype)
    asked = estimator._asked()
    # of which nothing is "auto"
    model = Model.new(asked, X, Table(), target, [], asked)
    model.is_new = False
    for mine, its in (("coef", mlp.coefs_), ("intercept", mlp.intercepts_)):
        layers = [views for views in model.network.views if mine in views]
        for views, values in zip(layers, its, strict=True):
            views[mine][...] = values
    model.states[0].n_seen = mlp.t_
    estimator._model, estimator.network_ = model, model.network
    estimator.networks_ = model.networks
    estimator.stopped_early_ = False
    for name in HISTORY:
        if name != "feature_names_in_" or hasattr(mlp, name):
            setattr(estimator, name, deepcopy(getattr(mlp, name, None)))
