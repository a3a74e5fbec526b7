"""Moving averages of the parameters."""

import numpy as np
import pytest
from networks import FOREVER, small_data, small_state
from plain import PlainClassifier, PlainRegressor

from skdense.engine import SGD, Average, Data, Dense, Plan, SquaredError, Stopping, train

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_the_average_is_that_of_the_formula(rng):
    steps = rng.standard_normal((6, 4))
    average = Average(np.zeros(4))
    for n, step in enumerate(steps, 1):
        average.begin_step()
        average.move(step, slice(None), 0.7, np.empty(4))
        share = 0.7 ** np.arange(n)[::-1]
        np.testing.assert_allclose(average.values, share @ steps[:n] / share.sum(), rtol=1e-12)


def test_the_network_holds_the_average_of_its_steps():
    plan = {"batch_size": 10, "max_iter": 2, "learning_rate_init": 0.1}
    seen = []

    class Watched(SGD):
        def step(self, optimizer_state, grads, part):
            super().step(optimizer_state, grads, part)
            seen.append(state.network.params - grads)

    state = small_state(Watched())
    train([state], small_data(), SquaredError(), Plan(**plan, ema_decay=0.8), Stopping(**FOREVER))
    share = 0.8 ** np.arange(8)[::-1]
    np.testing.assert_allclose(state.network.params, share @ seen / share.sum(), rtol=1e-10)
    # the steps themselves go on from where they were, as without an average
    plain = small_state(SGD())
    train([plain], small_data(), SquaredError(), Plan(**plan), Stopping(**FOREVER))
    np.testing.assert_array_equal(state.average.values, plain.network.params)
    np.testing.assert_array_equal(seen[-1], plain.network.params)


def test_an_average_settles_where_the_last_step_jumps(rng):
    X = rng.standard_normal((200, 3))
    y = X @ rng.standard_normal((3, 1)) + rng.standard_normal((200, 1))
    best, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(200)]), y, rcond=None)
    distances = []
    for decay in (0.0, 0.99):
        state = small_state(SGD(momentum=0), layers=[Dense(1)])
        plan = Plan(batch_size=1, max_iter=10, learning_rate_init=0.05, ema_decay=decay)
        train([state], Data(X, y), SquaredError(), plan, Stopping(**FOREVER))
        distances.append(np.linalg.norm(state.network.params - best[:, 0]))
    assert distances[1] < 0.5 * distances[0]


def test_what_goes_on_after_early_stopping_is_of_the_best_epoch_too(wine):
    # the average and the parameters of the last step belong together
    X, y = wine
    net = PlainClassifier(ema_decay=0.9, early_stopping=True, warm_start=True, random_state=0)
    net.set_params(learning_rate_init=0.1, n_iter_no_change=3).fit(X, y, X_val=X, y_val=y)
    assert net.best_iter_ < net.n_iter_
    shorter = PlainClassifier(ema_decay=0.9, early_stopping=True, warm_start=True)
    shorter.set_params(random_state=0, learning_rate_init=0.1, max_iter=net.best_iter_)
    shorter.fit(X, y, X_val=X, y_val=y)
    np.testing.assert_array_equal(net.network_.params, shorter.network_.params)
    np.testing.assert_array_equal(
        net._trainer.states[0].average.values, shorter._trainer.states[0].average.values
    )


def test_early_stopping_judges_the_average(wine):
    X, y = wine
    net = PlainClassifier(ema_decay=0.9, early_stopping=True, max_iter=30, random_state=0)
    net.fit(X, y, X_val=X, y_val=y)
    assert net.score(X, y) == pytest.approx(net.best_validation_score_)


def test_an_average_is_forgotten_by_a_fit_without_one(rng):
    X = rng.standard_normal((120, 3))
    y = np.sin(X[:, 0])
    net = PlainRegressor((8,), warm_start=True, random_state=0, ema_decay=0.9, max_iter=3)
    net.fit(X, y).set_params(solver="lbfgs", ema_decay=0.0, max_iter=100).fit(X, y)
    score = net.score(X, y)
    net.set_params(solver="adam", ema_decay=0.9, max_iter=1, learning_rate_init=1e-12).fit(X, y)
    assert net.score(X, y) == pytest.approx(score, abs=1e-6)
