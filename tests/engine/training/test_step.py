"""Clipping of gradients."""

import numpy as np
import pytest
from networks import FOREVER, small_data, small_state
from plain import PlainRegressor

from skdense.engine import (
    SGD,
    Adam,
    Data,
    Dense,
    Network,
    Plan,
    RegressionLoss,
    SquaredError,
    Stopping,
    Tanh,
    TrainState,
    train,
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_a_long_gradient_is_shortened_and_a_short_one_is_not():
    data = small_data()
    lengths = []
    for max_grad_norm in (np.inf, 1e-3, 1e3):
        state = small_state(SGD(momentum=0))
        start = state.network.params.copy()
        plan = Plan(batch_size=40, max_iter=1, learning_rate_init=1.0, max_grad_norm=max_grad_norm)
        train([state], data, SquaredError(), plan, Stopping(**FOREVER))
        lengths.append(state.network.params - start)
    free, short, same = lengths
    np.testing.assert_array_equal(same, free)
    assert np.linalg.norm(short) == pytest.approx(1e-3)
    np.testing.assert_allclose(short / 1e-3, free / np.linalg.norm(free), rtol=1e-9)


def test_clipping_tames_a_training_that_diverges(rng):
    X = rng.standard_normal((200, 3))
    y = 1e3 * X[:, 0]
    settings = {"solver": "sgd", "target_scaling": None, "learning_rate_init": 0.05}
    with pytest.raises(ValueError, match="diverged"):
        PlainRegressor(random_state=0, **settings).fit(X, y)
    net = PlainRegressor(max_grad_norm=10.0, random_state=0, **settings).fit(X, y)
    assert net.score(X, y) > 0.9


def test_clipping_bears_gradients_whose_squares_overflow():
    data = small_data()
    huge = Data(data.X.astype(np.float32), (1e30 * data.y).astype(np.float32))
    network = Network([Dense(6), Tanh(), Dense(2)], 3, np.float32)
    network.initialize(np.random.RandomState(0))

    class Linear(RegressionLoss):
        def rows(self, raw, y, gradient_out):
            np.subtract(raw, y, out=gradient_out)
            return np.abs(gradient_out).sum(axis=1)

    start = network.params.copy()
    state = TrainState(network, Adam(), np.random.RandomState(0))
    plan = Plan(batch_size=40, max_iter=2, max_grad_norm=1.0)
    train([state], huge, Linear(), plan, Stopping(**FOREVER))
    assert np.isfinite(network.params).all()
    # a norm that overflowed would make every step zero
    assert not np.array_equal(network.params, start)
