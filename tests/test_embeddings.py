"""The layers that embed columns, and the others with one parameter a column."""

import pickle

import numpy as np
import pytest

from skdense.engine import ACTIVATIONS, Adam, Frame, Network
from skdense.engine.kernels.sparse_products import add_rows_at
from skdense.engine.layers.activations import Parametric
from skdense.engine.layers.category_embedding import CategoryEmbedding
from skdense.engine.layers.numeric_embedding import (
    NUMERIC_EMBEDDINGS,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)
from skdense.engine.layers.scale import Scale

N_LEVELS = (3, 1, 4)
LAYERS = {
    **{name: make(2, learning_rate=0.1) for name, make in NUMERIC_EMBEDDINGS.items()},
    "one bin": PiecewiseLinearEmbedding(2, n_bins=1),
    "no columns": PeriodicEmbedding(0),
    "wider": PeriodicEmbedding(3, n_frequencies=4, n_units=5, sigma=2.0),
    "categories": CategoryEmbedding(N_LEVELS, n_units=2, learning_rate=0.1),
    "scale": Scale(0.1),
    **{name: ACTIVATIONS[f"parametric_{name}"] for name in ("relu", "selu", "mish")},
}
EMBEDDINGS = [PeriodicEmbedding(2), PiecewiseLinearEmbedding(2)]


def rows_for(layer, rng, dtype=float):
    """Two columns of numbers, and a column of codes of each kind or two more of numbers."""
    x = rng.standard_normal((7, 4))
    if isinstance(layer, CategoryEmbedding):
        x = np.column_stack([x[:, :2], *(rng.randint(n + 1, size=7) for n in N_LEVELS)])
    return x.astype(dtype)


def frame_for(layer, x, rng, *, asks_for_d_in=True):
    shape = (len(x), layer.n_out(x.shape[1]))
    params = {name: np.empty(size, x.dtype) for name, size in layer.shapes(x.shape[1]).items()}
    layer.initialize(params, rng)
    for name, values in params.items():
        if name in ("scale", "fraction"):  # which start at 1
            values *= rng.uniform(0.5, 1.5, values.shape).astype(x.dtype)
    grads = {name: np.full_like(values, np.nan) for name, values in params.items()}
    d_out, out = rng.standard_normal(shape).astype(x.dtype), np.full(shape, np.nan, x.dtype)
    d_in = np.full_like(x, np.nan) if asks_for_d_in else None
    scratch = layer.scratch(shape, x.dtype)
    return Frame(params, x, out, scratch, None, True, grads=grads, d_out=d_out, d_in=d_in)


def central_differences(layer, frame, values, step=1e-6):
    gradient = np.empty_like(values)
    for index in np.ndindex(values.shape):
        start, ends = values[index], []
        for values[index] in (start - step, start + step):
            layer.forward(frame)
            ends.append((frame.out * frame.d_out).sum())
        values[index] = start
        gradient[index] = (ends[1] - ends[0]) / (2 * step)
    return gradient


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("asks_for_d_in", [True, False])
def test_gradients_by_central_differences(name, asks_for_d_in, rng):
    layer = LAYERS[name]
    frame = frame_for(layer, rows_for(layer, rng), rng, asks_for_d_in=asks_for_d_in)
    layer.forward(frame)
    layer.backward(frame)
    for its_name, values in frame.params.items():
        expected = central_differences(layer, frame, values)
        if its_name in layer.tracked + layer.frozen:
            expected[...] = 0
        if its_name == "vectors":  # those that stay at zero
            expected[[3, 5, 10]] = 0
        np.testing.assert_allclose(frame.grads[its_name], expected, rtol=1e-6, atol=1e-8)
    if asks_for_d_in:
        expected = central_differences(layer, frame, frame.x)
        if isinstance(layer, CategoryEmbedding):
            expected[:, 2:] = 0
        np.testing.assert_allclose(frame.d_in, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", LAYERS)
def test_a_second_pass_over_the_same_buffers_changes_no_bit(name, rng):
    layer, results = LAYERS[name], []
    frame = frame_for(layer, rows_for(layer, rng), rng)
    for _ in range(2):
        layer.forward(frame)
        layer.backward(frame)
        results.append([a.copy() for a in (frame.out, frame.d_in, *frame.grads.values())])
    for once, again in zip(*results, strict=True):
        np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize("name", LAYERS)
def test_prediction_has_the_values_of_training(name, rng):
    layer = LAYERS[name]
    frame = frame_for(layer, rows_for(layer, rng), rng)
    layer.forward(frame)
    trained, frame.out, frame.is_training = frame.out, np.empty_like(frame.out), False
    frame.scratch = layer.scratch(trained.shape, trained.dtype)
    for _ in range(2):  # chunks share their buffers
        layer.forward(frame)
        np.testing.assert_array_equal(frame.out, trained)


@pytest.mark.parametrize("name", LAYERS)
def test_float32_is_kept_and_close_to_float64(name, rng):
    layer = LAYERS[name]
    single = frame_for(layer, rows_for(layer, rng, np.float32), rng)
    for values in (*single.scratch.values(), *single.params.values()):
        assert values.dtype in (np.float32, np.int32)
    double = frame_for(layer, single.x.astype(float), rng)
    double.d_out = single.d_out.astype(float)
    for its_name, values in single.params.items():
        double.params[its_name][...] = values
    for frame in (single, double):
        layer.forward(frame)
        layer.backward(frame)
    np.testing.assert_allclose(single.out, double.out, rtol=1e-4, atol=1e-5)
    for its_name, values in single.grads.items():
        np.testing.assert_allclose(values, double.grads[its_name], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_equal_to_their_pickles(name):
    assert pickle.loads(pickle.dumps(LAYERS[name])) == LAYERS[name]


@pytest.mark.parametrize("name", ["pbld", "piecewise_linear", "categories", "scale"])
def test_learning_rates_have_the_factor(name):
    network = Network([LAYERS[name]], 5)
    np.testing.assert_array_equal(network.learning_rates, np.full_like(network.params, 0.1))


def test_periodic_embedding_follows_its_formula(rng):
    layer, x = LAYERS["wider"], rows_for(None, rng)
    frame = frame_for(layer, x, rng)
    layer.forward(frame)
    assert frame.out.shape == (7, 4 + 3 * 5)
    np.testing.assert_array_equal(frame.out[:, :4], x)
    for j in range(3):
        frequency, phase = frame.params["lines"][j].T
        # a cosine, with the phase of a sine turned by a quarter
        waves = np.cos(2 * np.pi * x[:, j, None] * frequency + phase - np.pi / 2)
        coef, intercept = frame.params["weights"][j, :-1], frame.params["weights"][j, -1]
        expected = waves @ coef + intercept
        np.testing.assert_allclose(frame.out[:, 4 + 5 * j : 9 + 5 * j], expected, atol=1e-12)


def test_periodic_embedding_starts_as_in_the_paper(rng):
    params = frame_for(PeriodicEmbedding(500), rng.standard_normal((1, 500)), rng).params
    frequency, phase = np.moveaxis(params["lines"], -1, 0)
    assert frequency.std() == pytest.approx(0.1, rel=0.02)
    assert 0.99 * np.pi < np.abs(phase).max() <= np.pi
    assert 0.249 < np.abs(params["weights"]).max() <= 0.25


def encode(x, edges):
    """The paper's piecewise linear encoding of a column."""
    encoded = (x[:, None] - edges[:-1]) / np.diff(edges)
    encoded[:, 1:] = np.maximum(encoded[:, 1:], 0)
    encoded[:, :-1] = np.minimum(encoded[:, :-1], 1)
    return encoded


@pytest.mark.parametrize("adapts", [False, True])
def test_piecewise_linear_embedding_follows_its_formula(adapts, rng):
    layer, x = PiecewiseLinearEmbedding(2, n_bins=6), 3 * rng.standard_normal((50, 3))
    frame = frame_for(layer, x, rng)
    edges = np.tile(np.linspace(-3, 3, 7)[:, None], 2)
    if adapts:
        layer.adapt(frame.params, x[:40], rng)
        # all values differ: three bins of as many rows each, and three edges more between them
        thirds = np.quantile(x[:40, :2], [0, 1 / 3, 2 / 3, 1], axis=0)
        inner = np.quantile(x[:40, :2], [1 / 4, 1 / 2, 3 / 4], axis=0)
        edges = np.sort(np.concatenate([thirds, inner]), axis=0)
    layer.forward(frame)
    for j in range(2):
        coef, intercept = frame.params["weights"][j, :-1], frame.params["weights"][j, -1]
        expected = encode(x[:, j], edges[:, j]) @ coef + intercept
        np.testing.assert_allclose(frame.out[:, 3 + 3 * j : 6 + 3 * j], expected, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bins_without_a_width_stay_at_zero(dtype, rng):
    layer = PiecewiseLinearEmbedding(2)
    x = np.column_stack([np.full(40, 0.1), rng.randint(2, size=40)]).astype(dtype)
    frame = frame_for(layer, x, rng)
    layer.adapt(frame.params, x, rng)
    layer.forward(frame)
    layer.backward(frame)
    assert (frame.params["lines"][0] == 0).all()
    assert (frame.params["lines"][1, :, 0] > 0).sum() == 1
    for values in (frame.out, frame.d_in, *frame.grads.values()):
        assert np.isfinite(values).all()
    assert len(np.unique(frame.out[:, 5:], axis=0)) == 2


def test_category_embedding_looks_its_vectors_up(rng):
    layer = LAYERS["categories"]
    x = rows_for(layer, rng)
    frame = frame_for(layer, x, rng)
    layer.forward(frame)
    vectors = np.split(frame.params["vectors"], [4, 6])
    expected = [its[x[:, 2 + j].astype(int)] for j, its in enumerate(vectors)]
    np.testing.assert_array_equal(frame.out, np.column_stack([x[:, :2], *expected]))


def test_codes_beyond_the_levels_are_the_nearest(rng):
    layer = LAYERS["categories"]
    frame = frame_for(layer, np.array([[0, 0, -1, 99, 1e9], [0, 0, 0, 1, 4]]), rng)
    layer.forward(frame)
    layer.backward(frame)
    np.testing.assert_array_equal(*frame.out)


def test_what_is_missing_stays_at_zero(rng):
    layer = LAYERS["categories"]
    network, optimizer = Network([layer], 5), Adam()
    network.initialize(rng)
    missing, start = [3, 5, 10], network.params.copy()
    state = optimizer.init(network.params)
    x = rows_for(layer, rng)
    x[0, 2:] = N_LEVELS
    frame = frame_for(layer, x, rng)
    frame.params = network.views[0]
    for _ in range(5):
        layer.forward(frame)
        layer.backward(frame)
        optimizer.move(state, network.params, frame.grads["vectors"].ravel().copy(), 0.1)
    assert not frame.params["vectors"][missing].any()
    assert (frame.out[0, 2:] == 0).all()
    assert not np.array_equal(network.params, start)


def test_rows_are_added_where_their_codes_say(rng):
    codes, rows = rng.randint(4, size=9).astype(np.int32), rng.standard_normal((9, 3))
    out, expected = np.ones((4, 3)), np.ones((4, 3))
    ends, ones = np.arange(10, dtype=np.int32), np.ones(9)
    add_rows_at(codes, rows, ends, ones, out)
    np.add.at(expected, codes, rows)
    np.testing.assert_allclose(out, expected, rtol=1e-14)
    with pytest.raises(ValueError, match="9 codes need"):
        add_rows_at(codes, rows, ends[1:], ones, out)
    with pytest.raises(ValueError, match="no product"):
        add_rows_at(codes, rows[1:], ends, ones, out)


def test_parametric_activation_follows_its_formula(rng):
    g = ACTIVATIONS["selu"]
    frame = frame_for(Parametric(g), rng.standard_normal((7, 4)), rng)
    Parametric(g).forward(frame)
    x, share, value = frame.x, frame.params["fraction"], np.empty((7, 4))
    g.evaluate(x, value, np.empty((7, 4)), np.empty((7, 4)))
    np.testing.assert_allclose(frame.out, (1 - share) * x + share * value, rtol=1e-12)


def test_parametric_relu_is_the_prelu():
    frame = frame_for(LAYERS["relu"], np.array([[-2.0, 3.0]]), np.random.RandomState(0))
    frame.params["fraction"][...] = 0.75
    LAYERS["relu"].forward(frame)
    np.testing.assert_allclose(frame.out, [[-0.5, 3]])


@pytest.mark.parametrize("layer", EMBEDDINGS, ids=repr)
def test_nan_passes_through(layer, rng):
    x = rows_for(layer, rng)
    x[0, 0] = np.nan
    frame = frame_for(layer, x, rng)
    layer.forward(frame)
    assert np.isnan(frame.out[0, 4:7]).all()
    assert not np.isnan(frame.out[1:]).any()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: PeriodicEmbedding(2, sigma=0.0), "sigma"),
        (lambda: PeriodicEmbedding(2, n_frequencies=0), "the number of lines"),
        (lambda: PiecewiseLinearEmbedding(-1), "n_columns"),
        (lambda: CategoryEmbedding((2, -1)), "n_levels"),
        (lambda: CategoryEmbedding((2,), n_units=0), "n_units"),
    ],
)
def test_settings_out_of_range_are_refused(make, name):
    with pytest.raises(ValueError, match=f"{name} must be a number in"):
        make()
