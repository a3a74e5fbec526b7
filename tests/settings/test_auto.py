"""What "auto" stands for: by the number of rows, the solver, and the way of training."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.neural_network import MLPClassifier

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense._settings.auto import n_batch_rows, n_epochs

QUICK = {"hidden_layer_sizes": (8,), "n_estimators": 2, "random_state": 0}


def rows(n, n_features=3):
    X = np.random.RandomState(0).standard_normal((n, n_features))
    return X, X @ np.arange(1, n_features + 1)


def test_more_rows_take_fewer_epochs_and_more_steps():
    sizes = [10, 8_000, 20_000, 100_000, 10**6]
    assert [n_epochs(n) for n in sizes] == [48, 48, 30, 14, 8]
    steps = [n * n_epochs(n) for n in sizes]
    assert all(fewer < more for fewer, more in pairwise(steps))


@pytest.mark.parametrize("n_rows", [1, 2, 63, 64, 65, 129, 300, 1_000, 4_000, 4_097, 10**6])
def test_batches_are_of_equal_size(n_rows):
    size = n_batch_rows(n_rows, n_rows)
    n_batches = -(-n_rows // size)
    assert size <= 320
    assert size * n_batches - n_rows < n_batches  # all full but for one row each
    if n_rows >= 128:
        assert size >= 48


def test_what_the_recipe_was_is_told():
    X, y = rows(400)
    recipe = DenseNetRegressor(hidden_layer_sizes=(8,), random_state=0).fit(X, y)
    assert recipe.resolved_params_ == {
        "n_estimators": 4,
        "feature_scaling": "robust",
        "target_encoding": True,
        "initialization": "data",
        "dropout": 0.15,
        "dropout_schedule": "flat_cosine",
        "weight_decay": 0.02,
        "weight_decay_schedule": "flat_cosine",
        "batch_size": 60,
        "learning_rate": "coslog4",
        "learning_rate_init": 0.2,
        "max_iter": 48,
        "early_stopping": True,
    }
    assert len(recipe.networks_) == 4
    assert recipe.n_iter_ == 48


def test_what_is_set_is_not_in_it():
    X, y = rows(50)
    fitted = DenseNetRegressor(max_iter=2, dropout=0.1, batch_size=7, **QUICK).fit(X, y)
    assert (
        not {"max_iter", "dropout", "batch_size", "n_estimators"} & fitted.resolved_params_.keys()
    )


@pytest.mark.parametrize(("n_rows", "expected"), [(99, (0.0, "random")), (100, (0.15, "data"))])
def test_few_rows_are_left_alone(n_rows, expected):
    auto = DenseNetRegressor(max_iter=1, **QUICK).fit(*rows(n_rows)).resolved_params_
    assert (auto["dropout"], auto["initialization"]) == expected


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_likelihood_starts_where_few_steps_do(seed):
    rng = np.random.RandomState(seed)
    X = rng.standard_normal((300, 1))
    y = X[:, 0] + 0.3 * rng.standard_normal(300)
    fitted = DenseNetRegressor(loss="gaussian", random_state=seed).fit(X, y)
    assert fitted.resolved_params_["initialization"] == "random"
    assert 0.2 < np.median(fitted.predict(X, return_std=True)[1]) < 0.45


@pytest.mark.parametrize(("n_rows", "holds_out"), [(199, False), (200, True)])
def test_rows_are_held_out_where_there_are_enough(n_rows, holds_out):
    fitted = DenseNetRegressor(max_iter=1, **QUICK).fit(*rows(n_rows))
    assert fitted.resolved_params_["early_stopping"] is holds_out
    assert (fitted.validation_scores_ is not None) is holds_out


def test_no_rows_are_held_out_of_too_many_classes():
    X, _ = rows(300)
    fitted = DenseNetClassifier(max_iter=1, **QUICK).fit(X, np.arange(300) % 40)
    assert fitted.resolved_params_["early_stopping"] is False
    assert fitted.validation_scores_ is None


def test_given_rows_stop_early_at_any_size():
    X, y = rows(60)
    fitted = DenseNetRegressor(max_iter=3, **QUICK).fit(X, y, X_val=X[:5], y_val=y[:5])
    assert fitted.resolved_params_["early_stopping"] is True
    assert fitted.resolved_params_["batch_size"] == 60  # none of them is held out
    assert len(fitted.validation_scores_) == 3


def test_a_stream_follows_no_plan():
    X, y = rows(300)
    auto = DenseNetRegressor(**QUICK).partial_fit(X, y).resolved_params_
    named = ("learning_rate", "dropout_schedule", "weight_decay_schedule", "early_stopping")
    assert [auto[name] for name in named] == ["constant", "constant", "constant", False]
    assert auto["learning_rate_init"] == pytest.approx(0.02)
    assert auto["feature_scaling"] == "standard"


def test_a_stream_of_batches_of_any_size_goes_on():
    X, y = rows(400)
    stream = DenseNetRegressor(**QUICK)
    for end in (50, 350, 400):
        stream.partial_fit(X[:end], y[:end])
    assert stream.resolved_params_["dropout"] == 0.0  # as the first batch had it
    assert np.isfinite(stream.predict(X)).all()


def test_fit_and_partial_fit_go_on_from_each_other():
    X, y = rows(300)
    fitted = DenseNetRegressor(max_iter=2, warm_start=True, **QUICK).fit(X, y)
    center = fitted.input_center_.copy()
    fitted.partial_fit(X, y).fit(X, y)
    np.testing.assert_array_equal(fitted.input_center_, center)
    streamed = DenseNetRegressor(max_iter=2, warm_start=True, **QUICK).partial_fit(X, y)
    streamed.fit(X, y)
    assert np.isfinite(streamed.predict(X)).all()


@pytest.mark.filterwarnings("ignore:L-BFGS ended:sklearn.exceptions.ConvergenceWarning")
def test_lbfgs_takes_what_suits_it():
    X, y = rows(300)
    fitted = DenseNetRegressor((4,), solver="lbfgs", alpha=1.0, random_state=0).fit(X, y)
    assert len(fitted.networks_) == 1
    assert fitted.resolved_params_["dropout"] == 0.0
    assert fitted.resolved_params_["max_iter"] == 200
    assert fitted.score(X, y) > 0.99


@pytest.mark.filterwarnings("ignore:Training ended:sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("setting", "rate"),
    [({}, 0.04), ({"learning_rate": "constant"}, 0.004), ({"solver": "sgd"}, 0.004)],
)
def test_the_rate_suits_its_course(setting, rate):
    X, y = load_wine(return_X_y=True)
    fitted = DenseNetClassifier(max_iter=3, **setting, **QUICK)
    fitted.fit(X, y)
    assert fitted.resolved_params_["learning_rate_init"] == pytest.approx(rate)


def test_the_default_beats_the_mlp_on_raw_tables():
    X, y = load_diabetes(return_X_y=True, scaled=False)
    assert DenseNetRegressor(random_state=0).fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.35
    X, y = load_wine(return_X_y=True)
    mlp = MLPClassifier(max_iter=50, random_state=0, early_stopping=True)
    mine = DenseNetClassifier(random_state=0)
    scores = [model.fit(X[::2], y[::2]).score(X[1::2], y[1::2]) for model in (mine, mlp)]
    assert scores[0] > 0.95
    assert scores[0] > scores[1]
