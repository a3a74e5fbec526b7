"""What "auto" stands for: by the number of rows, the solver, and the way of training."""

from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.neural_network import MLPClassifier

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense._settings.auto import (
    FEWEST_NETWORKS,
    FULL_RATE_STEPS,
    LINK_RATE,
    MIN_STEPS,
    MOST_NETWORKS,
    NETWORK_ROWS,
    PLAIN_RATE,
    RECIPE,
    SLOW,
    STREAM,
    TINY_ROWS,
    n_batch_rows,
    n_epochs,
    n_networks,
)
from skdense._settings.embeddings import EMBEDDED_COLUMNS, EMBEDDINGS, HALF
from skdense.engine import NumericEmbedding

QUICK = {"hidden_layer_sizes": (8,), "n_estimators": 2, "random_state": 0}


def rows(n, n_features=3):
    X = np.random.RandomState(0).standard_normal((n, n_features))
    return X, X @ np.arange(1, n_features + 1)


def test_more_rows_take_fewer_epochs_and_more_steps():
    sizes = [400, 2_000, 8_000, 20_000, 100_000, 10**6]
    of_epoch = [ceil(n / n_batch_rows(n, n)) for n in sizes]
    epochs = [n_epochs(*how) for how in zip(sizes, of_epoch, strict=True)]
    assert epochs[:3] == [RECIPE.max_iter] * 3
    assert all(more > fewer for more, fewer in pairwise(epochs[2:]))
    assert min(epochs) == n_epochs(10**9, 10**7) == 8
    steps = [n * m for n, m in zip(of_epoch, epochs, strict=True)]
    assert all(fewer < more for fewer, more in pairwise(steps))


@pytest.mark.parametrize("n_rows", [1, 2, 10, 80, 128, 150, 200, 300])
def test_few_rows_take_enough_steps(n_rows):
    n_steps = ceil(n_rows / n_batch_rows(n_rows, n_rows))
    n = n_epochs(n_rows, n_steps)
    assert n * n_steps >= MIN_STEPS
    assert n == RECIPE.max_iter or (n - 1) * n_steps < MIN_STEPS  # and no more than that


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
        "n_estimators": n_networks(400),
        "feature_scaling": "robust",
        "numeric_embedding": EMBEDDINGS,
        "target_encoding": True,
        "initialization": "data",
        "dropout": 0.15,
        "dropout_schedule": "flat_cosine",
        "weight_decay": 0.02,
        "weight_decay_schedule": "flat_cosine",
        "batch_size": 60,
        "learning_rate": "coslog4",
        "learning_rate_init": PLAIN_RATE,
        "max_iter": n_epochs(400, 6),
        "early_stopping": True,
    }
    assert len(recipe.networks_) == n_networks(400)
    assert recipe.n_iter_ == n_epochs(400, 6)


@pytest.mark.parametrize(
    ("n_rows", "expected"),
    [
        (TINY_ROWS - 1, FEWEST_NETWORKS),
        (TINY_ROWS, MOST_NETWORKS),
        (NETWORK_ROWS // MOST_NETWORKS, MOST_NETWORKS),
        (NETWORK_ROWS // 7, 7),
        (NETWORK_ROWS // 7 + 1, 6),
        (NETWORK_ROWS // FEWEST_NETWORKS, FEWEST_NETWORKS),
        (10**7, FEWEST_NETWORKS),
    ],
)
def test_more_rows_train_fewer_networks(n_rows, expected):
    assert n_networks(n_rows) == expected


@pytest.mark.parametrize("n_rows", [300, NETWORK_ROWS // 7])
def test_few_rows_train_more_networks(n_rows):
    assert MOST_NETWORKS > FEWEST_NETWORKS == RECIPE.n_estimators >= STREAM.n_estimators
    small = {"hidden_layer_sizes": (2,), "numeric_embedding": None, "random_state": 0}
    net = DenseNetRegressor(max_iter=1, **small).fit(*rows(n_rows))
    assert len(net.networks_) == net.resolved_params_["n_estimators"] == n_networks(n_rows)
    # a batch of any size does not tell how many rows follow
    stream = DenseNetRegressor(**small).partial_fit(*rows(n_rows))
    assert len(stream.networks_) == STREAM.n_estimators


@pytest.mark.parametrize(
    ("n_columns", "expected"),
    [
        (EMBEDDED_COLUMNS, EMBEDDINGS),
        (EMBEDDED_COLUMNS + 1, HALF),
        (2 * EMBEDDED_COLUMNS, HALF),
        (2 * EMBEDDED_COLUMNS + 1, None),
    ],
)
def test_many_columns_are_embedded_less(n_columns, expected):
    X, y = rows(100, n_columns)
    net = DenseNetRegressor(max_iter=1, **QUICK).fit(X, y)
    assert net.resolved_params_["numeric_embedding"] == expected
    assert (
        embedded(net)
        == {EMBEDDINGS: [n_columns] * 2, HALF: [0, n_columns], None: [0, 0]}[expected]
    )
    # unless the user wants it
    net.set_params(numeric_embedding="pbld").fit(X, y)
    assert "numeric_embedding" not in net.resolved_params_
    assert embedded(net) == [n_columns] * 2


def embedded(net):
    """The number of columns that each network embeds."""
    first = [network.layers[0] for network in net.networks_]
    return [one.n_columns if isinstance(one, NumericEmbedding) else 0 for one in first]


def test_only_columns_of_numbers_count():
    X, y = rows(100, EMBEDDED_COLUMNS + 1)
    X[:, 0] = np.arange(100) % 3
    net = DenseNetRegressor(max_iter=1, categorical_features=[0], **QUICK).fit(X, y)
    assert net.resolved_params_["numeric_embedding"] == EMBEDDINGS
    assert embedded(net) == [EMBEDDED_COLUMNS] * 2


def test_a_sine_over_few_rows_is_followed():
    X = np.linspace(-3, 3, 160)[:, None]
    y = np.sin(2 * X[:, 0])
    net = DenseNetRegressor(random_state=0).fit(X[::2], y[::2])
    auto = net.resolved_params_
    assert auto["batch_size"] == 80
    assert net.n_iter_ == auto["max_iter"] >= MIN_STEPS
    assert net.score(X[1::2], y[1::2]) > 0.98


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_three_epochs_are_better_than_the_mean(seed):
    rng = np.random.RandomState(seed)
    X = rng.standard_normal((600, 1))
    y = X[:, 0] + rng.standard_normal(600)
    net = DenseNetRegressor(max_iter=3, random_state=seed).fit(X[:300], y[:300])
    assert net.score(X[300:], y[300:]) > 0


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
    fitted = DenseNetRegressor(loss="gaussian", n_estimators=2, random_state=seed).fit(X, y)
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
    assert auto["learning_rate_init"] == pytest.approx(SLOW * PLAIN_RATE)
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
    [
        ({}, LINK_RATE),
        ({"learning_rate": "constant"}, SLOW * LINK_RATE),
        ({"solver": "sgd"}, SLOW * LINK_RATE),
    ],
)
def test_the_rate_suits_its_course(setting, rate):
    X, y = load_wine(return_X_y=True)
    fitted = DenseNetClassifier(max_iter=3, **setting, **QUICK)
    fitted.fit(X, y)
    assert fitted.resolved_params_["learning_rate_init"] == pytest.approx(rate)


@pytest.mark.filterwarnings("ignore:Training ended:sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("setting", "n_steps"),
    [
        ({}, FULL_RATE_STEPS),  # at least
        ({"max_iter": 1}, 4),
        ({"max_iter": 3, "batch_size": 27}, 30),
        ({"max_iter": 3, "batch_size": 270}, 3),
        ({"max_iter": 3, "batch_size": 27, "early_stopping": False}, 36),  # of all rows
        ({"max_iter": 50, "batch_size": 27}, FULL_RATE_STEPS),
        ({"max_iter": 1, "learning_rate": "cosine"}, 4),
        # what does not end, and links, have the same rate for any number of steps
        ({"max_iter": 1, "learning_rate": "constant"}, SLOW * FULL_RATE_STEPS),
        ({"max_iter": 1, "solver": "sgd"}, SLOW * FULL_RATE_STEPS),
        ({"max_iter": 1, "loss": "poisson"}, LINK_RATE / PLAIN_RATE * FULL_RATE_STEPS),
    ],
)
def test_few_steps_of_a_regressor_take_a_lower_rate(setting, n_steps):
    X, y = rows(300)
    rate = DenseNetRegressor(**setting, **QUICK).fit(X, abs(y)).resolved_params_
    expected = PLAIN_RATE * n_steps / FULL_RATE_STEPS
    assert rate["learning_rate_init"] == pytest.approx(expected)


def test_given_rows_leave_all_steps_to_the_others():
    X, y = rows(300)
    net = DenseNetRegressor(max_iter=3, batch_size=30, **QUICK)
    auto = net.fit(X, y, X_val=X, y_val=y).resolved_params_
    assert auto["learning_rate_init"] == pytest.approx(PLAIN_RATE * 30 / FULL_RATE_STEPS)


def test_the_default_beats_the_mlp_on_raw_tables():
    X, y = load_diabetes(return_X_y=True, scaled=False)
    assert DenseNetRegressor(random_state=0).fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.35
    X, y = load_wine(return_X_y=True)
    mlp = MLPClassifier(max_iter=50, random_state=0, early_stopping=True)
    mine = DenseNetClassifier(random_state=0)
    scores = [model.fit(X[::2], y[::2]).score(X[1::2], y[1::2]) for model in (mine, mlp)]
    assert scores[0] > 0.95
    assert scores[0] > scores[1]
