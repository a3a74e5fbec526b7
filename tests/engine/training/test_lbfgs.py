"""L-BFGS: minima, and why it ended."""

import numpy as np
import pytest
from networks import data_for, small_network

from skdense.engine import Data, Dense, DivergenceError, Network, SquaredError, minimize_lbfgs


def test_lbfgs_solves_least_squares(rng):
    X, y = rng.standard_normal((50, 3)), rng.standard_normal((50, 2))
    network = Network([Dense(2)], 3)
    network.initialize(rng)
    epochs, warning = minimize_lbfgs(network, Data(X, y), SquaredError(), tol=1e-10)
    expected, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(50)]), y, rcond=None)
    np.testing.assert_allclose(network.views[0]["coef"], expected[:3], atol=1e-6)
    np.testing.assert_allclose(network.views[0]["intercept"], expected[3], atol=1e-6)
    assert warning is None
    assert [epoch.number for epoch in epochs] == list(range(1, len(epochs) + 1))


def test_lbfgs_adds_up_large_data_in_parts(rng, monkeypatch):
    results = []
    for chunk in (7, 4096):
        monkeypatch.setattr("skdense.engine.training.lbfgs.CHUNK", chunk)
        network = small_network(np.random.RandomState(0))
        data = data_for(np.random.RandomState(1), 50)
        epochs, _ = minimize_lbfgs(network, data, SquaredError(), alpha=0.1, max_iter=5)
        results.append([epoch.loss for epoch in epochs])
    np.testing.assert_allclose(*results, rtol=1e-10)


def test_lbfgs_says_why_it_ended_early(rng):
    _, warning = minimize_lbfgs(small_network(rng), data_for(rng), SquaredError(), max_iter=1)
    assert "LIMIT" in warning.upper()


def test_lbfgs_at_a_minimum_has_one_epoch(rng):
    network = small_network(rng)
    X = rng.standard_normal((5, 3))
    epochs, warning = minimize_lbfgs(network, Data(X, network.forward(X)), SquaredError())
    assert [epoch.loss for epoch in epochs] == [0.0]
    assert warning is None


def test_lbfgs_with_infinite_loss_diverges(rng):
    network = small_network(rng)
    network.params[:] = 1e200
    with pytest.raises(DivergenceError, match="L-BFGS"):
        minimize_lbfgs(network, data_for(rng), SquaredError())
