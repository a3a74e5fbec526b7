"""Optimizers against their formulas, and what every optimizer promises."""

import numpy as np
import pytest

from skdense.engine import (
    SGD,
    Adam,
)


def test_adam_follows_algorithm_1_of_the_paper(rng):
    params, mine = rng.standard_normal((2, 20))
    mine[:] = params
    m, v, adam = np.zeros(20), np.zeros(20), Adam(0.8, 0.95, epsilon=1e-3)
    adam.prepare(mine)
    for t in range(1, 30):
        g = rng.standard_normal(20)
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g**2
        params -= 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-3)
        adam.step(mine, g, 0.01)
    np.testing.assert_allclose(mine, params, rtol=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_sgd_follows_its_formula(rng, nesterov):
    params, mine = rng.standard_normal((2, 20))
    mine[:] = params
    velocity, sgd = np.zeros(20), SGD(0.7, nesterov)
    sgd.prepare(mine)
    for _ in range(10):
        g = rng.standard_normal(20)
        velocity = 0.7 * velocity - 0.1 * g
        params += 0.7 * velocity - 0.1 * g if nesterov else velocity
        sgd.step(mine, g, 0.1)
    np.testing.assert_allclose(mine, params, rtol=1e-12)
