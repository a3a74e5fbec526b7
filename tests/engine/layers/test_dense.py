"""Dense layers and how they start."""

import numpy as np

from skdense.engine import Dense


def test_dense_starts_within_glorots_bound():
    layer = Dense(40)
    params = {name: np.empty(shape) for name, shape in layer.shapes(20).items()}
    layer.initialize(params, np.random.default_rng(0))
    bound = np.sqrt(6 / 60)
    for values in params.values():
        assert 0.9 * bound < np.abs(values).max() <= bound
