"""The program this project began with, step by step beside PyTorch's autograd.

tests/reference/flux_listing.py made the numbers and says how.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from plain import PlainRegressor

from skdense.engine import (
    Adam,
    Data,
    Dense,
    Network,
    Plan,
    Relu,
    Softmax,
    SquaredError,
    Stopping,
    TrainState,
    train,
)

REFERENCE = json.loads((Path(__file__).parents[1] / "reference/flux_listing.json").read_text())
NAMES = ("coef_1", "intercept_1", "coef_2", "intercept_2")


def wave(n_rows, n_columns, frequency):
    i = np.arange(n_rows * n_columns, dtype=float).reshape(n_rows, n_columns)
    return (np.sin(i * frequency) + 1) / 2


X, Y = wave(1000, 10, 12.9898), wave(1000, 2, 78.233)
START = {
    "coef_1": wave(10, 32, 3.7) - 0.5,
    "intercept_1": wave(1, 32, 1.3)[0] * 0.1,
    "coef_2": wave(32, 2, 5.1) - 0.5,
    "intercept_2": wave(1, 2, 2.9)[0] * 0.1,
}


class GivenStart(np.random.RandomState):
    """Draws the starting parameters of the reference."""

    def __init__(self):
        super().__init__(0)
        self.values = iter(START.values())

    def uniform(self, low, high, size):
        values = next(self.values)
        assert values.shape == tuple(size)
        return values


def assert_reference(coefs, intercepts, losses, n_steps):
    expected = REFERENCE[f"step_{n_steps}"]
    arrays = (coefs[0], intercepts[0], coefs[1], intercepts[1])
    for name, values in zip(NAMES, arrays, strict=True):
        np.testing.assert_allclose(values, expected[name], rtol=0, atol=1e-10, err_msg=name)
    np.testing.assert_allclose(losses, REFERENCE["losses"][:n_steps], rtol=0, atol=1e-10)


@pytest.mark.parametrize("n_steps", [1, 50])
def test_on_the_engine(n_steps):
    network = Network([Dense(32), Relu(), Dense(2), Softmax()], n_in=10)
    network.initialize(GivenStart())
    epochs = train(
        [TrainState(network, Adam(), np.random.RandomState(0))],
        Data(X, Y),
        SquaredError(),
        Plan(batch_size=1000, max_iter=n_steps, learning_rate_init=0.01, shuffle=False),
        Stopping(patience=np.inf, tol=0.0),
    )
    coefs = [views["coef"] for views in network.views if views]
    intercepts = [views["intercept"] for views in network.views if views]
    assert_reference(coefs, intercepts, [epoch.loss for epoch in epochs], n_steps)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("n_steps", [1, 50])
def test_as_an_estimator(n_steps):
    regressor = PlainRegressor(
        hidden_layer_sizes=(32,),
        output_activation="softmax",
        solver=Adam(),
        learning_rate_init=0.01,
        alpha=0,
        batch_size=1000,
        max_iter=n_steps,
        n_iter_no_change=np.inf,
        shuffle=False,
        feature_scaling=None,
        dtype="float64",
        random_state=GivenStart(),
    ).fit(X, Y)
    assert_reference(regressor.coefs_, regressor.intercepts_, regressor.loss_curve_, n_steps)
    np.testing.assert_allclose(regressor.predict(X).sum(axis=1), 1)
