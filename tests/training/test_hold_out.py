"""The rows that a fit holds out."""

import numpy as np
import pytest
from marks import BOTH
from plain import PlainClassifier, PlainRegressor
from sklearn.base import clone
from sklearn.metrics import log_loss

from skdense._prediction.hold_out import hold_out
from skdense.engine.training.shards import Shard

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_the_split_keeps_the_shares_of_classes(rng):
    strata = np.repeat([0, 1, 2], [600, 300, 100])
    train, held_out = hold_out(1000, 0.2, strata, rng)
    np.testing.assert_array_equal(np.bincount(strata[held_out]), [120, 60, 20])
    np.testing.assert_array_equal(np.sort(np.append(train, held_out)), np.arange(1000))


def test_the_split_of_few_rows_trains_on_every_class(rng):
    strata = np.repeat([0, 1, 2, 3], [9, 5, 2, 1])
    for _ in range(20):
        train, held_out = hold_out(17, 0.1, strata, rng)
        assert set(strata[train]) == {0, 1, 2, 3}
        # the class of one row trains
        assert len(held_out) == 3
        assert 3 not in strata[held_out]
    assert len(hold_out(10, 0.1, None, rng)[1]) == 2


@pytest.mark.parametrize("fraction", [0.5, 0.7, 0.9])
def test_no_class_is_held_out_whole(fraction, rng):
    strata = np.repeat([0, 1, 2, 3], [40, 40, 2, 1])
    for _ in range(20):
        train, held_out = hold_out(83, fraction, strata, rng)
        assert set(strata[train]) == {0, 1, 2, 3}
        np.testing.assert_array_equal(np.sort(np.append(train, held_out)), np.arange(83))


@BOTH
def test_early_stopping_watches_rows_that_do_not_train(cls, rng, monkeypatch):
    X, y = np.arange(200.0)[:, None], rng.randint(2, size=200)
    watched, trained, learn = set(), set(), Shard.learn

    def scorer(estimator, X, y):
        watched.update(X[:, 0].tolist())
        return 0.5

    def seen(self, rows, *how):
        trained.update(X[rows, 0].tolist())
        learn(self, rows, *how)

    monkeypatch.setattr(Shard, "learn", seen)
    net = cls(early_stopping=True, scoring=scorer, feature_scaling=None, random_state=0)
    net.fit(X, y)
    assert (len(trained), len(watched)) == (180, 20)
    assert trained | watched == set(range(200))


def test_held_out_rows_move_the_units_and_not_the_network(rng):
    # units are those of all rows, so that networks that hold out different ones share a table
    X, y = rng.standard_normal((100, 3)), rng.standard_normal(100)
    net = PlainRegressor(early_stopping=True, warm_start=True, max_iter=1, random_state=0)
    predictor = net.fit(X, y)._predictor
    np.testing.assert_allclose(predictor.columns.scaler.mean_, X.mean(axis=0))
    np.testing.assert_allclose(predictor.columns.scaler.scale_, X.std(axis=0))
    np.testing.assert_allclose(predictor.target.scaler.scale_, y.std())
    ((_, held_out),) = net._trainer.splits
    assert len(held_out) == 10
    assert net.t_ == 90
    # the same numbers in another order leave the units as they were
    other = y.copy()
    other[held_out] = y[held_out[::-1]]
    again = clone(net).fit(X, other)
    np.testing.assert_allclose(again.network_.params, net.network_.params, rtol=1e-9)
    assert again.loss_ == pytest.approx(net.loss_, rel=1e-9)
    assert again.validation_loss_curve_ != pytest.approx(net.validation_loss_curve_, rel=1e-3)
    trained = np.setdiff1d(np.arange(100), held_out)
    other[trained] = y[trained[::-1]]
    assert clone(net).fit(X, other).loss_ != pytest.approx(net.loss_, rel=1e-3)


def test_balanced_class_weights_count_held_out_rows_too(cancer):
    X, _, y, _ = cancer
    net = PlainClassifier(class_weight="balanced", early_stopping=True, random_state=0)
    net.set_params(warm_start=True, max_iter=1, dtype="float64").fit(X, y)
    ((_, held_out),) = net._trainer.splits
    trained = np.setdiff1d(np.arange(len(y)), held_out)
    losses, proba = [], net.predict_proba(X[held_out])
    for counted in (y, y[trained]):
        by_class = {c: len(counted) / (2 * (counted == c).sum()) for c in ("bad", "good")}
        weight = [by_class[c] for c in y[held_out]]
        losses.append(log_loss(y[held_out], proba, sample_weight=weight))
    assert net.validation_loss_curve_ == pytest.approx(losses[:1], rel=1e-9)
    assert losses[0] != pytest.approx(losses[1], rel=1e-6)
