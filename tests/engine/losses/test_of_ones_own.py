"""Losses of one's own."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from losses import QUICK
from plain import PlainClassifier, PlainRegressor
from sklearn.base import clone
from sklearn.datasets import load_iris

from skdense.engine import REGRESSION_LOSSES, Gamma, ProbabilityLoss, RegressionLoss, SquaredError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class Cubed(RegressionLoss):
    """No dataclass, and nothing but `rows`."""

    def rows(self, raw, y, gradient_out):
        error = raw - y
        np.multiply(error, np.abs(error), out=gradient_out)
        return (np.abs(error) ** 3).sum(axis=1) / 3


@dataclass(frozen=True)
class Power(ProbabilityLoss):
    """``(1 - p ** q) / q``, between the log loss and the absolute error."""

    q: float = 0.7

    def rows(self, log_p, target, gradient_out):
        p_q = np.exp(self.q * log_p)
        np.multiply(-target, p_q, out=gradient_out)
        return (target * (1 - p_q)).sum(axis=1) / self.q


def test_losses_of_ones_own_train(rng):
    X = rng.uniform(-1, 1, (300, 2))
    net = PlainRegressor(loss=Cubed(), warm_start=True, **QUICK).fit(X, 1e3 * X[:, 0])
    assert net.score(X, 1e3 * X[:, 0]) > 0.95
    assert net.fit(X, 1e3 * X[:, 0]).score(X, 1e3 * X[:, 0]) > 0.95
    X, y = load_iris(return_X_y=True)
    for target in (y, y == 1):
        assert PlainClassifier(loss=Power(), **QUICK).fit(X, target).score(X, target) > 0.9


class Weighted(RegressionLoss):
    """Says nothing of equality."""

    def __init__(self, factor):
        self.factor = factor

    def rows(self, raw, y, gradient_out):
        np.subtract(raw, y, out=gradient_out)
        losses = 0.5 * (self.factor * gradient_out**2).sum(axis=1)
        gradient_out *= self.factor
        return losses


@pytest.mark.parametrize("factors", [(1.0, 50.0), (np.array([1.0]), np.array([2.0]))])
def test_a_changed_loss_of_ones_own_is_noticed(factors, rng):
    X = rng.standard_normal((20, 2))
    net = PlainRegressor(loss=Weighted(factors[0]), warm_start=True, max_iter=2)
    net.fit(X, X[:, 0]).set_params(loss=Weighted(factors[0])).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="loss changed since the first fit"):
        net.set_params(loss=Weighted(factors[1])).fit(X, X[:, 0])


class Opaque:
    __slots__ = ("factor",)


@pytest.mark.parametrize(
    "factor",
    [partial(np.power, 2), Opaque(), {"w": np.ones(2)}, np.power, [np.ones(2), "w"]],
    ids=lambda factor: type(factor).__name__,
)
def test_a_loss_of_ones_own_may_hold_anything(factor, rng):
    class Holder(Cubed):
        def __init__(self, factor):
            self.factor = factor

    X = rng.standard_normal((20, 2))
    nets = [
        PlainRegressor(loss=loss, warm_start=True, max_iter=2, random_state=0)
        for loss in (Holder(factor), Cubed())
    ]
    for net in nets:
        net.fit(X, X[:, 0]).fit(X, X[:, 0]).partial_fit(X, X[:, 0])
    np.testing.assert_array_equal(nets[0].network_.params, nets[1].network_.params)


def test_a_loss_that_is_changed_in_place_is_noticed(rng):
    X = rng.standard_normal((20, 2))
    net = PlainRegressor(loss=Weighted(1.0), warm_start=True, max_iter=2).fit(X, X[:, 0])
    assert clone(net).loss is not net.loss
    net.loss.factor = 50.0
    with pytest.raises(ValueError, match="loss changed since the first fit"):
        net.fit(X, X[:, 0])


def test_losses_of_ones_own_that_are_wrong_are_named(rng):
    X = rng.standard_normal((20, 2))

    class Scalar(Cubed):
        def rows(self, raw, y, gradient_out):
            return super().rows(raw, y, gradient_out).sum()

    class NoGradient(Cubed):
        def rows(self, raw, y, gradient_out):
            return np.abs(raw - y).sum(axis=1)

    with pytest.raises(ValueError, match="rows of Scalar must return one loss for each of"):
        PlainRegressor(loss=Scalar()).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="diverged at epoch 1"):
        PlainRegressor(loss=NoGradient()).fit(X, X[:, 0])


def test_instances_are_what_the_names_stand_for(rng):
    X = rng.uniform(0.5, 1, (60, 2))
    for name, loss in REGRESSION_LOSSES.items():
        one = PlainRegressor(loss=name, max_iter=3, random_state=0).fit(X, X[:, 0])
        two = PlainRegressor(loss=loss, max_iter=3, random_state=0).fit(X, X[:, 0])
        np.testing.assert_array_equal(one.network_.params, two.network_.params)
    assert Gamma() != SquaredError() == SquaredError()
