"""Rows stay on their workers: measured on the client, on workers, and between them."""

import os
import tracemalloc

import dask.array as da
import numpy as np
import pytest
from dask.sizeof import sizeof
from distributed import Client, LocalCluster, wait

from skdense import DenseNetRegressor
from skdense._input.rows import Rows
from skdense.dask import DaskDenseNetRegressor
from skdense.dask.sketch import Sketch
from skdense.dask.training import Training
from skdense.dask.visits import Visited
from skdense.engine import Data

pytestmark = pytest.mark.whole
N_PARTS, N_ROWS, N_COLUMNS = 8, 25_000, 40
QUICK = {"n_estimators": 1, "max_iter": 1, "numeric_embedding": None, "random_state": 0}
TABLE = N_PARTS * N_ROWS * (N_COLUMNS + 1) * 8


def make_rows(block_info):
    rng = np.random.RandomState(block_info[None]["chunk-location"][0])
    return rng.standard_normal((N_ROWS, N_COLUMNS + 1))


def test_sizes_count_what_is_in_them():
    X, y = np.zeros((1_000, 30), np.float32), np.zeros(1_000)
    assert X.nbytes + y.nbytes <= sizeof(Rows(X, y, None)) < X.nbytes + y.nbytes + 1_000
    assert X.nbytes + y.nbytes <= sizeof(Data(X, y)) < X.nbytes + y.nbytes + 1_000
    assert sizeof(Sketch.of(X, None)) > X.nbytes
    net = DenseNetRegressor((8,), max_iter=1, n_estimators=1, warm_start=True).fit(X, X[:, 0])
    visited = Visited(net._trainer.states[0])
    n_params = net.networks_[0].params.size
    assert sizeof(visited) == 3 * 4 * n_params


def peak_memory(dask_worker):
    """The largest of Dask's samples, of which it takes two in a second."""
    return max(dask_worker.monitor.range_query(start=0)["memory"])


def received(dask_worker):
    return sum(transfer["total"] for transfer in dask_worker.transfer_incoming_log)


def test_rows_stay_where_they_are(two_processes, monkeypatch):
    chunks = ((N_ROWS,) * N_PARTS, (N_COLUMNS + 1,))
    rows = da.map_blocks(make_rows, chunks=chunks, dtype=float, meta=np.empty((0, 2))).persist()
    wait(rows)
    X, y = rows[:, :-1].rechunk({1: -1}), rows[:, -1]
    before, run = [], Training.run

    def noted(*args):
        before.append(sum(two_processes.run(received).values()))
        return run(*args)

    monkeypatch.setattr(Training, "run", noted)
    tracemalloc.start()
    net = DaskDenseNetRegressor((4,), validation_fraction=0.01, client=two_processes, **QUICK)
    net.fit(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # but for the rows held out, and the sketches
    assert peak < TABLE / 4
    # networks travel; the partitions do not
    assert 0 < sum(two_processes.run(received).values()) - before[0] < TABLE / 20
    assert net.t_ == pytest.approx(0.99 * N_PARTS * N_ROWS, rel=0.01)


def test_a_table_larger_than_the_memory_of_each_worker():
    limit, n_rows, n_parts = 600_000_000, 30_000, 63
    table = da.random.default_rng(0).standard_normal(
        (n_rows * n_parts, N_COLUMNS + 1), chunks=(n_rows, N_COLUMNS + 1)
    )
    assert table.nbytes > limit
    with (
        LocalCluster(
            2, threads_per_worker=1, memory_limit=limit, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        processes = client.run(os.getpid)
        net = DaskDenseNetRegressor((4,), batch_size=4_096, client=client, **QUICK)
        net.fit(table[:, :-1], table[:, -1])
        assert max(client.run(peak_memory).values()) < limit
        # none was killed for want of memory
        assert client.run(os.getpid) == processes
    assert net.t_ > 0.9 * len(table)
