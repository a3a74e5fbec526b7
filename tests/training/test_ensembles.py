"""Ensembles: networks trained together are what they would be apart, and predict their mean."""

import pickle
import threading

import numpy as np
import pytest
from ensembles import (
    EMBEDDINGS,
    QUICK,
    RECIPE,
    N,
    assert_same_bits,
    each_params,
    trained_apart,
    use_threads,
)
from plain import PlainClassifier, PlainRegressor
from threadpoolctl import ThreadpoolController

import skdense
from skdense._settings.auto import MOST_NETWORKS
from skdense.engine import DivergenceError, Network, SquaredError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
CASES = {
    "plain": (PlainRegressor, QUICK),
    "sgd": (PlainRegressor, {**QUICK, "solver": "sgd"}),
    "dropout": (PlainRegressor, {**QUICK, "dropout": 0.3}),
    "batch norm": (PlainRegressor, {**QUICK, "normalization": "batch"}),
    "average": (PlainRegressor, {**QUICK, "ema_decay": 0.9, "max_grad_norm": 0.1}),
    "no shuffle": (PlainRegressor, {**QUICK, "shuffle": False}),
    "quantiles": (PlainRegressor, {**QUICK, "loss": "quantile", "quantile": [0.2, 0.5, 0.9]}),
    "poisson": (PlainRegressor, {**QUICK, "loss": "poisson"}),
    "classes": (PlainClassifier, QUICK),
    "recipe, numbers": (skdense.DenseNetRegressor, RECIPE),
    "recipe, classes": (skdense.DenseNetClassifier, RECIPE),
}


@pytest.mark.parametrize("case", CASES)
def test_networks_are_those_that_are_trained_apart(case, numbers):
    (X, y), (cls, settings) = numbers, CASES[case]
    is_classifier = issubclass(cls, skdense.DenseNetClassifier)
    y = np.digitize(y, [-0.5, 0.5]) if is_classifier else y - y.min()
    apart = trained_apart(cls, settings, lambda net: net.fit(X, y))
    net = cls(n_estimators=N, random_state=0, **settings).fit(X, y)
    assert len(net.networks_) == N
    assert net.network_ is net.networks_[0]
    for network, alone in zip(net.networks_, apart, strict=True):
        np.testing.assert_allclose(network.params, alone.network_.params, rtol=1e-9, atol=1e-12)
    method = "predict_proba" if is_classifier else "predict"
    expected = np.mean([getattr(alone, method)(X) for alone in apart], axis=0)
    np.testing.assert_allclose(getattr(net, method)(X), expected, rtol=1e-9, atol=1e-12)
    curves = np.mean([alone.loss_curve_ for alone in apart], axis=0)
    np.testing.assert_allclose(net.loss_curve_, curves, rtol=1e-9)
    assert net.t_ == apart[0].t_ == 150 * net.n_iter_
    # and they are not the same ones
    assert len({float(params.sum()) for params in each_params(net)}) == N


@pytest.mark.parametrize("kind", ["two", "softmax", "labels", "outputs"])
def test_probabilities_of_any_target_are_the_mean(kind, numbers):
    X, y = numbers
    y = {
        "two": y > 0,
        "softmax": y > 0,
        "labels": (X > 0).astype(int),
        "outputs": np.column_stack([np.digitize(y, [-0.5, 0.5]), X[:, 0] > 0]),
    }[kind]
    settings = QUICK | {"output_activation": "softmax" if kind == "softmax" else None}
    apart = trained_apart(PlainClassifier, settings, lambda net: net.fit(X, y))
    net = PlainClassifier(n_estimators=N, random_state=0, **settings).fit(X, y)
    proba = net.predict_proba(X)
    parts = zip(*(alone.predict_proba(X) for alone in apart), strict=True)
    if kind != "outputs":
        proba, parts = [proba], [[alone.predict_proba(X) for alone in apart]]
    for together, alone in zip(proba, parts, strict=True):
        np.testing.assert_allclose(together, np.mean(alone, axis=0), rtol=1e-9, atol=1e-12)
    logs = net.predict_log_proba(X)
    for log_proba, together in zip(logs if kind == "outputs" else [logs], proba, strict=True):
        np.testing.assert_allclose(np.exp(log_proba), together, rtol=1e-9)
    if kind == "two":
        np.testing.assert_array_equal(net.predict(X), proba[0][:, 1] > 0.5)
        np.testing.assert_array_equal(net.decision_function(X) > 0, net.predict(X))


def test_one_vs_rest_shares_out_the_mean_of_each_class(numbers):
    X, y = numbers[0], np.digitize(numbers[1], [-0.5, 0.5])
    settings = QUICK | {"output_activation": "logistic"}
    apart = trained_apart(PlainClassifier, settings, lambda net: net.fit(X, y))
    net = PlainClassifier(n_estimators=N, random_state=0, **settings).fit(X, y)
    mean = np.mean([1 / (1 + np.exp(-alone.decision_function(X))) for alone in apart], axis=0)
    expected = mean / mean.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(net.predict_proba(X), expected, rtol=1e-9)


def test_the_spread_of_a_gaussian_is_that_of_the_mixture(numbers):
    X, y = numbers
    settings = QUICK | {"loss": "gaussian"}
    apart = trained_apart(PlainRegressor, settings, lambda net: net.fit(X, y))
    net = PlainRegressor(n_estimators=N, random_state=0, **settings).fit(X, y)
    means, stds = np.array([alone.predict(X, return_std=True) for alone in apart]).swapaxes(0, 1)
    mean, std = net.predict(X, return_std=True)
    np.testing.assert_allclose(mean, means.mean(axis=0), rtol=1e-9, atol=1e-12)
    expected = np.sqrt((stds**2 + means**2).mean(axis=0) - means.mean(axis=0) ** 2)
    np.testing.assert_allclose(std, expected, rtol=1e-8)


def test_weights_count_in_all_networks(numbers):
    X, y = numbers
    weight = 1.0 + np.arange(150) % 3
    apart = trained_apart(PlainRegressor, QUICK, lambda net: net.fit(X, y, weight))
    net = PlainRegressor(n_estimators=N, random_state=0, **QUICK).fit(X, y, weight)
    expected = np.mean([alone.predict(X) for alone in apart], axis=0)
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-9, atol=1e-12)


def test_networks_embed_in_turn(numbers):
    X, y = numbers
    settings = RECIPE | {"max_iter": 1, "numeric_embedding": ["pbld", None]}
    net = skdense.DenseNetRegressor(n_estimators=N, random_state=0, **settings).fit(X, y)
    named = [type(network.layers[0]).__name__ for network in net.networks_]
    assert named == ["PeriodicEmbedding", "Scale", "PeriodicEmbedding"]
    apart = trained_apart(skdense.DenseNetRegressor, settings, lambda net: net.fit(X, y))
    expected = np.mean([alone.predict(X) for alone in apart], axis=0)
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cls", [skdense.DenseNetClassifier, skdense.DenseNetRegressor])
def test_by_default_a_small_table_has_many_networks(cls, numbers):
    X, y = numbers[0], (numbers[1] > 0).astype(int)
    net = cls((4,), random_state=0, **RECIPE).fit(X, y)
    assert len(net.networks_) == net.resolved_params_["n_estimators"] == MOST_NETWORKS
    assert len({float(params.sum()) for params in each_params(net)}) == MOST_NETWORKS


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_networks_are_shared_out_among_threads_which_end(n, numbers, monkeypatch):
    class WatchedError(SquaredError):
        def rows(self, raw, y, gradient_out):
            seen.add(threading.current_thread().name)
            return super().rows(raw, y, gradient_out)

    use_threads(monkeypatch, n)
    before, seen = threading.active_count(), set()
    net = PlainRegressor(n_estimators=N, loss=WatchedError(), random_state=0, **QUICK)
    net.fit(*numbers)
    assert len(seen) == min(n, N)
    assert threading.active_count() == before


def test_fits_of_several_networks_restore_the_limits(numbers):
    controller = ThreadpoolController().select(user_api="blas")
    before = [library["num_threads"] for library in controller.info()]
    for seed in range(20):
        net = skdense.DenseNetRegressor((8,), n_estimators=N, max_iter=2, random_state=seed)
        net.fit(*numbers)
        assert [library["num_threads"] for library in controller.info()] == before


@pytest.mark.parametrize("cls", [PlainRegressor, skdense.DenseNetRegressor])
def test_a_warm_start_goes_on_with_all_networks(cls, numbers):
    X, y = numbers
    settings = {"learning_rate": "constant", "dropout_schedule": "constant"}
    settings |= {"weight_decay_schedule": "constant", "early_stopping": False, "random_state": 0}
    net = cls(n_estimators=N, max_iter=2, warm_start=True, **settings).fit(X, y)
    first = [params.copy() for params in each_params(net)]
    net.fit(X, y)
    for before, now in zip(first, each_params(net), strict=True):
        assert (before != now).any()
    long = cls(n_estimators=N, max_iter=4, **settings).fit(X, y)
    assert_same_bits(each_params(net), each_params(long))
    np.testing.assert_array_equal(net.predict(X), long.predict(X))


def test_another_number_of_networks_is_no_warm_start(numbers):
    net = PlainRegressor(n_estimators=N, warm_start=True, **QUICK).fit(*numbers)
    before, params = dict(vars(net)), [params.copy() for params in each_params(net)]
    with pytest.raises(ValueError, match="n_estimators.* changed since the first fit"):
        net.set_params(n_estimators=N + 1).fit(*numbers)
    with pytest.raises(ValueError, match="n_estimators.* changed since the first fit"):
        net.partial_fit(*numbers)
    assert {**vars(net), "n_estimators": N} == before
    assert_same_bits(each_params(net), params)


def stream(net, X, y):
    extra = {"classes": [0, 1]} if isinstance(net, skdense.DenseNetClassifier) else {}
    for start in range(0, 150, 50):
        net.partial_fit(X[start : start + 50], y[start : start + 50], **extra)
    return net


@pytest.mark.parametrize(
    ("cls", "settings"),
    [
        (PlainClassifier, {"dropout": 0.2, "dtype": "float64"}),
        (skdense.DenseNetClassifier, {"dtype": "float64", **EMBEDDINGS}),
        (skdense.DenseNetRegressor, {"dtype": "float64", "ema_decay": 0.9, **EMBEDDINGS}),
    ],
)
def test_a_stream_trains_all_networks(cls, settings, numbers):
    X, y = numbers[0], (numbers[1] > 0).astype(int)
    net = stream(cls(n_estimators=N, random_state=0, **settings), X, y)
    apart = trained_apart(cls, settings, lambda alone: stream(alone, X, y))
    for network, alone in zip(net.networks_, apart, strict=True):
        np.testing.assert_allclose(network.params, alone.network_.params, rtol=1e-9, atol=1e-12)
    assert net.t_ == 150


def test_a_stream_that_stops_early_ends_with_the_best_of_all_networks(numbers):
    X, y = numbers
    net = PlainRegressor(n_estimators=N, early_stopping=True, n_iter_no_change=3)
    net.set_params(learning_rate_init=0.05, batch_size=20, random_state=0)
    scores = []
    while not getattr(net, "stopped_early_", False):
        net.partial_fit(X[:100], y[:100], X_val=X[100:], y_val=y[100:])
        scores += net.validation_scores_
    assert net.score(X[100:], y[100:]) == pytest.approx(max(scores), rel=1e-9)


@pytest.mark.parametrize("cls", [skdense.DenseNetClassifier, skdense.DenseNetRegressor])
def test_a_pickle_predicts_and_goes_on_with_all_networks(cls, numbers):
    X, y = numbers[0], (numbers[1] > 0).astype(int)
    net = stream(cls(n_estimators=N, random_state=0), X, y)
    again = pickle.loads(pickle.dumps(net))
    assert len(again.networks_) == N
    assert again.network_ is again.networks_[0]
    np.testing.assert_array_equal(again.predict(X), net.predict(X))
    stream(net, X, y)
    stream(again, X, y)
    assert_same_bits(each_params(again), each_params(net))


def test_a_pickle_grows_by_the_parameters_of_each_network(numbers):
    one, five = (
        PlainRegressor(n_estimators=n, random_state=0, **QUICK).fit(*numbers) for n in (1, 5)
    )
    grown = len(pickle.dumps(five)) - len(pickle.dumps(one))
    # a random source has 5.4 kB
    assert grown < 4 * (one.network_.params.nbytes + 6_000)


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("which", range(N))
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_one_network_that_diverges_ends_the_training(which, n, method, numbers, monkeypatch):
    def initialize(self, rng):
        begin(self, rng)
        if len(begun) % N == which:
            self.params[:] = 1e200
        begun.append(self)

    use_threads(monkeypatch, n)
    net = PlainRegressor(n_estimators=N, random_state=0, **QUICK)
    if method == "fit":
        net.fit(*numbers)
    before, threads = dict(vars(net)), threading.active_count()
    begun, begin = [], Network.initialize
    monkeypatch.setattr(Network, "initialize", initialize)
    with pytest.raises(DivergenceError, match="diverged at epoch 1: the loss was"):
        getattr(net, method)(*numbers)
    assert len(begun) == N
    assert dict(vars(net)) == before
    assert threading.active_count() == threads


def test_lbfgs_trains_a_single_network(numbers):
    net = skdense.DenseNetRegressor(solver="lbfgs", max_iter=5, random_state=0).fit(*numbers)
    assert len(net.networks_) == 1
    before = dict(vars(net))
    with pytest.raises(ValueError, match="n_estimators=3 does not work with solver='lbfgs'"):
        net.set_params(n_estimators=N).fit(*numbers)
    assert {**vars(net), "n_estimators": "auto"} == before


def test_dropout_thins_all_networks(numbers):
    X, y = numbers[0], np.digitize(numbers[1], [-0.5, 0.5])
    net = PlainClassifier(n_estimators=N, dropout=0.3, random_state=0, **QUICK).fit(X, y)
    samples = net.predict_mc_dropout(X, n_samples=300, random_state=0)
    assert samples.shape == (300, 150, 3)
    np.testing.assert_allclose(samples.sum(axis=2), 1)
    np.testing.assert_allclose(samples.mean(axis=0), net.predict_proba(X), atol=0.1)
    alone = PlainClassifier(n_estimators=1, dropout=0.3, random_state=0, **QUICK).fit(X, y)
    spread = alone.predict_mc_dropout(X, n_samples=300, random_state=0).std(axis=0)
    # a mean of three
    assert samples.std(axis=0).mean() == pytest.approx(spread.mean() / np.sqrt(N), rel=0.2)
