"""The whole network's gradient against central differences of its loss."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from skdense.engine import (
    ACTIVATIONS,
    CLASSIFICATION_LOSSES,
    REGRESSION_LOSSES,
    BatchNorm,
    Data,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    ProbabilityLoss,
    Quantile,
    Tweedie,
    Workspace,
)
from skdense.engine.training.penalty import Penalty

pytestmark = pytest.mark.bits


class Brier(ProbabilityLoss):
    """A loss of somebody's own: the squared error of the probabilities."""

    def rows(self, log_p, target, gradient_out):
        p = np.exp(log_p)
        np.multiply(2 * (p - target), p, out=gradient_out)
        return np.square(p - target).sum(axis=1)


FOR_NUMBERS = {
    **REGRESSION_LOSSES,
    "two quantiles": Quantile((0.2, 0.7)),
    "three quantiles": Quantile((0.1, 0.5, 0.9)),
    "inverse gaussian": Tweedie(3.0),
}
FOR_CLASSES = {**CLASSIFICATION_LOSSES, "own": Brier()}
LOSSES = [
    *FOR_NUMBERS,
    *(f"{link} {name}" for link in ("logistic", "softmax") for name in FOR_CLASSES),
]
SETTINGS = ["plain", "weights", "L2", "multi-output", "sparse", "dropout off", "label smoothing"]
SHAPES = st.tuples(
    st.integers(1, 7),  # rows
    st.integers(1, 4),  # features
    st.integers(1, 3),  # units of each hidden layer
    st.integers(1, 7),  # batch size: the last batch is mostly shorter
    st.integers(0, 2**32 - 1),  # seed
)


def make_problem(loss_name, setting, n_rows, n_features, rng):
    """(loss, columns of the output, data, alpha)."""
    n_outputs = 2 if setting == "multi-output" else 1
    y = rng.randint(3, size=(n_rows, n_outputs)).astype(float)
    smoothing = 0.1 if setting == "label smoothing" else 0.0
    link, _, name = loss_name.partition(" ")
    if link == "logistic":
        loss, y, n_raw = FOR_CLASSES[name].logistic(smoothing), (y > 1).astype(float), n_outputs
    elif link == "softmax":
        n_classes, y = (3,) * n_outputs, y.astype(int)
        loss, n_raw = FOR_CLASSES[name].softmax(n_classes, smoothing), sum(n_classes)
    else:
        loss = FOR_NUMBERS[loss_name]
        y, n_raw = y + getattr(loss, "power", 0) // 2, loss.n_raw(n_outputs)
    X = rng.standard_normal((n_rows, n_features))
    X = sparse.csr_array(X * (rng.uniform(size=X.shape) < 0.5)) if setting == "sparse" else X
    weight = rng.uniform(0, 3, n_rows) if setting == "weights" else None
    return loss, n_raw, Data(X, y, weight), 0.7 if setting == "L2" else 0.0


def value_and_gradient(network, data, loss, alpha, batch_size):
    """Sums over batches, with the penalty."""
    workspace, gradient, value = Workspace(network), np.zeros_like(network.params), 0.0
    for batch in data.slices(batch_size):
        value += workspace.loss_and_gradient(batch.X, batch.y, batch.weight, loss)
        gradient += workspace.grads
    value += Penalty(network, alpha).add(gradient, slice(None), workspace.grads)
    return value, gradient


def central_differences(network, *problem, step=1e-6):
    gradient = np.empty_like(network.params)
    for i, start in enumerate(network.params.copy()):
        network.params[i] = start + step
        after, _ = value_and_gradient(network, *problem)
        network.params[i] = start - step
        before, _ = value_and_gradient(network, *problem)
        network.params[i] = start
        gradient[i] = (after - before) / (2 * step)
    return gradient


def relative_error(a, b):
    # where the gradient vanishes, compare with a thousandth
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-3)


@pytest.mark.whole
@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_of_every_combination(activation, loss_name):
    for seed, setting in enumerate(SETTINGS):
        check_gradient(activation, loss_name, setting, (5, 3, 2, 3, seed))


def check_gradient(activation, loss_name, setting, shape):
    n_rows, n_features, n_units, batch_size, seed = shape
    rng = np.random.RandomState(seed)
    loss, n_raw, data, alpha = make_problem(loss_name, setting, n_rows, n_features, rng)
    layer = ACTIVATIONS[activation]
    off = [Dropout(0.5)] if setting == "dropout off" else []
    layers = [Dense(n_units), layer, *off, Dense(n_units), layer, *off, Dense(n_raw)]
    network = Network(layers, n_features)
    network.initialize(rng)
    problem = (data, loss, alpha, batch_size)
    _, gradient = value_and_gradient(network, *problem)
    assert relative_error(gradient, central_differences(network, *problem)) <= 1e-6


@settings(max_examples=1000)
@given(
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    loss_name=st.sampled_from(LOSSES),
    setting=st.sampled_from(SETTINGS),
    shape=SHAPES,
)
def test_gradient_over_shapes(activation, loss_name, setting, shape):
    check_gradient(activation, loss_name, setting, shape)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("norm", [LayerNorm(0.1), BatchNorm(epsilon=0.1)], ids=repr)
@settings(max_examples=40)
@given(shape=SHAPES)
def test_gradient_through_a_normalization(norm, weighted, shape):
    n_rows, n_features, n_units, batch_size, seed = shape
    if norm.joins_rows:
        n_rows = batch_size = n_rows + 1  # none of a single row
    rng = np.random.RandomState(seed)
    weight = rng.uniform(0, 2, n_rows) if weighted else None
    data = Data(rng.standard_normal((n_rows, n_features)), rng.uniform(size=(n_rows, 2)), weight)
    tanh = ACTIVATIONS["tanh"]
    layers = [norm, Dense(n_units + 1), norm, tanh, Dense(n_units + 1), tanh, norm, Dense(2)]
    network = Network(layers, n_features)
    network.initialize(rng)
    network.params += 0.1 * rng.standard_normal(network.params.size)
    problem = (data, REGRESSION_LOSSES["squared_error"], 0.1, batch_size)
    _, gradient = value_and_gradient(network, *problem)
    assert relative_error(gradient, central_differences(network, *problem)) <= 1e-6


@pytest.mark.parametrize("name", ["softmax", "tanh", "softplus"])
def test_gradient_through_an_output_activation(name, rng):
    data = Data(rng.standard_normal((5, 3)), rng.uniform(size=(5, 4)))
    network = Network([Dense(6), ACTIVATIONS["tanh"], Dense(4), ACTIVATIONS[name]], 3)
    network.initialize(rng)
    problem = (data, REGRESSION_LOSSES["squared_error"], 0.1, 2)
    _, gradient = value_and_gradient(network, *problem)
    assert relative_error(gradient, central_differences(network, *problem)) <= 1e-6


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_through_a_given_dropout_mask(activation, rng):
    class SameBits(np.random.RandomState):
        def bytes(self, length):
            return np.random.RandomState(1).bytes(length)

    data = Data(rng.standard_normal((6, 3)), rng.standard_normal((6, 2)))
    network = Network([Dense(8), ACTIVATIONS[activation], Dropout(0.4), Dense(2)], 3)
    network.initialize(rng)
    workspace, loss = Workspace(network, SameBits()), REGRESSION_LOSSES["squared_error"]

    def value():
        return workspace.loss_and_gradient(data.X, data.y, None, loss)

    value()
    gradient, differences = workspace.grads.copy(), np.empty_like(network.params)
    for i, start in enumerate(network.params.copy()):
        network.params[i] = start + 1e-6
        after = value()
        network.params[i] = start - 1e-6
        differences[i] = (after - value()) / 2e-6
        network.params[i] = start
    assert relative_error(gradient, differences) <= 1e-6


def test_sparse_and_dense_input_give_the_same(rng):
    X = rng.standard_normal((9, 6)) * (rng.uniform(size=(9, 6)) < 0.3)
    y, loss = rng.standard_normal((9, 2)), REGRESSION_LOSSES["squared_error"]
    network = Network([Dense(5), ACTIVATIONS["relu"], Dense(2)], 6)
    network.initialize(rng)
    dense = value_and_gradient(network, Data(X, y), loss, 0.0, 4)
    for container in (sparse.csr_array, sparse.csr_matrix):
        value, gradient = value_and_gradient(network, Data(container(X), y), loss, 0.0, 4)
        assert value == pytest.approx(dense[0], rel=1e-14)
        np.testing.assert_allclose(gradient, dense[1], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(network.forward(container(X)), network.forward(X), rtol=1e-13)
