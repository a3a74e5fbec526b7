"""Optimizers against their formulas, and what every optimizer promises."""

import pickle

import numpy as np
import pytest

from skdense.engine import OPTIMIZERS, SGD, Adam


def test_adam_follows_algorithm_1_of_the_paper(rng):
    params, mine = rng.standard_normal((2, 20))
    mine[:] = params
    m, v, adam = np.zeros(20), np.zeros(20), Adam(0.8, 0.95, epsilon=1e-3)
    state = adam.init(mine)
    for t in range(1, 30):
        g = rng.standard_normal(20)
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g**2
        params -= 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-3)
        adam.move(state, mine, g, 0.01)
    np.testing.assert_allclose(mine, params, rtol=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_sgd_follows_its_formula(rng, nesterov):
    params, mine = rng.standard_normal((2, 20))
    mine[:] = params
    velocity, sgd = np.zeros(20), SGD(0.7, nesterov)
    state = sgd.init(mine)
    for _ in range(10):
        g = rng.standard_normal(20)
        velocity = 0.7 * velocity - 0.1 * g
        params += 0.7 * velocity - 0.1 * g if nesterov else velocity
        sgd.move(state, mine, g, 0.1)
    np.testing.assert_allclose(mine, params, rtol=1e-12)


@pytest.mark.parametrize(
    "make",
    [*OPTIMIZERS.values(), lambda: SGD(momentum=0.0), lambda: SGD(nesterov=False)],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_optimizer_goes_downhill_in_the_dtype_of_the_parameters(make, dtype):
    optimizer = make()
    # more parameters than one block holds
    params = np.linspace(-1, 1, 40_000, dtype=dtype)
    state = optimizer.init(params)
    start = np.abs(params).sum()
    for _ in range(20):
        optimizer.move(state, params, params.copy(), 0.01)
    assert params.dtype == dtype
    assert np.abs(params).sum() < start


@pytest.mark.parametrize("make", OPTIMIZERS.values())
def test_optimizer_goes_on_exactly_after_a_pickle(make, rng):
    optimizer = make()
    params, grads = rng.standard_normal((2, 50))
    state = optimizer.init(params)
    optimizer.move(state, params, grads.copy(), 0.1)
    copies = pickle.loads(pickle.dumps((optimizer, state, params)))
    copied = copies[2]
    for rule, carried, vector in ((optimizer, state, params), copies):
        rule.move(carried, vector, grads.copy(), 0.1)
    np.testing.assert_array_equal(params, copied)
