"""Threads: what they share, what they leave behind, and that they change no bit."""

import threading
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from threadpoolctl import ThreadpoolController, threadpool_limits

from skdense.engine import (
    Adam,
    Data,
    Dense,
    Dropout,
    Layer,
    Network,
    Plan,
    Relu,
    SquaredError,
    Stopping,
    TrainState,
    train,
)
from skdense.engine import threads as threads_module
from skdense.engine.threads import Team, n_threads, one_blas_thread, work_apart
from skdense.engine.training import step as step_module
from skdense.engine.training.shards import lanes_for
from skdense.engine.training.step import Stepper

FOREVER = {"patience": np.inf, "tol": 0.0}


def blas_threads():
    controller = ThreadpoolController().select(user_api="blas")
    return [library["num_threads"] for library in controller.info()]


# teams


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_nobody_goes_on_before_all_have_met(n):
    def work(rank):
        for step in range(50):
            seen.append(step)
            team.meet(rank)
            counts.append(seen.count(step))
            team.meet(rank)

    team, seen, counts = Team(n), [], []
    team.run(work)
    team.run(seen.append)
    assert set(counts) == {n}
    assert sorted(seen[50 * n :]) == list(range(n))
    team.close()
    team.close()


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_an_error_in_any_thread_is_raised_and_stops_the_others(rank):
    def work(mine):
        team.meet(mine)
        if mine == rank:
            raise ArithmeticError(f"rank {mine}")
        team.meet(mine)
        after.append(mine)

    team, after, before = Team(3), [], threading.active_count()
    with pytest.raises(ArithmeticError, match=f"rank {rank}"):
        team.run(work)
    assert not after
    team.close()
    assert threading.active_count() == before - 2


def test_threads_end_with_their_team():
    before = threading.active_count()
    team = Team(4)
    assert threading.active_count() == before + 3
    team.close()
    assert threading.active_count() == before


def test_an_interrupt_stops_the_others():
    def work(rank):
        if rank == 0:
            raise KeyboardInterrupt
        team.meet(rank)
        team.meet(rank)

    before, team = threading.active_count(), Team(3)
    with pytest.raises(KeyboardInterrupt):
        team.run(work)
    team.close()
    assert threading.active_count() == before


@pytest.mark.parametrize("n", [2, 3])
def test_a_team_whose_first_thread_never_came_can_be_closed(n):
    # Ctrl-C between handing out the work and beginning with it
    def work(rank):
        team.meet(rank)

    before, team = threading.active_count(), Team(n)
    for inbox in team._inboxes:
        inbox.put(work)
    team.close()
    assert threading.active_count() == before


def test_an_interrupt_is_raised_before_other_errors():
    def work(rank):
        raise ArithmeticError if rank else KeyboardInterrupt

    team = Team(3)
    with pytest.raises(KeyboardInterrupt):
        team.run(work)
    team.close()


def test_threads_that_cannot_all_be_started_end(monkeypatch):
    def start(thread):
        if threading.active_count() >= before + 2:
            raise RuntimeError("can't start new thread")
        begin(thread)

    before, begin = threading.active_count(), threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError, match="can't start"):
        Team(5)
    assert threading.active_count() == before


@pytest.mark.parametrize("n", [1, 2, 3, 9])
def test_items_are_worked_on_once(n):
    seen = []
    work_apart(seen.extend, range(7), n)
    assert sorted(seen) == list(range(7))


# limits of BLAS


def test_limits_are_restored_by_the_last_to_leave():
    before = blas_threads()
    with one_blas_thread:
        with one_blas_thread:
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
        assert n_threads() == 1
    assert blas_threads() == before
    with threadpool_limits(1, "blas"):
        assert n_threads() == 1


@pytest.mark.parametrize("is_last", [False, True])
def test_any_thread_may_be_the_last_to_leave(is_last):
    # threadpoolctl 3.8 obeys a single thread, and ignores the others without a word
    def work():
        with one_blas_thread:
            entered.set()
            leave.wait(10)

    before, entered, leave = blas_threads(), threading.Event(), threading.Event()
    other = threading.Thread(target=work)
    try:
        with one_blas_thread:
            other.start()
            entered.wait(10)
            if not is_last:
                leave.set()
                other.join()
        assert set(blas_threads()) == {1} or not is_last
        leave.set()
        other.join()
        assert blas_threads() == before
    finally:
        one_blas_thread.before = before
        threads_module._limit(before)


def test_limits_hold_from_any_thread():
    def work():
        with one_blas_thread:
            seen.append(blas_threads())

    before, seen = blas_threads(), []
    with one_blas_thread:  # so that this thread was the first to ask
        pass
    other = threading.Thread(target=work)
    other.start()
    other.join()
    assert set(seen[0]) == {1}
    assert blas_threads() == before


def test_fits_restore_the_limits_also_after_an_error(rng):
    X = rng.standard_normal((400, 20))
    before, n_before = blas_threads(), threading.active_count()
    PlainRegressor(max_iter=2, tol=1, n_iter_no_change=1).fit(X, X[:, 0])
    assert blas_threads() == before
    with pytest.raises(ValueError, match="diverged"):
        PlainRegressor(learning_rate_init=1e200, solver="sgd").fit(X, X[:, 0])
    assert blas_threads() == before

    class InterruptingError(SquaredError):
        def rows(self, raw, y, gradient_out):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PlainRegressor(loss=InterruptingError()).fit(X, X[:, 0])
    assert blas_threads() == before
    assert threading.active_count() == n_before


def test_an_interrupt_on_the_way_in_restores_the_limits(monkeypatch):
    def limit(numbers):
        set_limits(numbers)
        if set(numbers) == {1}:
            raise KeyboardInterrupt

    before, set_limits = blas_threads(), threads_module._limit
    monkeypatch.setattr(threads_module, "_limit", limit)
    with pytest.raises(KeyboardInterrupt), one_blas_thread:
        pass
    assert blas_threads() == before
    assert one_blas_thread.n_users == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, ArithmeticError, None])
def test_threads_and_limits_end_with_a_large_fit(error, rng, monkeypatch):
    class WatchedError(SquaredError):
        def rows(self, raw, y, gradient_out):
            seen.append((threading.current_thread().name, max(blas_threads())))
            if error is not None and len(seen) > 5:
                raise error
            return super().rows(raw, y, gradient_out)

    monkeypatch.setattr(step_module, "n_threads", lambda: 2)
    before, seen = (blas_threads(), threading.active_count()), []
    network, data = large(rng)
    state = TrainState(network, Adam(), rng)
    with pytest.raises(error) if error is not None else nullcontext():
        train([state], data, WatchedError(), Plan(batch_size=256, max_iter=2), Stopping(**FOREVER))
    assert (blas_threads(), threading.active_count()) == before
    names, limits = zip(*seen, strict=True)
    assert len(set(names)) == 2
    assert set(limits) == {1}


def test_scorers_see_the_limits_of_the_user(rng):
    seen, before = [], blas_threads()

    def scorer(estimator, X, y):
        seen.append(blas_threads())
        return 0.5

    X = rng.standard_normal((60, 3))
    net = PlainRegressor(early_stopping=True, scoring=scorer, n_iter_no_change=2)
    net.fit(X, X[:, 0])
    assert all(limits[: len(before)] == before for limits in seen)


def test_fits_in_several_threads_restore_the_limits(rng):
    X = rng.standard_normal((300, 10))
    y, before, results = (X[:, 0] > 0).astype(int), blas_threads(), []

    def fit():
        net = PlainClassifier((16,), max_iter=30, tol=0, n_iter_no_change=99, random_state=0)
        results.append(net.set_params(learning_rate="cosine").fit(X, y).network_.params)

    threads = [threading.Thread(target=fit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert blas_threads() == before
    for params in results[1:]:
        np.testing.assert_array_equal(params, results[0])


# lanes


def large(rng, layers=(), n_rows=1_300, dtype=np.float32):
    X = rng.standard_normal((n_rows, 60)).astype(dtype)
    network = Network([Dense(200), Relu(), *layers, Dense(200), Relu(), Dense(2)], 60, dtype)
    network.initialize(np.random.RandomState(0))
    weight = rng.uniform(0.5, 2, n_rows).astype(dtype)
    return network, Data(X, np.column_stack([X[:, 0], X[:, 1] ** 2]), weight)


def trained(rng, monkeypatch, n, layers=(), chunk=128, **plan):
    monkeypatch.setattr(step_module, "n_threads", lambda: n)
    # many lanes, and several chunks in each, of few rows
    monkeypatch.setattr("skdense.engine.training.shards.LANE_ROWS", 128)
    monkeypatch.setattr("skdense.engine.training.shards.CHUNK", chunk)
    network, data = large(np.random.RandomState(1), layers)
    state = TrainState(network, Adam(), np.random.RandomState(2))
    settings = {"batch_size": 256, "max_iter": 2, "alpha": 0.1} | plan
    epochs = train([state], data, SquaredError(), Plan(**settings), Stopping(**FOREVER))
    return network.params, [epoch.loss for epoch in epochs]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"layers": [Dropout(0.3)]},
        {"max_grad_norm": 0.1, "weight_decay": 0.1, "ema_decay": 0.9},
        {"batch_size": 700, "shuffle": False},
    ],
    ids=["plain", "dropout", "clipping, decay, average", "chunks, no shuffle"],
)
def test_the_number_of_threads_changes_no_bit(settings, rng, monkeypatch):
    params, losses = trained(rng, monkeypatch, 1, **settings)
    for n in (2, 3):
        others, curve = trained(rng, monkeypatch, n, **settings)
        np.testing.assert_array_equal(others, params)
        assert curve == losses


@pytest.mark.parametrize("batch_size", [255, 256, 700, 1_300])
def test_lanes_learn_what_one_does(batch_size, rng, monkeypatch):
    settings = {"batch_size": batch_size, "max_grad_norm": 5.0}
    several, curve = trained(rng, monkeypatch, 2, **settings)
    monkeypatch.setattr("skdense.engine.training.shards.MIN_PRODUCTS", np.inf)
    one, losses = trained(rng, monkeypatch, 1, chunk=10_000, **settings)
    np.testing.assert_allclose(several, one, rtol=1e-3, atol=2e-5)
    np.testing.assert_allclose(curve, losses, rtol=1e-5)


@pytest.mark.parametrize("hidden_layer_sizes", [(200, 200), (30,)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_limits_of_blas_change_no_bit(hidden_layer_sizes, dtype, rng):
    X = rng.standard_normal((1_300, 60)).astype(dtype)
    results = []
    for n in (1, 2):
        net = PlainRegressor(hidden_layer_sizes, max_iter=3, batch_size=256, random_state=0)
        net.set_params(early_stopping=True, dropout=0.1, learning_rate="cosine", dtype=None)
        with threadpool_limits(n, "blas"):
            net.fit(X, X[:, 0] * X[:, 1])
            results.append((net.network_.params, net.predict(X), net.validation_loss_curve_))
    for one, two in zip(*results, strict=True):
        np.testing.assert_array_equal(one, two)


def test_what_a_layer_tracks_is_written_by_one_thread(rng):
    @dataclass(frozen=True)
    class Largest(Relu):
        tracked = ("largest",)

        def shapes(self, n_in):
            return {"largest": (n_in,)}

    network, data = large(rng, [Largest()])
    assert len(lanes_for(network, data, SquaredError(), 1_300, is_alone=True)) == 1
    state = TrainState(network, Adam(), rng)
    stepper = Stepper(state, data, SquaredError(), Plan(batch_size=256, max_iter=1), is_alone=True)
    assert stepper.team.n_threads == 1


def test_a_layer_of_ones_own_draws_in_training(rng):
    @dataclass(frozen=True)
    class Noise(Layer):
        def forward(self, frame):
            drawn.append(frame.rng.normal())
            frame.out[...] = frame.x

        def backward(self, frame):
            frame.d_in[...] = frame.d_out

    drawn = []
    network = Network([Dense(2), Noise()], 60)
    state = TrainState(network, Adam(), rng)
    data = Data(rng.standard_normal((40, 60)), np.zeros((40, 2)))
    train([state], data, SquaredError(), Plan(batch_size=10, max_iter=2), Stopping(**FOREVER))
    assert len(set(drawn)) == 8


def test_lanes_follow_from_the_sizes(rng):
    network, data = large(rng)
    for n_rows, n in ((100, 1), (200, 2), (1_300, 2), (4_096, 4), (20_000, 8)):
        assert len(lanes_for(network, data, SquaredError(), n_rows, is_alone=True)) == n
    small = Network([Dense(5), Relu(), Dense(2)], 60, np.float32)
    assert len(lanes_for(small, data, SquaredError(), 1_300, is_alone=True)) == 1


def test_a_batch_with_fewer_rows_than_lanes(rng, monkeypatch):
    # 1,281 rows: the last batch has a single one
    monkeypatch.setattr(step_module, "n_threads", lambda: 2)
    network, data = large(rng, n_rows=1_281)
    state = TrainState(network, Adam(), rng)
    plan = Plan(batch_size=256, max_iter=1, shuffle=False)
    epochs = train([state], data, SquaredError(), plan, Stopping(**FOREVER))
    assert state.n_steps == 6
    assert np.isfinite(epochs[0].loss)


def test_parts_cover_every_parameter_once(rng):
    for width in (10, 300, 3_000):
        network = Network([Dense(width), Relu(), Dense(width)], 60, np.float32)
        data = Data(np.zeros((300, 60), np.float32), np.zeros((300, width), np.float32))
        state = TrainState(network, Adam(), rng)
        stepper = Stepper(
            state, data, SquaredError(), Plan(batch_size=256, max_iter=1), is_alone=True
        )
        ends = [(part.start, part.stop) for part in stepper.parts]
        assert ends[0][0] == 0
        assert ends[-1][1] == network.params.size
        assert all(one[1] == other[0] for one, other in pairwise(ends))
        assert max(stop - start for start, stop in ends) <= step_module.PART
        stepper.close()


def test_dropout_draws_anew_in_each_epoch_and_lane(rng, monkeypatch):
    network, data = large(rng, [Dropout(0.5)])
    lanes = lanes_for(network, data, SquaredError(), 256, is_alone=True)
    source, drawn = np.random.RandomState(0), []
    for _ in range(2):
        for lane in lanes:
            lane.begin_epoch(source)
            drawn.append(lane.rng.bytes(8))
    assert len(set(drawn)) == 4


# prediction


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_predictions_are_shared_out_and_keep_every_bit(dtype, rng, monkeypatch):
    X = rng.standard_normal((7_001, 40)).astype(dtype)
    y = (X[:, 0] > 0).astype(int)
    net = PlainClassifier((120, 60), max_iter=2, tol=1, n_iter_no_change=1, random_state=0)
    net.fit(X[:500], y[:500])
    used, results = [], []
    for n in (1, 2, 3):
        monkeypatch.setattr("skdense.engine.network.n_threads", lambda n=n: used.append(n) or n)
        results.append(net.predict_proba(X))
        with threadpool_limits(n, "blas"):
            np.testing.assert_array_equal(net.predict_proba(X), results[0])
    assert set(used) == {1, 2, 3}
    for others in results[1:]:
        np.testing.assert_array_equal(others, results[0])
    np.testing.assert_allclose(
        np.vstack([net.predict_proba(X[i : i + 1]) for i in range(0, 7_001, 500)]),
        results[0][::500],
        rtol=1e-4,
    )


def test_what_cannot_be_predicted_is_refused_from_any_thread(rng):
    X = rng.standard_normal((20_000, 40)).astype(np.float32)
    net = PlainRegressor((120,), max_iter=2, tol=1, n_iter_no_change=1).fit(X[:300], X[:300, 0])
    before = blas_threads(), threading.active_count()
    far = X.copy()
    far[15_000] = 3e38
    with pytest.raises(ValueError, match=r"overflows, first in row 15000|beyond the range"):
        net.predict(far)
    far[15_000] = np.inf
    with pytest.raises(ValueError, match="X contains infinity"):
        net.predict(far)
    assert (blas_threads(), threading.active_count()) == before
