"""The layers that embed columns of numbers."""

import numpy as np
import pytest
from layers import EMBEDDINGS, LAYERS, frame_for, rows_for

from skdense.engine.layers.numeric_embedding import PeriodicEmbedding, PiecewiseLinearEmbedding


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


@pytest.mark.parametrize("layer", EMBEDDINGS, ids=repr)
def test_nan_passes_through(layer, rng):
    x = rows_for(layer, rng)
    x[0, 0] = np.nan
    frame = frame_for(layer, x, rng)
    layer.forward(frame)
    assert np.isnan(frame.out[0, 4:7]).all()
    assert not np.isnan(frame.out[1:]).any()
