"""Bits: the number of workers changes none, and visits are steps of the engine."""

import dask.array as da
import numpy as np
import pytest
from dask_clusters import Immediate, local_cluster, params_of
from distributed import Client

from skdense import engine
from skdense.dask import DaskDenseNetClassifier, DaskDenseNetRegressor, training
from skdense.dask.training import Itinerary, Training
from skdense.dask.visits import Visit, Visited, add, divide, visit
from skdense.engine import Data, Dense, Dropout, Monitor, Network, Plan, Stopping, TrainState

pytestmark = pytest.mark.whole


def new_state(seed, n_in=3, decay=0.0):
    network = Network([Dense(8), Dropout(0.2), Dense(1)], n_in)
    network.initialize(np.random.RandomState(seed))
    state = TrainState(network, engine.Adam(), np.random.RandomState(seed))
    state.optimizer_state = state.optimizer.init(network.params)
    state.average_at(decay)
    return state


@pytest.fixture
def rows(rng):
    X = rng.standard_normal((120, 3))
    return Data(X, X[:, :1] * 2 + X[:, 1:2] ** 2)


LOSS, PLAN = engine.SquaredError(), Plan(16, 2, 0.01)


def place(rows, seed, number=1, lane=0):
    return Visit(0, rows, lane, seed, 1, number, 2, 0)


@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_a_visit_is_an_epoch_of_the_engine_to_the_bit(rows, decay):
    plan = Plan(16, 2, 0.01, ema_decay=decay)
    state = new_state(0, decay=decay)
    at = Visited(state)
    for number in (1, 2):
        at = visit(at, rows, place(slice(20, 120), 5 + number, number), plan, LOSS)

    expected, part = new_state(0, decay=decay), rows.rows(slice(20, 120))
    for number in (1, 2):
        # a plan of one epoch after another, with the seeds of the visits
        expected.rng, expected.order = np.random.RandomState(5 + number), None
        one = Plan(16, 1, 0.01, ema_decay=decay)
        engine.train([expected], part, LOSS, one, Stopping(np.inf, 0))
    np.testing.assert_array_equal(at.state.network.params, expected.network.params)
    assert at.n_rows == 200


def test_a_visit_leaves_its_arguments_as_they_are(rows):
    state = new_state(0, decay=0.5)
    before = [state.network.params.copy(), state.average.values.copy()]
    first = visit(Visited(state), rows, place(slice(0, 120), 1), PLAN, LOSS)
    again = visit(Visited(state), rows, place(slice(0, 120), 1), PLAN, LOSS)
    np.testing.assert_array_equal(state.network.params, before[0])
    np.testing.assert_array_equal(state.average.values, before[1])
    np.testing.assert_array_equal(first.state.network.params, again.state.network.params)


def test_lanes_are_averaged_in_their_order(rows):
    begin = Visited(new_state(0))
    ends = [
        visit(begin, rows, place(part, 1, lane=lane), PLAN, LOSS)
        for lane, part in enumerate([slice(0, 60), slice(60, 120)])
    ]
    mean = divide(add(ends), 2)
    first, second = (end.state for end in ends)
    expected = (first.network.params + second.network.params) / 2
    np.testing.assert_array_equal(mean.state.network.params, expected)
    moments = zip(first.optimizer_state.moments, second.optimizer_state.moments, strict=True)
    for own, (one, other) in zip(mean.state.optimizer_state.moments, moments, strict=True):
        np.testing.assert_array_equal(own, (one + other) / 2)
    assert mean.loss == ends[0].loss + ends[1].loss
    assert mean.n_rows == 120


@pytest.mark.parametrize("n_lanes", [1, 2, 3])
def test_each_row_is_visited_once_an_epoch(n_lanes, rng, monkeypatch):
    monkeypatch.setattr(training, "VISIT_STEPS", 2)
    sizes = [10, 37, 1, 80, 16]
    itinerary = Itinerary(sizes, 8, n_lanes)
    lanes = itinerary.lanes(rng)
    assert len(lanes) == n_lanes
    assert max(map(len, lanes)) == itinerary.n_rounds
    for block, size in enumerate(sizes):
        slices = sorted(
            (part.start, part.stop) for lane in lanes for i, part in lane if i == block
        )
        assert [start for start, _ in slices] == [0, *[stop for _, stop in slices[:-1]]]
        assert slices[-1][1] == size
        assert all((stop - start) <= 16 for start, stop in slices)


@pytest.mark.parametrize("n_lanes", [1, 2])
def test_losses_are_those_of_all_visits(n_lanes, rng):
    blocks = [Data(rng.standard_normal((30, 3)), rng.standard_normal((30, 1))) for _ in range(4)]
    seen = []

    class Counting(Immediate):
        def submit(self, task, *args):
            done = super().submit(task, *args)
            if task is visit:
                before = args[0] if args[2].lane == 0 else Visited(args[0].state)
                seen.append(done.loss - before.loss)
            return done

    itinerary = Itinerary([30] * 4, 8, n_lanes)
    run = Training(Counting(), blocks, itinerary, [new_state(0)], LOSS, Plan(8, 1, 0.01))
    (epoch,) = run.run(Stopping(np.inf, 0), None, Monitor())
    assert len(seen) == 4
    assert epoch.loss == pytest.approx(sum(seen) / 120)


@pytest.mark.parametrize("lane_rows", [500_000, 300], ids=["one lane", "several lanes"])
@pytest.mark.parametrize("cls", [DaskDenseNetClassifier, DaskDenseNetRegressor])
def test_workers_change_no_bit(cls, lane_rows, rng, two_processes, in_process, monkeypatch):
    monkeypatch.setattr(training, "LANE_ROWS", lane_rows)
    X = rng.standard_normal((1_000, 4))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    X, y = da.from_array(X, (130, 4)), da.from_array(y, 130)
    nets = [cls((16,), max_iter=3, random_state=0, client=c) for c in (two_processes, in_process)]
    with local_cluster(1, processes=False) as cluster, Client(cluster) as client:
        alone = cls((16,), max_iter=3, random_state=0, client=client).fit(X, y)
    for net in nets:
        net.fit(X, y)
        np.testing.assert_array_equal(params_of(net), params_of(alone))
        assert net.loss_curve_ == alone.loss_curve_
        assert net.validation_scores_ == alone.validation_scores_
    assert len(alone.loss_curve_) == 3


def test_one_process_without_dask_trains_the_same_bits(rng, in_process):
    blocks = [Data(rng.standard_normal((40, 3)), rng.standard_normal((40, 1))) for _ in range(6)]
    itinerary, ends = Itinerary([40] * 6, 8, 2), []
    from skdense.dask.cluster import Cluster

    with Cluster(in_process) as cluster:
        sent = [cluster.submit(_itself, block) for block in blocks]
        for runner, where in ((cluster, sent), (Immediate(), blocks)):
            states = [new_state(seed, decay=0.9) for seed in (1, 2)]
            plan = Plan(8, 2, 0.01, ema_decay=0.9)
            run = Training(runner, where, itinerary, states, LOSS, plan)
            epochs = run.run(Stopping(np.inf, 0), None, Monitor())
            ends.append((states, epochs))
    (first, losses), (second, others) = ends
    assert losses == others
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.network.params, other.network.params)
        np.testing.assert_array_equal(one.average.values, other.average.values)


def _itself(value):
    return value
