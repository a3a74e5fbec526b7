"""Temperature scaling: how sure probabilities are."""

from functools import reduce
from itertools import combinations, count

import numpy as np
import pytest
from ensembles import N
from plain import PlainClassifier
from scipy.optimize import minimize_scalar
from sklearn.datasets import make_classification
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from skdense._prediction.calibration import MIN_SHARED

SETTINGS = {
    "hidden_layer_sizes": (32,),
    "max_iter": 30,
    "learning_rate": "cosine",
    "learning_rate_init": 0.01,
}


@pytest.fixture(scope="module", params=[2, 3])
def noisy(request):
    X, y = make_classification(
        2_000, 10, n_informative=5, n_classes=request.param, flip_y=0.2, random_state=0
    )
    return train_test_split(X, y, random_state=0)


def fitted(noisy, **settings):
    X, X_val, y, y_val = noisy
    network = PlainClassifier(**SETTINGS, **settings, random_state=0)
    return network.set_params(early_stopping=True).fit(X, y, X_val=X_val, y_val=y_val)


def loss_of(network, noisy):
    _, X_val, _, y_val = noisy
    return log_loss(y_val, network.predict_proba(X_val))


def test_it_mends_what_label_smoothing_takes(noisy):
    smooth = {"label_smoothing": 0.4}
    without, scaled = fitted(noisy, **smooth), fitted(noisy, temperature_scaling=True, **smooth)
    assert loss_of(scaled, noisy) < loss_of(without, noisy) - 0.02


def test_it_changes_no_decision(noisy):
    without, scaled = fitted(noisy), fitted(noisy, temperature_scaling=True)
    np.testing.assert_array_equal(scaled.predict(noisy[1]), without.predict(noisy[1]))
    assert scaled._predictor.inverse_temperature != 1


def test_the_factor_is_the_best_one(noisy):
    _, X_val, _, y_val = noisy
    without, scaled = fitted(noisy), fitted(noisy, temperature_scaling=True)
    raw, smoothing = without._raw(X_val), 2 / (2 + len(y_val))
    target = without._predictor.target
    loss, y = target.calibration_loss(smoothing), target.loss_target(y_val[:, None], raw.dtype)

    def value(factor):
        return loss.value_and_gradient(factor * raw, y, None, np.empty_like(raw))

    best = minimize_scalar(value, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-6})
    assert scaled._predictor.inverse_temperature == pytest.approx(best.x, rel=1e-3)


def test_rows_that_are_all_right_make_nothing_certain():
    X = np.repeat([[-1.0], [1.0]], 100, axis=0)
    y = np.repeat([0, 1], 100)
    network = PlainClassifier(**SETTINGS, temperature_scaling=True, random_state=0)
    network.fit(X, y, X_val=X[::20], y_val=y[::20])
    # ten rows cannot tell a probability of 0.99 from one of 1
    assert 0.8 < network.predict_proba([[1.0]])[0, 1] < 0.99


def test_without_validation_nothing_is_done(noisy):
    X, _, y, _ = noisy
    network = PlainClassifier(**SETTINGS, temperature_scaling=True)
    assert network.fit(X, y)._predictor.inverse_temperature == 1


def test_several_networks_share_one_factor(noisy):
    X, X_val, y, y_val = noisy
    network = PlainClassifier(
        **SETTINGS, n_estimators=3, label_smoothing=0.4, early_stopping=True, random_state=0
    )
    scaled = network.set_params(temperature_scaling=True).fit(X, y)
    factor, loss = (
        scaled._predictor.inverse_temperature,
        log_loss(y_val, scaled.predict_proba(X_val)),
    )
    assert factor > 1
    scaled._predictor.inverse_temperature = 1
    assert loss < log_loss(y_val, scaled.predict_proba(X_val))


def probabilities(raws):
    """The mean probabilities of networks, by raw predictions of shape (n_networks, n_rows, k)."""
    if raws.shape[2] == 1:
        positive = (1 / (1 + np.exp(-raws))).mean(axis=0)
        return np.hstack([1 - positive, positive])
    powers = np.exp(raws - raws.max(axis=2, keepdims=True))
    return (powers / powers.sum(axis=2, keepdims=True)).mean(axis=0)


def best_log_factor(parts, n_rows):
    """The best one for the sum of the losses of parts: raw predictions of networks, and y."""
    smoothing = 2 / (2 + n_rows)  # one more row of each kind

    def value(log_factor):
        total = 0
        for raws, y in parts:
            proba = probabilities(np.exp(log_factor) * raws)
            wanted = (1 - smoothing) * np.eye(proba.shape[1])[y] + smoothing / proba.shape[1]
            total -= (wanted * np.log(proba)).sum()
        return total

    return minimize_scalar(value, bounds=(-2.5, 2.5), method="bounded", options={"xatol": 1e-8}).x


def raws_of(networks, X, X_train):
    scaled = (X - X_train.mean(axis=0)) / X_train.std(axis=0)
    return np.array([network.forward(scaled) for network in networks])


def alone(parts):
    return [(raw[None], y) for raws, y in parts for raw in raws]


def test_given_rows_set_the_temperature_of_the_mean(noisy):
    X, X_val, _, y_val = noisy
    net = fitted(noisy, n_estimators=N, temperature_scaling=True)
    part = (raws_of(net.networks_, X_val, X), y_val)
    best, n_rows = best_log_factor([part], len(y_val)), len(y_val)
    assert np.log(net._predictor.inverse_temperature) == pytest.approx(best, abs=1e-3)
    # which is larger than that of each, as their mean is less confident
    assert best > best_log_factor(alone([part]), n_rows) + 0.01
    proba = probabilities(np.exp(best) * part[0])
    np.testing.assert_allclose(net.predict_proba(X_val), proba, atol=1e-3)


def of_held_out_rows(n, noisy, n_rows):
    """A classifier, parts for the rows that each network holds out, and for those of pairs."""
    X, y = noisy[0][:n_rows], noisy[2][:n_rows]
    numbers = count()
    net = PlainClassifier(**SETTINGS, n_estimators=n, early_stopping=True, warm_start=True)
    # each epoch is the best one, so that networks are too sure of what each of them has learnt
    net.set_params(scoring=lambda *rows: next(numbers), learning_rate_init=0.03, random_state=0)
    net.set_params(temperature_scaling=True).fit(X, y)
    assert net.best_iter_ == 30

    def part(*indices):
        own = [net._trainer.splits[i][1] for i in indices]
        rows = reduce(np.intersect1d, own)
        return raws_of([net.networks_[i] for i in indices], X[rows], X), y[rows]

    return net, [part(i) for i in range(n)], [part(*pair) for pair in combinations(range(n), 2)]


def n_rows_of(parts):
    return sum(len(y) for _, y in parts)


@pytest.mark.parametrize("n", [6, 8])
def test_rows_that_two_networks_hold_out_tell_how_unsure_their_mean_is(n, noisy):
    net, each, pairs = of_held_out_rows(n, noisy, 600)
    n_rows = n_rows_of(each)
    assert n_rows == n * 60
    assert n_rows_of(pairs) >= MIN_SHARED
    of_one, of_two = (best_log_factor(parts, n_rows) for parts in (alone(pairs), pairs))
    assert of_two > of_one + 0.02
    # a line in one over the number of networks, through those of one and of two, from all rows
    slope, _ = np.polyfit([1, 1 / 2], [of_one, of_two], 1)
    expected = best_log_factor(each, n_rows) + slope * (1 / n - 1)
    assert np.log(net._predictor.inverse_temperature) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_rows_that_two_networks_hold_out_tell_nothing(n, noisy):
    net, each, pairs = of_held_out_rows(n, noisy, 400)
    assert n_rows_of(pairs) < MIN_SHARED
    expected = best_log_factor(each, n_rows_of(each))
    assert np.log(net._predictor.inverse_temperature) == pytest.approx(expected, abs=1e-3)


def test_the_mean_of_many_networks_is_as_sure_as_it_may_be(noisy):
    X, X_val, _, y_val = noisy
    net, each, _ = of_held_out_rows(8, noisy, 600)
    loss = log_loss(y_val, net.predict_proba(X_val))
    raws = raws_of(net.networks_, X_val, X[:600])
    factors = np.exp(np.linspace(-2.5, 2.5, 101))
    least = min(log_loss(y_val, probabilities(factor * raws)) for factor in factors)
    # nearly that of a temperature that knows the new rows
    assert loss < least + 0.01
    # and less than at that of single networks
    of_one = np.exp(best_log_factor(each, n_rows_of(each)))
    assert loss < log_loss(y_val, probabilities(of_one * raws))


def test_a_warm_start_begins_without_it(noisy):
    X, X_val, y, y_val = noisy
    network = PlainClassifier(**SETTINGS, temperature_scaling=True, warm_start=True)
    network.set_params(random_state=0, scoring="neg_log_loss")
    first = network.fit(X, y, X_val=X_val, y_val=y_val)._predictor.inverse_temperature
    network.set_params(temperature_scaling=False).fit(X, y, X_val=X_val, y_val=y_val)
    assert first != 1
    assert network._predictor.inverse_temperature == 1


def test_what_the_mlp_becomes_is_not_scaled():
    mlp = MLPClassifier(early_stopping=True)
    assert PlainClassifier.from_sklearn(mlp).temperature_scaling is False
