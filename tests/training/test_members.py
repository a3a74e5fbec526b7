"""Ensembles: networks trained together are what they would be apart, and predict their mean."""

import pickle
import threading
from itertools import cycle

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from sklearn.metrics import accuracy_score, log_loss
from threadpoolctl import ThreadpoolController, threadpool_limits

import skdense
from skdense.engine import (
    CLASSIFICATION_LOSSES,
    REGRESSION_LOSSES,
    DivergenceError,
    Gaussian,
    Network,
    Quantile,
    SquaredError,
    Tweedie,
)
from skdense.engine.training import loop as training_module
from skdense.engine.training import step as step_module
from skdense.engine.training.shards import Lane

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N = 3
QUICK = {"max_iter": 4, "learning_rate_init": 0.01, "dtype": "float64"}


@pytest.fixture
def numbers(rng):
    X = rng.standard_normal((150, 4))
    return X, X[:, 0] * X[:, 1] + np.sin(X[:, 2])


def sources(seed=0):
    """Of three networks: that of all, and those that it draws the seeds of."""
    first = np.random.RandomState(seed)
    return [first, *map(np.random.RandomState, first.choice(2**31 - 1, N - 1))]


def trained_apart(cls, settings, fit):
    own, embeddings = dict(settings), settings.get("numeric_embedding", [None])
    apart = []
    for source, embedding in zip(sources(), cycle(embeddings)):
        own["numeric_embedding"] = embedding
        apart.append(fit(cls(n_estimators=1, random_state=source, **own)))
    return apart


def use_threads(monkeypatch, n):
    for module in (step_module, training_module):
        monkeypatch.setattr(module, "n_threads", lambda: n)


def each_params(net):
    return [network.params for network in net.networks_]


def assert_same_bits(some, others):
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one, other)


# apart


EMBEDDINGS = {"numeric_embedding": ["pbld", "piecewise_linear"]}
RECIPE = {"max_iter": 3, "early_stopping": False, "dtype": "float64", **EMBEDDINGS}
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


def test_by_default_there_are_four_networks(numbers):
    net = skdense.DenseNetRegressor(random_state=0, **RECIPE).fit(*numbers)
    assert len(net.networks_) == net.resolved_params_["n_estimators"] == 4


# threads


def fitted(X, y, cls=skdense.DenseNetClassifier, **settings):
    how = {"max_iter": 3, "random_state": 0} | settings
    return cls(n_estimators=N, **how).fit(X, y)


SETTINGS = {
    "recipe": {},
    "average, clipping": {"ema_decay": 0.9, "max_grad_norm": 0.1, "alpha": 0.01},
    "large": {"hidden_layer_sizes": (300, 300), "batch_size": 256, "numeric_embedding": None},
}


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_number_of_threads_changes_no_bit(kind, dtype, rng, monkeypatch):
    X = rng.standard_normal((600, 30))
    y, results = X[:, 0] * X[:, 1] > 0, []
    for n in (1, 2, 3):
        use_threads(monkeypatch, n)
        net = fitted(X, y, dtype=dtype, early_stopping=True, **SETTINGS[kind])
        results.append((*each_params(net), net.predict_proba(X), net.validation_loss_curve_))
    for others in results[1:]:
        assert_same_bits(others, results[0])


def test_limits_of_blas_change_no_bit(rng):
    X = rng.standard_normal((600, 30))
    y, results = X[:, 0] * X[:, 1], []
    for n in (1, 2, 3):
        with threadpool_limits(n, "blas"):
            net = fitted(X, y, skdense.DenseNetRegressor)
            results.append((*each_params(net), net.predict(X), net.validation_loss_curve_))
    for others in results[1:]:
        assert_same_bits(others, results[0])


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
        skdense.DenseNetRegressor((8,), max_iter=2, random_state=seed).fit(*numbers)
        assert [library["num_threads"] for library in controller.info()] == before


# validation


def test_each_network_holds_out_rows_of_its_own(numbers, monkeypatch):
    X, y = numbers[0].copy(), (numbers[1] > 0).astype(int)
    X[:, 0] = np.arange(150)
    watched, trained, learn = [], {}, Lane.learn

    def scorer(estimator, X, y):
        watched.append(X[:, 0].astype(int))
        return 0.1 * len(watched)

    def seen(self, rows, *how):
        trained.setdefault(id(self), []).append(np.array(X[rows, 0], int))
        learn(self, rows, *how)

    monkeypatch.setattr(Lane, "learn", seen)
    use_threads(monkeypatch, 1)
    net = PlainClassifier(n_estimators=N, early_stopping=True, scoring=scorer, random_state=0)
    net.set_params(max_iter=1, validation_fraction=0.2, warm_start=True).fit(X, y)
    assert len(watched) == len(trained) == N
    for held_out, rows in zip(watched, trained.values(), strict=True):
        assert len(held_out) == 30
        # in the shares of the classes
        assert y[held_out].sum() == pytest.approx(0.2 * y.sum(), abs=1)
        np.testing.assert_array_equal(
            np.sort(np.concatenate(rows)), np.setdiff1d(range(150), held_out)
        )
    assert len({tuple(sorted(rows)) for rows in watched}) == N
    assert net.t_ == 120
    # the mean of the scores of each
    assert net.validation_scores_ == [pytest.approx(0.2)]
    # a warm start keeps them apart
    net.fit(X, y)
    assert_same_bits(watched[N:], watched[:N])


def test_the_score_of_held_out_rows_is_the_mean_over_networks(numbers):
    X, y = numbers[0], (numbers[1] > 0).astype(int)
    net = PlainClassifier(n_estimators=N, early_stopping=True, random_state=0, **QUICK)
    net.set_params(max_iter=1, warm_start=True).fit(X, y)
    scores, losses = [], []
    for network, (_, held_out) in zip(net.networks_, net._model.splits, strict=True):
        raw = network.forward(((X - X.mean(axis=0)) / X.std(axis=0))[held_out])[:, 0]
        scores.append(np.mean((raw > 0) == y[held_out]))
        losses.append(log_loss(y[held_out], 1 / (1 + np.exp(-raw))))
    assert net.validation_scores_ == pytest.approx([np.mean(scores)])
    assert net.validation_loss_curve_ == pytest.approx([np.mean(losses)])
    assert len(set(losses)) == N


def test_given_data_validate_the_ensemble(numbers):
    X, y = numbers[0], np.digitize(numbers[1], [-0.5, 0.5])
    X, X_val, y, y_val = X[:100], X[100:], y[:100], y[100:]
    weight = 1 + np.arange(50) % 3
    net = PlainClassifier(n_estimators=N, random_state=0, **QUICK)
    net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=weight)
    proba = net.predict_proba(X_val)
    expected = log_loss(y_val, proba, sample_weight=weight)
    assert net.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-9)
    expected = accuracy_score(y_val, proba.argmax(axis=1), sample_weight=weight)
    assert net.validation_scores_[-1] == pytest.approx(expected)
    # all rows train
    assert net.t_ == 100 * net.n_iter_
    # of which each network is worse
    apart = trained_apart(PlainClassifier, QUICK, lambda alone: alone.fit(X, y))
    losses = [log_loss(y_val, alone.predict_proba(X_val), sample_weight=weight) for alone in apart]
    assert net.validation_loss_curve_[-1] < np.mean(losses)


def test_given_data_validate_an_ensemble_of_numbers(numbers):
    X, y = numbers
    X, X_val, y, y_val = X[:100], X[100:], y[:100], y[100:]
    net = PlainRegressor(n_estimators=N, random_state=0, **QUICK)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    error = (y_val - net.predict(X_val)) / y.std()
    assert net.validation_loss_curve_[-1] == pytest.approx(0.5 * np.mean(error**2), rel=1e-9)
    assert net.validation_scores_[-1] == pytest.approx(net.score(X_val, y_val), rel=1e-9)


@pytest.mark.parametrize("ema_decay", [0.0, 0.9])
def test_early_stopping_ends_with_the_best_epoch_of_all(ema_decay, numbers):
    X, y = numbers
    X, X_val, y, y_val = X[:100], X[100:], y[:100], y[100:]
    settings = {"n_estimators": N, "early_stopping": True, "ema_decay": ema_decay}
    settings |= {"learning_rate_init": 0.05, "dtype": "float64", "batch_size": 20}
    net = PlainRegressor(**settings, max_iter=300, n_iter_no_change=5, random_state=0)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.stopped_early_
    assert 1 < net.best_iter_ < net.n_iter_
    assert net.score(X_val, y_val) == pytest.approx(net.best_validation_score_, rel=1e-9)
    shorter = PlainRegressor(**settings, max_iter=net.best_iter_, random_state=0)
    shorter.fit(X, y, X_val=X_val, y_val=y_val)
    assert_same_bits(each_params(net), each_params(shorter))


# more training


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


# pickles


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


# divergence


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


# the rest


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


# the contract of a loss

LOSSES = {
    **REGRESSION_LOSSES,
    "three quantiles": Quantile((0.1, 0.5, 0.9)),
    "two quantiles": Quantile((0.1, 0.5)),
    "inverse gaussian": Tweedie(3.0),
}
for its_name, its_loss in CLASSIFICATION_LOSSES.items():
    LOSSES[f"logistic {its_name}"] = its_loss.logistic()
    LOSSES[f"logistic {its_name}, one-vs-rest"] = its_loss.logistic(0.1, 3)
    LOSSES[f"softmax {its_name}"] = its_loss.softmax((3,))
    LOSSES[f"softmax {its_name} of two"] = its_loss.softmax((2, 3), 0.1)


def raws_for(loss, rng, n_networks, dtype=np.float64):
    if hasattr(loss, "n_classes"):
        n_raw = sum(loss.n_classes)
    else:
        n_raw = loss.n_raw(2) if hasattr(loss, "n_raw") else 3
    return (2 * rng.standard_normal((n_networks, 7, n_raw))).astype(dtype)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("n_networks", [1, 2, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_joined_predictions_are_the_mean(name, n_networks, dtype, rng):
    loss = LOSSES[name]
    raws = raws_for(loss, rng, n_networks, dtype)
    before = raws.copy()
    joined = loss.join(raws)
    assert (joined.shape, joined.dtype) == (raws[0].shape, dtype)
    np.testing.assert_array_equal(raws, before)
    expected = np.mean([loss.inverse_link(raw.astype(float)) for raw in raws], axis=0)
    tolerance = 200 * np.finfo(dtype).eps
    np.testing.assert_allclose(
        loss.inverse_link(joined), expected, rtol=tolerance, atol=tolerance / 10
    )


@pytest.mark.parametrize("name", [name for name in LOSSES if " " in name and "log" in name])
def test_joined_logarithms_are_finite_where_probabilities_vanish(name, rng):
    loss = LOSSES[name]
    if hasattr(loss, "log_inverse_link"):
        joined = loss.join(400 * raws_for(loss, rng, 3))
        assert np.isfinite(joined).all()
        assert np.isfinite(loss.log_inverse_link(joined)).all()


def test_joined_normal_distributions_are_a_mixture(rng):
    loss = Gaussian(min_std=0.01)
    raws = raws_for(loss, rng, 4)
    means, stds = (np.array([of(raw) for raw in raws]) for of in (loss.inverse_link, loss.std))
    variance = (stds**2 + means**2).mean(axis=0) - means.mean(axis=0) ** 2
    np.testing.assert_allclose(loss.std(loss.join(raws)), np.sqrt(variance), rtol=1e-9)


def test_joined_quantiles_do_not_cross(rng):
    loss = Quantile((0.1, 0.3, 0.5, 0.9))
    joined = loss.inverse_link(loss.join(30 * raws_for(loss, rng, 3)))
    assert (np.diff(joined, axis=2) >= 0).all()


def test_given_rows_end_the_holding_out():
    X, y = np.arange(60.0).reshape(-1, 1), np.arange(60.0)
    settings = {"early_stopping": True, "warm_start": True, "learning_rate": "cosine"}
    network = PlainRegressor((4,), n_estimators=2, max_iter=2, **settings).fit(X, y)
    assert network.t_ == 2 * 54
    network.fit(X, y, X_val=X[:7], y_val=y[:7])
    assert network.t_ == 2 * 54 + 2 * 60
    network.fit(X, y)
    assert network.t_ == 2 * 54 + 2 * 60 + 2 * 54
    network.set_params(learning_rate="constant").partial_fit(X[:9], y[:9], X_val=X, y_val=y)
    assert network.t_ == 2 * 54 + 2 * 60 + 2 * 54 + 9
