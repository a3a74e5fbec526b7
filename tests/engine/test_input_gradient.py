"""The gradient of a network's output for its input, as in prediction."""

import numpy as np
import pytest
from layers import N_LEVELS

from skdense.engine import (
    ACTIVATIONS,
    NORMALIZATIONS,
    Block,
    CategoryEmbedding,
    Dense,
    Dropout,
    Network,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    Scale,
)
from skdense.engine.input_gradient import InputGradient

SMOOTH = [name for name in ACTIVATIONS if not name.endswith("relu")]


def network_of(layers, n_in, rng):
    network = Network(layers, n_in, np.float64)
    network.initialize(rng)
    network.params += 0.1 * rng.standard_normal(network.params.size)
    return network


def differences(network, x, slope, step=1e-6):
    """Central differences of the output times the slope, for each entry of `x`."""
    found = np.empty_like(x)
    for column in range(x.shape[1]):
        move = np.zeros_like(x)
        move[:, column] = step
        change = network.forward(x + move) - network.forward(x - move)
        found[:, column] = (change * slope).sum(axis=1) / (2 * step)
    return found


@pytest.mark.parametrize("normalization", [None, *NORMALIZATIONS])
@pytest.mark.parametrize("activation", SMOOTH)
def test_it_is_that_of_finite_differences(activation, normalization, rng):
    middle = [] if normalization is None else [NORMALIZATIONS[normalization]]
    hidden = [Dense(7), *middle, ACTIVATIONS[activation], Dropout(0.3)]
    network = network_of([Scale(), *hidden, Dense(2)], 4, rng)
    for views in network.views:
        if "variance" in views:  # which a batch of positive variance has tracked
            views["variance"][...] = 1.5
    x, slope = rng.standard_normal((5, 4)), rng.standard_normal((5, 2))
    before, gradient = network.params.copy(), InputGradient(network, 5)
    np.testing.assert_array_equal(gradient.forward(x), network.forward(x))
    wanted = differences(network, x, slope)
    np.testing.assert_allclose(gradient.backward(slope), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(network.params, before)


@pytest.mark.parametrize("first", [Dense(3), Scale(), ACTIVATIONS["tanh"]], ids=repr)
def test_it_leaves_the_rows_as_they_were(first, rng):
    network = network_of([first, ACTIVATIONS["mish"], Dense(1)], 3, rng)
    x, gradient = rng.standard_normal((4, 3)), InputGradient(network, 4)
    before = x.copy()
    for _ in range(2):  # buffers are used again
        gradient.forward(x)
        found = gradient.backward(np.ones((4, 1))).copy()
        np.testing.assert_allclose(found, differences(network, x, np.ones((4, 1))), atol=1e-7)
    np.testing.assert_array_equal(x, before)


COLUMNWISE = {
    "block": Block(1, 2, 2, 1),
    "categories": CategoryEmbedding(N_LEVELS, n_units=2),
    "periodic": PeriodicEmbedding(2),
    "piecewise": PiecewiseLinearEmbedding(3, n_units=2),
    "scale": Scale(),
}


@pytest.mark.parametrize("name", COLUMNWISE)
def test_the_origin_of_a_column_is_what_it_follows_from(name, rng):
    network = network_of([COLUMNWISE[name]], 6, rng)
    origin = network.columnwise()[1]
    x = np.ones((1, 6))
    for column in range(6):
        moved = x.copy()
        moved[:, column] = 0
        changed = (network.forward(moved) != network.forward(x))[0]
        assert (origin[changed] == column).all()
        if column in origin:
            assert changed.any()


def test_a_network_is_what_it_makes_of_columns_and_the_rest(rng):
    layers = [CategoryEmbedding((3,), n_units=2), PeriodicEmbedding(2), Scale(), Dense(4)]
    network = network_of([*layers, ACTIVATIONS["tanh"], Dense(1)], 3, rng)
    n_layers, origin = network.columnwise()
    assert n_layers == 3
    np.testing.assert_array_equal(origin, [0, 1, 2, 2, 0, 0, 0, 1, 1, 1])
    x = np.column_stack([rng.standard_normal((5, 2)), [0, 1, 2, 3, 4]])
    parts = network.forward(x, n_layers=n_layers)
    np.testing.assert_array_equal(network.after(n_layers).forward(parts), network.forward(x))


def test_without_such_layers_the_network_is_the_rest(rng):
    network = network_of([Dense(2)], 3, rng)
    n_layers, origin = network.columnwise()
    assert n_layers == 0
    np.testing.assert_array_equal(origin, [0, 1, 2])
    np.testing.assert_array_equal(network.after(0).params, network.params)
