"""Rows that validate an ensemble: held out by each network, or given."""

import numpy as np
import pytest
from ensembles import QUICK, N, assert_same_bits, each_params, trained_apart, use_threads
from plain import PlainClassifier, PlainRegressor
from sklearn.metrics import accuracy_score, log_loss

from skdense.engine.training.shards import Shard

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_each_network_holds_out_rows_of_its_own(numbers, monkeypatch):
    X, y = numbers[0].copy(), (numbers[1] > 0).astype(int)
    X[:, 0] = np.arange(150)
    watched, trained, learn = [], {}, Shard.learn

    def scorer(estimator, X, y):
        watched.append(X[:, 0].astype(int))
        return 0.1 * len(watched)

    def seen(self, rows, *how):
        trained.setdefault(id(self), []).append(np.array(X[rows, 0], int))
        learn(self, rows, *how)

    monkeypatch.setattr(Shard, "learn", seen)
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
    for network, (_, held_out) in zip(net.networks_, net._trainer.splits, strict=True):
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
