"""Threads: what they share, and what they leave behind."""

import threading
from contextlib import nullcontext

import numpy as np
import pytest
from large_networks import FOREVER, blas_threads, large
from plain import PlainClassifier, PlainRegressor
from threadpoolctl import threadpool_limits

from skdense.engine import Adam, Plan, SquaredError, Stopping, TrainState, train
from skdense.engine import threads as threads_module
from skdense.engine.threads import Team, n_threads, one_blas_thread, work_apart
from skdense.engine.training import threaded_source


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

    set_limits = threads_module._limit
    monkeypatch.setattr(threads_module, "_limit", limit)
    with threadpool_limits(2, "blas"):
        before = blas_threads()
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

    monkeypatch.setattr(threaded_source, "n_threads", lambda: 2)
    before, seen = (blas_threads(), threading.active_count()), []
    network, data = large(rng)
    state = TrainState(network, Adam(), rng)
    with pytest.raises(error) if error is not None else nullcontext():
        train([state], data, WatchedError(), Plan(batch_size=256, max_iter=2), Stopping(**FOREVER))
    assert (blas_threads(), threading.active_count()) == before
    names, limits = zip(*seen, strict=True)
    assert len(set(names)) == 2
    assert set(limits) == {1}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_scorers_see_the_limits_of_the_user(solver, rng):
    seen = []

    def scorer(estimator, X, y):
        seen.append(blas_threads())
        return 0.5

    X = rng.standard_normal((60, 3))
    val = {"X_val": X, "y_val": X[:, 0]}
    net = PlainRegressor(solver=solver, early_stopping=True, scoring=scorer, max_iter=3)
    with threadpool_limits(2, "blas"):
        before = blas_threads()
        net.fit(X, X[:, 0], **val)
    assert all(limits[: len(before)] == before for limits in seen)
    assert len(seen) == 3


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
