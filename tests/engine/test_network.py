"""A network: one vector of parameters, and what comes out."""

import pickle
from copy import deepcopy

import numpy as np
import pytest
from networks import FOREVER, data_for, small_network
from scipy import sparse

from skdense.engine import (
    Adam,
    Data,
    Dense,
    Dropout,
    Network,
    Plan,
    Relu,
    SquaredError,
    Stopping,
    TrainState,
    Workspace,
    train,
)
from skdense.engine.network import CHUNK


def test_parameters_are_one_vector_with_coefficients_first(rng):
    network = small_network(rng)
    arrays = [views[name] for name in ("coef", "intercept") for views in network.views if views]
    np.testing.assert_array_equal(network.params, np.concatenate([a.ravel() for a in arrays]))
    assert network.n_penalized == 3 * 6 + 6 * 4 + 4 * 2
    for array in arrays:
        assert np.shares_memory(array, network.params)


@pytest.mark.parametrize("copier", [deepcopy, lambda n: pickle.loads(pickle.dumps(n))])
def test_copies_have_views_of_their_own_vector(rng, copier):
    network, X = small_network(rng), rng.standard_normal((4, 3))
    before = network.forward(X)
    copy = copier(network)
    copy.params += 1.0
    for views in filter(None, copy.views):
        assert np.shares_memory(views["coef"], copy.params)
    assert not np.allclose(copy.forward(X), before)
    np.testing.assert_array_equal(network.forward(X), before)


def test_forward_in_chunks_equals_the_formula(rng):
    network, X = small_network(rng), rng.standard_normal((2 * CHUNK + 7, 3))
    first, second, third = (views for views in network.views if views)
    hidden = np.tanh(X @ first["coef"] + first["intercept"])
    hidden = np.maximum(hidden @ second["coef"] + second["intercept"], 0)
    expected = hidden @ third["coef"] + third["intercept"]
    np.testing.assert_allclose(network.forward(X), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_table_in_another_dtype_is_refused(container, rng):
    network = Network([Dense(2)], 3, np.float32)
    X = container(rng.standard_normal((40, 3)))
    with pytest.raises(TypeError, match="X must be in the network's float32, got float64"):
        network.forward(X)
    state, y = TrainState(network, Adam(), rng), np.zeros((40, 2), np.float32)
    with pytest.raises(TypeError, match="X must be in the network's float32, got float64"):
        train([state], Data(X, y), SquaredError(), Plan(10, 1), Stopping(**FOREVER))


@pytest.mark.parametrize("order", ["C", "F"])
def test_tables_that_are_not_contiguous_give_the_same(order, rng):
    network, X = small_network(rng), rng.standard_normal((40, 6))
    X = np.asarray(X, order=order)[:, ::2]
    np.testing.assert_array_equal(network.forward(X), network.forward(X.copy()))


def test_forward_and_backward_leave_the_input_alone(rng):
    network = Network([Relu(), Dropout(0.5), Dense(2)], 3)
    network.initialize(rng)
    data = data_for(rng)
    before = data.X.copy()
    network.forward(data.X)
    Workspace(network, rng).loss_and_gradient(data.X, data.y, None, SquaredError())
    np.testing.assert_array_equal(data.X, before)


def test_gradients_of_shards_add_up(rng):
    network, data = small_network(rng), data_for(rng)
    workspace = Workspace(network)
    whole = workspace.loss_and_gradient(data.X, data.y, None, SquaredError())
    gradient, value, total = workspace.grads.copy(), 0.0, np.zeros_like(network.params)
    for shard in data.slices(13):
        value += workspace.loss_and_gradient(shard.X, shard.y, None, SquaredError())
        total += workspace.grads
    assert value == pytest.approx(whole, rel=1e-13)
    np.testing.assert_allclose(total, gradient, rtol=1e-10, atol=1e-13)
