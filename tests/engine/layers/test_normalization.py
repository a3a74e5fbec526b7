"""Layer and batch normalization."""

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from scipy.sparse import csr_array

from skdense.engine import BatchNorm, Frame, LayerNorm

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def run(layer, x, weight=None, *, is_training=False, params=None):
    params = params or {name: np.empty(shape) for name, shape in layer.shapes(x.shape[1]).items()}
    layer.initialize(params, np.random.RandomState(0))
    frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, is_training)
    frame.weight = weight
    layer.forward(frame)
    return frame


def test_layer_norm_is_the_formula_of_its_paper(rng):
    x = rng.standard_normal((5, 8)) * 3 + 2
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    expected = (x - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(run(LayerNorm(), x).out, expected, rtol=1e-12)


def test_batch_norm_is_the_formula_of_its_paper(rng):
    x = rng.standard_normal((50, 4)) * 3 + 2
    expected = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    np.testing.assert_allclose(run(BatchNorm(), x, is_training=True).out, expected, rtol=1e-12)


def test_batch_norm_counts_a_weight_as_repetitions(rng):
    x, weight = rng.standard_normal((6, 3)), np.array([0.0, 1, 2, 3, 1, 1])
    frame = run(BatchNorm(), x, weight, is_training=True)
    repeats = weight.astype(int)
    expected = run(BatchNorm(), x.repeat(repeats, 0), is_training=True)
    np.testing.assert_allclose(frame.out.repeat(repeats, 0), expected.out, rtol=1e-12)
    for name in ("mean", "variance"):
        np.testing.assert_allclose(frame.params[name], expected.params[name], rtol=1e-12)


def test_batch_norm_predicts_by_running_means_that_favour_no_start(rng):
    layer = BatchNorm(momentum=0.8)
    params = {name: np.empty(shape) for name, shape in layer.shapes(2).items()}
    layer.initialize(params, rng)
    mean, total = np.zeros(2), 0.0
    for _ in range(7):
        x = rng.normal([5, -3], size=(9, 2))
        frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, True)
        layer.forward(frame)
        mean, total = 0.8 * mean + 0.2 * x.mean(axis=0), 0.8 * total + 0.2
        np.testing.assert_allclose(params["mean"], mean / total, rtol=1e-12)
    out = run_predicting(layer, params, params["mean"][None] + [[1.0, 0.0]])
    expected = [[1 / np.sqrt(params["variance"][0] + 1e-5), 0]]
    np.testing.assert_allclose(out, expected, atol=1e-12)


def run_predicting(layer, params, x):
    frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype))
    layer.forward(frame)
    return frame.out


@pytest.mark.parametrize("normalization", ["batch", "layer", BatchNorm(0.5), ["layer", "batch"]])
@pytest.mark.parametrize("container", [np.asarray, csr_array])
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_normalized_networks_learn(cls, normalization, container, wine):
    X, y = wine
    net = cls((20, 20), normalization=normalization, learning_rate_init=0.01, random_state=0)
    net.set_params(max_iter=100, batch_size=32, learning_rate="cosine").fit(container(X), y)
    assert net.score(container(X), y) > 0.9
    # a prediction is that of the row alone
    np.testing.assert_allclose(net.predict(X[:5]), net.predict(container(X))[:5], atol=1e-9)


def test_batch_norm_makes_no_short_batches(rng):
    # a last batch of one row, normalized by itself, would be all zeros
    X = rng.standard_normal((1001, 3))
    y = np.sin(2 * X[:, 0])
    net = PlainRegressor(
        (50, 50), normalization="batch", max_iter=40, learning_rate_init=0.005, random_state=0
    )
    whole = net.fit(X[:1000], y[:1000]).score(X, y)
    for n_rows in (1001, 999):
        assert net.fit(X[:n_rows], y[:n_rows]).score(X, y) > whole - 0.05
    assert np.isfinite(net.set_params(batch_size=1, max_iter=2).fit(X, y).predict(X)).all()


def test_batch_norm_refuses_a_batch_of_one_row(rng):
    X = rng.standard_normal((10, 3))
    net = PlainRegressor(normalization="batch", random_state=0).partial_fit(X, X[:, 0])
    before = net.network_
    with pytest.raises(ValueError, match="normalization='batch' .* a batch of 1 sample"):
        net.partial_fit(X[:1], X[:1, 0])
    assert net.network_ is before


def test_running_means_weigh_batches_by_their_rows(rng):
    layer = BatchNorm(momentum=0.5)
    params = {name: np.empty(shape) for name, shape in layer.shapes(1).items()}
    layer.initialize(params, rng)
    for x in (np.zeros((90, 1)), np.full((10, 1), 10.0)):
        frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, True)
        layer.forward(frame)
    # the first batch is one step old: half of its 90 rows against 10
    np.testing.assert_allclose(params["mean"], 10 * 10 / (45 + 10))
    layer.initialize(params, rng)
    for value, heavy in ((0.0, 18.0), (10.0, 2.0)):
        x, weight = np.full((5, 1), value), np.full(5, heavy)
        frame = Frame(params, x, np.empty_like(x), layer.scratch(x.shape, x.dtype), None, True)
        frame.weight = weight
        layer.forward(frame)
    np.testing.assert_allclose(params["mean"], 10 * 10 / (45 + 10))


def test_running_means_are_no_coefficients(wine):
    X, y = wine
    net = PlainClassifier(
        (8,),
        normalization="batch",
        alpha=100.0,
        weight_decay=1.0,
        max_grad_norm=0.1,
        max_iter=30,
        random_state=0,
    ).fit(X, y)
    (norm,) = [views for views in net.network_.views if "variance" in views]
    # neither penalties nor steps move them: they are those of the values behind the first layer
    hidden = (X - X.mean(axis=0)) / X.std(axis=0) @ net.coefs_[0] + net.intercepts_[0]
    np.testing.assert_allclose(norm["mean"], hidden.mean(axis=0), atol=0.2)


@pytest.mark.parametrize("normalization", ["batch", "layer"])
def test_a_weight_is_so_many_repetitions_with_normalization(normalization, wine):
    X, y = wine
    weight = np.arange(178) % 4
    net = PlainRegressor(
        normalization=normalization,
        activation="tanh",
        batch_size=1000,
        max_iter=10,
        random_state=0,
    )
    weighted = net.fit(X, y, weight).predict(X)
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).predict(X)
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-7)
