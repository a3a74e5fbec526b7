"""What every layer with one parameter a column promises."""

import pickle

import numpy as np
import pytest
from layers import LAYERS, frame_for, rows_for

from skdense.engine import Network
from skdense.engine.layers.category_embedding import CategoryEmbedding
from skdense.engine.layers.numeric_embedding import PeriodicEmbedding, PiecewiseLinearEmbedding


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
        assert values.dtype in (np.float32, np.int32, bool)
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
