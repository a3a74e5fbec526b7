"""The layer that embeds categories."""

import numpy as np
import pytest
from layers import LAYERS, N_LEVELS, frame_for, rows_for

from skdense.engine import Adam, CategoryEmbedding, Network
from skdense.engine.kernels.sparse_products import add_rows_at


def test_category_embedding_looks_its_vectors_up(rng):
    layer = LAYERS["categories"]
    x = rows_for(layer, rng)
    x[:, 2:] = np.minimum(x[:, 2:], N_LEVELS)
    frame = frame_for(layer, x, rng)
    layer.forward(frame)
    vectors = np.split(frame.params["vectors"], [4, 6])
    expected = [its[x[:, 2 + j].astype(int)] for j, its in enumerate(vectors)]
    np.testing.assert_array_equal(frame.out, np.column_stack([x[:, :2], *expected]))


def test_an_unknown_level_has_the_mean_of_the_known_ones(rng):
    layer = LAYERS["categories"]
    frame = frame_for(layer, np.array([[0.0, 0.0, 4, 2, 5]]), rng)
    layer.forward(frame)
    vectors = np.split(frame.params["vectors"], [4, 6])
    expected = [its[:-1].mean(axis=0) for its in vectors]
    np.testing.assert_allclose(frame.out[0, 2:], np.concatenate(expected), rtol=1e-14)


def test_without_levels_an_unknown_one_is_zero(rng):
    layer = CategoryEmbedding((0,), n_units=2)
    frame = frame_for(layer, np.array([[1.0, 1.0]]), rng)
    layer.forward(frame)
    layer.backward(frame)
    np.testing.assert_array_equal(frame.out, [[1, 0, 0]])
    assert not frame.grads["vectors"].any()


def test_codes_beyond_the_levels_are_the_nearest(rng):
    layer = LAYERS["categories"]
    frame = frame_for(layer, np.array([[0, 0, -1, 99, 1e9], [0, 0, 0, 2, 5]]), rng)
    layer.forward(frame)
    layer.backward(frame)
    np.testing.assert_array_equal(*frame.out)


def test_what_is_missing_starts_at_zero_and_is_learnt(rng):
    layer = LAYERS["categories"]
    network, optimizer = Network([layer], 5), Adam()
    network.initialize(rng)
    missing, start = [3, 5, 10], network.params.copy()
    state = optimizer.init(network.params)
    x = rows_for(layer, rng)
    x[0, 2:] = N_LEVELS
    frame = frame_for(layer, x, rng)
    frame.params = network.views[0]
    for moved in range(5):
        layer.forward(frame)
        layer.backward(frame)
        optimizer.move(state, network.params, frame.grads["vectors"].ravel().copy(), 0.1)
        if not moved:
            assert (frame.out[0, 2:] == 0).all()
    assert frame.params["vectors"][missing].all()
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
