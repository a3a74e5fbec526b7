"""Workers that die, schedulers that go, and Ctrl-C: the right result or one clear error."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from dask_clusters import local_cluster, params_of
from distributed import Client

import skdense
from skdense.dask import ClusterLostError, DaskDenseNetRegressor, cluster
from skdense.dask.training import Training

pytestmark = pytest.mark.whole
QUICK = {"hidden_layer_sizes": (8,), "max_iter": 3, "random_state": 0}


def make_rows(block, n_rows):
    rng = np.random.RandomState(block)
    X = rng.standard_normal((n_rows, 4))
    return np.column_stack([X, X[:, 0] + X[:, 1] ** 2])


@pytest.fixture
def table():
    """A table that workers make, and can make again."""
    rows = da.map_blocks(
        lambda block_info: make_rows(block_info[None]["chunk-location"][0], 200),
        chunks=((200,) * 6, (5,)),
        dtype=float,
        meta=np.empty((0, 5)),
    )
    return rows[:, :4].rechunk({1: -1}), rows[:, 4]


@pytest.fixture
def to_kill():
    """A client of two processes; others would wait for those that do not come back."""
    with local_cluster(2) as cluster, Client(cluster) as client:
        yield client


class Interfering:
    """Does something when the networks have been sent into an epoch."""

    def __init__(self, act, epoch):
        self.act, self.epoch, self.sent = act, epoch, Training._send

    def __call__(self, training, index, state, lanes, epoch, n_plateaus):
        end = self.sent(training, index, state, lanes, epoch, n_plateaus)
        if epoch == self.epoch and index == len(training.states) - 1:
            self.act()
        return end

    def send(self):
        """As a method of Training."""
        return lambda *args: self(*args)


def kill(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def pids_of(client):
    return sorted(client.run(os.getpid).values())


@pytest.mark.parametrize("persisted", [False, True], ids=["lazy", "persisted"])
@pytest.mark.filterwarnings("ignore:.*worker.*:UserWarning")
def test_a_killed_worker_changes_no_bit(persisted, table, to_kill, monkeypatch):
    X, y = (values.persist() for values in table) if persisted else table
    whole = DaskDenseNetRegressor(**QUICK, client=to_kill).fit(X, y)
    pids = pids_of(to_kill)
    act = Interfering(lambda: kill(pids[:1]), 2)
    monkeypatch.setattr(Training, "_send", act.send())
    net = DaskDenseNetRegressor(**QUICK, client=to_kill).fit(X, y)
    np.testing.assert_array_equal(params_of(net), params_of(whole))
    assert net.loss_curve_ == whole.loss_curve_


def failing(client, table, act, error, message, monkeypatch, epoch=2):
    net = DaskDenseNetRegressor(**QUICK, client=client)
    before = dict(vars(net))
    monkeypatch.setattr(Training, "_send", Interfering(act, epoch).send())
    monkeypatch.setattr(cluster, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 1.0)
    with pytest.raises(error, match=message):
        net.fit(*table)
    assert vars(net) == before


def raise_interrupt():
    raise KeyboardInterrupt


def test_an_interrupt_cancels_the_work(table, in_process, monkeypatch):
    failing(in_process, table, raise_interrupt, KeyboardInterrupt, None, monkeypatch)
    scheduler = in_process.cluster.scheduler
    in_process.sync(_nothing_left, scheduler)


async def _nothing_left(scheduler):
    import asyncio

    for _ in range(100):
        if not any(state.who_wants for state in scheduler.tasks.values()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(scheduler.tasks)} tasks are left")


def test_workers_that_do_not_come_back_are_an_error(table, monkeypatch):
    with local_cluster(1, processes=False) as own, Client(own) as client:
        message = "none of its workers has taken tasks for 1 seconds.*The estimator is as it was"
        act = lambda: own.scale(0)  # noqa: E731
        failing(client, table, act, ClusterLostError, message, monkeypatch)


def test_a_cluster_without_workers_is_an_error(table, monkeypatch):
    with local_cluster(0, processes=False) as own, Client(own) as client:
        failing(client, table, None, ClusterLostError, "it has no workers", monkeypatch)


def test_a_lost_scheduler_is_an_error(table, monkeypatch):
    code = (
        "import time, distributed; from dask_clusters import local_cluster; "
        "print(local_cluster(1, processes=False, protocol='tcp').scheduler_address, flush=True); "
        "time.sleep(600)"
    )
    paths = [Path(skdense.__file__).parents[1], Path(__file__).parents[1] / "helpers"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    out = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdout=out, env=env, text=True) as own:
        client = Client(own.stdout.readline().strip(), timeout=1)
        try:
            message = "could not finish the work"
            failing(client, table, own.kill, ClusterLostError, message, monkeypatch)
        finally:
            own.kill()
            client.close(timeout=1)


def test_scattered_rows_that_are_lost_are_an_error(table, to_kill, monkeypatch):
    scattered = to_kill.scatter([np.asarray(part) for part in (make_rows(0, 300),) * 2])
    parts = [da.from_delayed(_delayed(one), (300, 5), float) for one in scattered]
    rows = da.concatenate(parts)
    X, y = rows[:, :4].rechunk({1: -1}), rows[:, 4]
    pids = pids_of(to_kill)
    message = "go with the worker"
    failing(to_kill, (X, y), lambda: kill(pids), ClusterLostError, message, monkeypatch)


def _delayed(future):
    from dask import delayed

    return delayed(future)
