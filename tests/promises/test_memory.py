"""What a fit allocates, as NumPy tells tracemalloc."""

import tracemalloc

import numpy as np
import pytest
from plain import PlainRegressor
from sklearn.neural_network import MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def peak_of(function, *args):
    tracemalloc.start()
    function(*args)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_fit_holds_one_scaled_table_in_float32(dtype, early_stopping, rng):
    X = rng.standard_normal((60_000, 40)).astype(dtype)
    net = PlainRegressor((20,), max_iter=1, early_stopping=early_stopping, random_state=0)
    net.set_params(dtype="float32")
    net.fit(X[:300], X[:300, 0])
    held_out = 0.1 * X.nbytes if early_stopping else 0
    extra = 60_000 * 60 + 1_500_000  # target, order of the rows, buffers
    assert peak_of(net.fit, X, X[:, 0]) < X.size * 4 + 2 * held_out + extra


def test_an_unscaled_table_is_not_copied(rng):
    X = rng.standard_normal((60_000, 40))
    net = PlainRegressor.from_sklearn(MLPRegressor(hidden_layer_sizes=(20,), max_iter=1))
    net.fit(X[:300], X[:300, 0])
    assert peak_of(net.fit, X, X[:, 0]) < 0.3 * X.nbytes


def test_large_networks_take_five_times_their_parameters(rng):
    # parameters, two moments, and a gradient for each of two shards
    X = rng.standard_normal((256, 1_000)).astype(np.float32)
    net = PlainRegressor((1_500, 1_000), max_iter=1, batch_size=256, random_state=0)
    net.fit(X[:10], X[:10, 0])
    n_buffers = 256 * (2_500 * 5 + 2_000) * 4
    assert peak_of(net.fit, X, X[:, 0]) < 5.5 * net.network_.params.nbytes + n_buffers


def test_a_stream_from_a_file_takes_constant_memory(tmp_path, rng):
    X = rng.standard_normal((50_000, 40)).astype(np.float32)
    np.save(tmp_path / "table.npy", X)
    table, net = np.load(tmp_path / "table.npy", mmap_mode="r"), PlainRegressor((20,))

    def stream(n_rows):
        for start in range(0, n_rows, 1_000):
            rows = table[start : start + 1_000]
            net.partial_fit(rows, rows[:, 0])

    stream(2_000)
    short, long = peak_of(stream, 2_000), peak_of(stream, 50_000)
    # what is left to the garbage collector varies, the table does not come in
    assert long < short + X.nbytes / 20
