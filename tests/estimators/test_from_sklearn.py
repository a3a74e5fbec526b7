"""Migration: an MLP, fitted or not, becomes an estimator that does the same."""

import pickle

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    make_multilabel_classification,
)
from sklearn.neural_network import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CLASSIFICATION = {
    "binary": load_breast_cancer(return_X_y=True),
    "multiclass": load_iris(return_X_y=True),
    "strings": (load_iris().data, load_iris().target_names[load_iris().target]),
    "multilabel": make_multilabel_classification(random_state=0),
}


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("problem", CLASSIFICATION)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_fitted_classifier_predicts_the_same(problem, activation, dtype):
    X, y = CLASSIFICATION[problem]
    X = X.astype(dtype)
    mlp = MLPClassifier((7, 5), activation=activation, max_iter=15, random_state=0).fit(X, y)
    dense = PlainClassifier.from_sklearn(mlp)
    tolerance = 1e-12 if dtype == np.float64 else 1e-6
    np.testing.assert_allclose(
        dense.predict_proba(X), mlp.predict_proba(X), rtol=0, atol=tolerance
    )
    np.testing.assert_array_equal(dense.predict(X), mlp.predict(X))
    np.testing.assert_array_equal(dense.classes_, mlp.classes_)
    assert dense.predict_proba(X).dtype == mlp.predict_proba(X).dtype
    assert dense.score(X, y) == mlp.score(X, y)


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_fitted_regressor_predicts_the_same(n_outputs, solver):
    X, y = load_diabetes(return_X_y=True)
    y = y if n_outputs == 1 else np.column_stack([y, -y, y**0.5])
    mlp = MLPRegressor(hidden_layer_sizes=(9,), solver=solver, max_iter=15, random_state=0)
    dense = PlainRegressor.from_sklearn(mlp.fit(X, y))
    np.testing.assert_allclose(dense.predict(X), mlp.predict(X), rtol=1e-12)
    assert dense.predict(X).shape == y.shape
    copy = pickle.loads(pickle.dumps(dense))
    np.testing.assert_array_equal(copy.predict(X), dense.predict(X))


@pytest.mark.parametrize(("fitted_on", "predicts"), [("f8", "f4"), ("f4", "f8")])
def test_the_dtype_may_change_after_the_fit(fitted_on, predicts):
    X, y = load_diabetes(return_X_y=True)
    mlp = MLPRegressor(hidden_layer_sizes=(9,), max_iter=15, random_state=0)
    mlp.fit(X.astype(fitted_on), y.astype(fitted_on))
    dense = PlainRegressor.from_sklearn(mlp)
    expected, X = mlp.predict(X.astype(predicts)), X.astype(predicts)
    tolerance = 1e-12 if fitted_on == "f8" else 1e-5  # there in float64, here as it trained
    np.testing.assert_allclose(dense.predict(X), expected, rtol=tolerance)
    assert dense.predict(X).dtype == expected.dtype == np.float64


@pytest.mark.parametrize("early_stopping", [False, True])
def test_the_history_comes_along(early_stopping):
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    mlp = MLPClassifier(8, max_iter=9, early_stopping=early_stopping, random_state=0).fit(X, y)
    dense = PlainClassifier.from_sklearn(mlp)
    for name in (
        "n_iter_ t_ loss_ loss_curve_ best_loss_ validation_scores_ best_validation_score_ "
        "n_layers_ n_outputs_ out_activation_ n_features_in_"
    ).split():
        assert getattr(dense, name) == getattr(mlp, name), name
    np.testing.assert_array_equal(dense.feature_names_in_, mlp.feature_names_in_)


def test_settings_come_along():
    mlp = MLPRegressor(
        hidden_layer_sizes=(3, 4), solver="sgd", learning_rate="adaptive", alpha=0.5, tol=1e-3
    )
    dense = PlainRegressor.from_sklearn(mlp)
    params, its = dense.get_params(), mlp.get_params()
    # what "auto" means there
    assert its["batch_size"] == "auto"
    assert {name: params[name] for name in its} == {**its, "batch_size": 200}
    assert (dense.feature_scaling, dense.target_scaling, dense.dtype) == (None, None, None)
    given = PlainRegressor.from_sklearn(MLPRegressor(batch_size=7))
    assert given.batch_size == 7
    assert not hasattr(dense, "coefs_")


def test_schedules_that_adam_ignores_there_stay_ignored():
    X, y = load_iris(return_X_y=True)
    mlp = MLPClassifier(learning_rate="invscaling", max_iter=5, random_state=0)
    dense = PlainClassifier.from_sklearn(mlp).fit(X, y)
    np.testing.assert_allclose(dense.loss_curve_, mlp.fit(X, y).loss_curve_, rtol=1e-10)


def test_the_original_is_left_alone():
    X, y = load_iris(return_X_y=True)
    mlp = MLPClassifier(5, max_iter=5, warm_start=True, random_state=0).fit(X, y)
    before = [coef.copy() for coef in mlp.coefs_]
    dense = PlainClassifier.from_sklearn(mlp).fit(X, y)
    assert not np.allclose(dense.coefs_[0], before[0])
    for now, then in zip(mlp.coefs_, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_fitted_one_trains_on():
    X, y = load_iris(return_X_y=True)
    mlp = MLPClassifier(5, max_iter=50, random_state=0).fit(X, y)
    dense = PlainClassifier.from_sklearn(mlp)
    for _ in range(50):
        dense.partial_fit(X, y)
    assert dense.loss_ < mlp.loss_
    assert dense.t_ == mlp.t_ + 50 * len(X)


def test_a_single_class_keeps_one_probability():
    X = np.random.RandomState(0).standard_normal((10, 2))
    mlp = MLPClassifier(3, max_iter=2, random_state=0).fit(X, ["a"] * 10)
    dense = PlainClassifier.from_sklearn(mlp)
    assert dense.predict_proba(X).shape == (10, 1)
    np.testing.assert_array_equal(dense.predict(X), ["a"] * 10)


@pytest.mark.parametrize(
    ("cls", "wrong"),
    [
        (PlainClassifier, MLPRegressor()),
        (PlainRegressor, MLPClassifier()),
        (PlainRegressor, None),
    ],
)
def test_anything_else_is_refused(cls, wrong):
    with pytest.raises(TypeError, match=f"mlp must be an MLP.*, got {type(wrong).__name__}"):
        cls.from_sklearn(wrong)
