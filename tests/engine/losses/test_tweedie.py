"""Tweedie's losses against the deviance of scikit-learn."""

import numpy as np
import pytest
from losses import mean_loss
from plain import PlainRegressor
from sklearn.metrics import mean_tweedie_deviance

from skdense.engine import Tweedie

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("power", [1.0, 1.5, 1.9, 2.0, 3.0])
def test_tweedie_is_half_the_deviance_of_scikit_learn(power, rng):
    raw, y = rng.standard_normal((50, 1)), rng.gamma(2.0, size=(50, 1))
    if power < 2:
        y[:10] = 0
    expected = mean_tweedie_deviance(y[:, 0], np.exp(raw[:, 0]), power=power) / 2
    assert mean_loss(Tweedie(power), raw, y) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("power", [1.0, 1.1, 1.5, 1.9])
def test_tweedie_of_zeros_stays_finite_in_float32(power):
    raw = np.array([[-500.0], [-100.0], [0.0], [20.0]], np.float32)
    gradient = np.empty_like(raw)
    rows = Tweedie(power).rows(raw, 0 * raw, gradient)
    np.testing.assert_allclose(
        rows, np.exp((2 - power) * raw[:, 0].astype(float)) / (2 - power), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(gradient[:, 0], np.exp((2 - power) * raw[:, 0]), rtol=1e-5)


@pytest.mark.parametrize("near", [1 + 1e-12, 1 + 1e-7, 2 - 1e-7, 2 + 1e-7])
def test_tweedie_is_smooth_where_its_formula_changes(near, rng):
    raw, y = rng.standard_normal((50, 1)), rng.gamma(2.0, size=(50, 1))
    at = mean_loss(Tweedie(float(round(near))), raw, y)
    assert mean_loss(Tweedie(near), raw, y) == pytest.approx(at, rel=1e-5)
    single = mean_loss(Tweedie(near), raw.astype(np.float32), y.astype(np.float32))
    assert single == pytest.approx(at, rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_a_high_tweedie_power_survives_the_line_search(seed, rng):
    X = rng.standard_normal((401, 3))
    net = PlainRegressor((20,), loss=Tweedie(3.0), solver="lbfgs", random_state=seed)
    assert net.fit(X, np.exp(3 * X[:, 0])).loss_ < net.loss_curve_[0]
