"""Rows stay on their workers: measured on the client, and in what workers send each other."""

import tracemalloc

import dask.array as da
import numpy as np
import pytest
from distributed import wait

from skdense.dask import DaskDenseNetRegressor

pytestmark = pytest.mark.whole
N_PARTS, N_ROWS, N_COLUMNS = 8, 25_000, 40
TABLE = N_PARTS * N_ROWS * (N_COLUMNS + 1) * 8


def make_rows(block_info):
    rng = np.random.RandomState(block_info[None]["chunk-location"][0])
    return rng.standard_normal((N_ROWS, N_COLUMNS + 1))


def received(dask_worker):
    return sum(transfer["total"] for transfer in dask_worker.transfer_incoming_log)


def test_rows_stay_where_they_are(two_processes):
    chunks = ((N_ROWS,) * N_PARTS, (N_COLUMNS + 1,))
    rows = da.map_blocks(make_rows, chunks=chunks, dtype=float, meta=np.empty((0, 2))).persist()
    wait(rows)
    X, y = rows[:, :-1].rechunk({1: -1}), rows[:, -1]
    before = sum(two_processes.run(received).values())
    tracemalloc.start()
    how = {"n_estimators": 1, "max_iter": 1, "numeric_embedding": None, "random_state": 0}
    net = DaskDenseNetRegressor((4,), validation_fraction=0.01, client=two_processes, **how)
    net.fit(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # but for the rows held out, and the sketches
    assert peak < TABLE / 4
    # networks travel; the partitions do not
    assert sum(two_processes.run(received).values()) - before < TABLE / 20
    assert net.t_ == pytest.approx(0.99 * N_PARTS * N_ROWS, rel=0.01)
