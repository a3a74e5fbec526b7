"""Rows and their batches."""

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from skdense.engine import Data, Plan
from skdense.engine.training.batches import Gather, batches_of


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_batches_hand_out_every_row_once_in_order(rng, container):
    X = rng.standard_normal((10, 2))
    data = Data(container(X), np.arange(10.0)[:, None], np.arange(10.0))
    gather, order = Gather(data, 4), rng.permutation(10)
    seen = []
    for batch in batches_of(10, 4):
        taken, y, weight = gather(order[batch])
        rows = weight.astype(int).tolist()
        np.testing.assert_array_equal(y[:, 0], rows)
        taken = taken.toarray() if sparse.issparse(taken) else taken
        np.testing.assert_array_equal(taken, X[rows])
        seen += rows
        assert np.shares_memory(gather(batch)[1], data.y)
    assert seen == order.tolist()
    assert batches_of(10, 4) == [slice(0, 4), slice(4, 8), slice(8, 10)]


def test_an_unaligned_table_is_copied_once_and_not_for_each_batch(rng):
    X = rng.standard_normal((5_000, 20))
    odd = np.frombuffer(b"-" + X.tobytes(), np.float64, offset=1).reshape(X.shape)
    assert not odd.flags.aligned
    gather = Gather(Data(odd, odd[:, 0]), 10)
    rows = rng.permutation(5_000)[:10]
    tracemalloc.start()
    taken = gather(rows)[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(taken, X[rows])
    assert peak < X.nbytes / 10


@pytest.mark.parametrize(
    ("n_rows", "batch_size", "sizes"),
    [
        (10, 4, [3, 3, 4]),
        (9, 4, [3, 3, 3]),
        (5, 2, [2, 3]),
        (3, 1, [3]),
        (1, 1, [1]),
        (7, 100, [7]),
    ],
)
def test_even_batches_have_no_short_one(n_rows, batch_size, sizes):
    batches = batches_of(n_rows, batch_size, even=True)
    assert [batch.stop - batch.start for batch in batches] == sizes
    assert [row for batch in batches for row in range(n_rows)[batch]] == list(range(n_rows))


def test_columns_of_another_length_are_refused(rng):
    X = rng.standard_normal((10, 2))
    with pytest.raises(ValueError, match="y has 9 rows, and X has 10"):
        Data(X, X[:9])
    with pytest.raises(ValueError, match="weight has 9 rows, and X has 10"):
        Data(X, X, np.ones(9))
    with pytest.raises(ValueError, match="batch_size and max_iter must be at least 1"):
        Plan(batch_size=0, max_iter=1)
