"""max_seconds: as many epochs as there is time for, and what is said of the time."""

import pickle
import time

import numpy as np
import pytest
from clocks import ticking
from plain import PlainClassifier, PlainRegressor
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense._training.pace import duration
from skdense._training.trial import measure_speed
from skdense.engine import Data, Plan
from skdense.engine.training.run import batches_for

BOTH = pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
# 178 rows of wine in batches of 20
N_STEPS = 9
PLAIN = {
    "batch_size": 20,
    "learning_rate": "cosine",
    "n_iter_no_change": np.inf,
    "random_state": 0,
}


def vectors(net):
    return [network.params for network in net.networks_]


def assert_same(one, other):
    for mine, its in zip(vectors(one), vectors(other), strict=True):
        np.testing.assert_array_equal(mine, its)


@pytest.mark.parametrize(("seconds", "max_seconds"), [(0.02, 5), (0.1, 20), (0.1, 60), (2.0, 900)])
def test_a_fit_takes_the_seconds_it_may(seconds, max_seconds, clock, wine):
    solver, start = ticking(clock, seconds), clock.now
    net = PlainClassifier(solver=solver, max_iter=10_000, max_seconds=max_seconds, **PLAIN)
    net.fit(*wine)
    took = clock.now - start
    assert max_seconds - 1.01 * N_STEPS * seconds < took <= max_seconds
    assert net.n_iter_ == net.resolved_params_["max_iter"]
    # the trial takes a small part of it
    assert took - net.n_iter_ * N_STEPS * seconds < 0.25 * max_seconds


@pytest.mark.parametrize("late", range(12))
def test_a_moment_in_which_something_else_runs_costs_no_epochs(late, clock, wine):
    settings = {"max_iter": 10_000, "max_seconds": 5, **PLAIN}
    solver = ticking(clock, 0.01)
    undisturbed = PlainClassifier(solver=solver, **settings).fit(*wine)
    disturbed = PlainClassifier(solver=ticking(clock, 0.01, late=late), **settings).fit(*wine)
    lost = 1.0 / (0.01 * N_STEPS)
    assert undisturbed.n_iter_ - lost - 2 <= disturbed.n_iter_ < undisturbed.n_iter_


def test_the_schedule_comes_to_its_end(clock, wine):
    solver = ticking(clock, 0.05)
    net = PlainClassifier(solver=solver, max_iter=500, max_seconds=30, **PLAIN).fit(*wine)
    n_steps = net.n_iter_ * N_STEPS
    assert net.n_iter_ < 100
    done = np.arange(n_steps) / n_steps
    np.testing.assert_allclose(solver.rates[-n_steps:], 0.001 * (1 + np.cos(np.pi * done)) / 2)


def test_no_more_epochs_than_without_a_budget(clock, wine):
    solver = ticking(clock, 0.01)
    net = PlainClassifier(solver=solver, max_iter=30, max_seconds=1000, **PLAIN).fit(*wine)
    assert net.n_iter_ == 30
    assert "max_iter" not in net.resolved_params_
    # and the trial is small beside them
    assert len(solver.rates) < 1.2 * 30 * N_STEPS
    auto = DenseNetClassifier((8,), n_estimators=1, random_state=0).fit(*wine)
    n_epochs = auto.resolved_params_["max_iter"]
    auto.set_params(solver=solver, max_seconds=1000).fit(*wine)
    assert auto.resolved_params_["max_iter"] == n_epochs


@BOTH
@pytest.mark.parametrize("settings", [{}, {"ema_decay": 0.9}, {"normalization": "batch"}])
def test_the_same_number_of_epochs_gives_the_same_bits(cls, settings, stepping, wine):
    net = cls((16, 16), n_estimators=2, random_state=0, max_seconds=0.5, **settings)
    with pytest.warns(ConvergenceWarning, match="max_seconds=0.5 is too short"):
        net.fit(*wine)
    n_epochs = net.resolved_params_["max_iter"]
    repeated = clone(net).set_params(max_seconds=None, max_iter=n_epochs).fit(*wine)
    assert_same(net, repeated)
    assert net.loss_curve_ == repeated.loss_curve_
    np.testing.assert_array_equal(net.predict(wine[0]), repeated.predict(wine[0]))


def test_a_warm_start_may_have_a_budget(clock, wine):
    settings = PLAIN | {"warm_start": True, "max_iter": 5, "dropout": 0.1}
    first = PlainClassifier(solver=ticking(clock, 0.1), **settings).fit(*wine)
    second = clone(first).fit(*wine)
    first.set_params(max_iter=100, max_seconds=40).fit(*wine)
    assert 10 < first.n_iter_ < 44
    second.set_params(max_iter=first.n_iter_).fit(*wine)
    assert_same(first, second)


def test_too_short_a_budget_trains_as_few_epochs_as_make_sense(clock, wine):
    solver = ticking(clock, 0.1)
    net = PlainClassifier(solver=solver, max_iter=200, max_seconds=2, **PLAIN)
    with pytest.warns(ConvergenceWarning) as caught:
        net.fit(*wine)
    # 150 steps
    assert net.n_iter_ == 17
    message = str(caught[0].message)
    assert "max_seconds=2 is too short" in message
    assert "(17)" in message
    # and the remedy is one
    enough = float(message.split("give max_seconds=")[1].split()[0])
    clone(net).set_params(max_seconds=enough).fit(*wine)


def test_too_short_a_budget_trains_no_more_than_max_iter(clock, wine):
    net = PlainClassifier(solver=ticking(clock, 1.0), max_iter=3, max_seconds=1, **PLAIN)
    with pytest.warns(ConvergenceWarning, match=r"fewest epochs that train a network \(3\)"):
        assert net.fit(*wine).n_iter_ == 3


def test_validation_counts(clock, wine):
    def slow_score(estimator, X, y):
        clock.tick(2.0)
        return 0.5

    solver = ticking(clock, 0.1)
    settings = {"early_stopping": True, "scoring": slow_score}
    net = PlainClassifier(solver=solver, max_iter=200, max_seconds=100, **settings, **PLAIN)
    start = clock.now
    net.fit(*wine)
    assert 95 < clock.now - start <= 100
    # an epoch has 8 steps, as rows are held out
    assert net.n_iter_ <= 100 / 2.8


def test_a_machine_that_becomes_slow_is_not_waited_for(clock, wine):
    solver = ticking(clock, 0.1, n_fast=300)
    net = PlainClassifier(solver=solver, max_iter=200, max_seconds=50, **PLAIN)
    start = clock.now
    with pytest.warns(ConvergenceWarning, match=r"ended after \d+ of \d+ epochs.*Raise it"):
        net.fit(*wine)
    assert clock.now - start <= 1.5 * 50
    assert net.n_iter_ < net.resolved_params_["max_iter"]


@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_lbfgs_ends_with_the_last_iteration_that_there_is_time_for(cls, clock, wine):
    def slow_score(estimator, X, y):
        clock.tick(1.0)
        return estimator.score(X, y)

    X, y = wine
    net = cls(solver="lbfgs", scoring=slow_score, early_stopping=True, random_state=0)
    with pytest.warns(ConvergenceWarning, match=r"L-BFGS ended after 5 iterations.*max_seconds"):
        clone(net).set_params(max_seconds=5.5).fit(X, y, X_val=X, y_val=y)
    net.set_params(max_seconds=5.5)
    with pytest.warns(ConvergenceWarning):
        net.fit(X, y, X_val=X, y_val=y)
    repeated = clone(net).set_params(max_seconds=None, max_iter=5)
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        repeated.fit(X, y, X_val=X, y_val=y)
    assert_same(net, repeated)


def test_a_stream_has_no_budget(wine, monkeypatch):
    def read():
        raise AssertionError("a stream asked for the time")

    monkeypatch.setattr(time, "perf_counter", read)
    one, other = (PlainClassifier(random_state=0, max_seconds=s) for s in (None, 0.001))
    for net in (one, other):
        net.partial_fit(*wine, classes=[0, 1, 2])
    assert_same(one, other)


def test_a_user_s_random_state_is_drawn_from_as_without_a_budget(stepping, wine):
    one, other = np.random.RandomState(3), np.random.RandomState(3)
    settings = {"hidden_layer_sizes": (8,), "n_estimators": 1}
    net = DenseNetClassifier(max_seconds=1000, random_state=one, **settings).fit(*wine)
    repeated = DenseNetClassifier(random_state=other, **settings).fit(*wine)
    assert_same(net, repeated)
    assert one.rand() == other.rand()


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.whole)])
def test_in_a_search_each_fit_has_the_budget(n_jobs, wine):
    settings = {"n_estimators": 1, "max_iter": 10, "random_state": 0}
    net = DenseNetClassifier((8,), max_seconds=600, **settings)
    search = GridSearchCV(net, {"dropout": [0.0, 0.1]}, cv=2, n_jobs=n_jobs).fit(*wine)
    without = clone(search).set_params(estimator__max_seconds=None).fit(*wine)
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], without.cv_results_["mean_test_score"]
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than 1 s"),
        (1.4, "about 1 s"),
        (40.2, "about 40 s"),
        (119, "about 119 s"),
        (700, "about 12 min"),
        (10_000, "about 2.8 h"),
    ],
)
def test_durations_are_for_people(seconds, words):
    assert duration(seconds) == words


def test_verbose_says_how_long_a_fit_takes(clock, wine, capsys):
    solver = ticking(clock, 1.0)
    settings = PLAIN | {"solver": solver, "verbose": True, "max_iter": 4}
    net = PlainClassifier(**settings).fit(*wine)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Epoch 1 of 4, loss = {net.loss_curve_[0]:.8f}, about 27 s left"
    assert lines[3] == f"Epoch 4 of 4, loss = {net.loss_:.8f}"
    # with a budget, before the first epoch
    PlainClassifier(max_seconds=60, **settings).fit(*wine)
    assert capsys.readouterr().out.startswith("Training for 4 epochs takes about 36 s\n")


def test_a_trial_leaves_the_networks_as_they_are(wine):
    X, y = wine
    settings = PLAIN | {"max_iter": 2, "warm_start": True, "ema_decay": 0.5}
    net = PlainClassifier(**settings).fit(X, y)
    state, target = net._trainer.states[0], net._predictor.target
    before = pickle.dumps(state)
    data = Data(X, target.loss_target(target.encode(y), X.dtype))
    plan = Plan(batch_size=20, max_iter=50, ema_decay=0.5)
    speed = measure_speed([state], data, target.loss, plan, enough=0.0)
    assert pickle.dumps(state) == before
    assert speed.n_steps == len(batches_for(state, data, plan)) == N_STEPS
    assert speed.seconds_per_epoch == N_STEPS * speed.seconds_per_step > 0
