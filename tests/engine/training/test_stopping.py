"""When a training is over, and which parameters it ends with."""

import numpy as np
import pytest
from networks import FOREVER, data_for, small_network

from skdense.engine import (
    Adam,
    Cosine,
    CosLog,
    Epoch,
    Plan,
    SquaredError,
    Stopping,
    TrainState,
    train,
)


def test_the_stopping_looks_only_at_snapshot_epochs(rng):
    class Watched(Stopping):
        def update(self, epoch, vectors):
            seen.append(epoch.number)
            super().update(epoch, vectors)

    for schedule, expected in ((CosLog(), [1, 3, 7, 15]), (Cosine(), list(range(1, 16)))):
        seen, state = [], TrainState(small_network(rng), Adam(), rng)
        plan = Plan(batch_size=20, max_iter=15, schedule=schedule)
        epochs = train([state], data_for(rng), SquaredError(), plan, Watched(**FOREVER))
        assert len(epochs) == 15
        assert seen == expected
    # so that patience counts waves
    state, stopping = TrainState(small_network(rng), Adam(), rng), Stopping(2, 1e9)
    plan = Plan(batch_size=20, max_iter=15, schedule=CosLog())
    assert len(train([state], data_for(rng), SquaredError(), plan, stopping)) == 7


def over_after(stopping, losses):
    """Whether training is over after each epoch of these losses."""
    seen = []
    for number, loss in enumerate(losses, 1):
        stopping.update(Epoch(number, loss), [np.zeros(1)])
        seen.append(stopping.is_over)
    return seen


def test_patience_counts_the_epochs_without_improvement():
    stopping = Stopping(patience=3, tol=10.0)
    assert over_after(stopping, [4, 3, 2, 1]) == [False] * 3 + [True]


def test_plateaus_restart_patience():
    stopping = Stopping(patience=2, tol=0.1, n_plateaus=1)
    assert over_after(stopping, [0.0] * 5) == [False] * 4 + [True]
    assert stopping.n_plateaus_seen == 2


def test_the_best_parameters_come_back():
    stopping, params = Stopping(patience=9, tol=0.0, early=True), np.zeros(2)
    for number, score in enumerate((0.1, 0.9, 0.4), 1):
        params += 1
        stopping.update(Epoch(number, 1.0, 1.0, score), [params])
    stopping.restore([params])
    np.testing.assert_array_equal(params, [2, 2])
    assert (stopping.best, stopping.best_number) == (0.9, 2)


def test_all_that_goes_with_the_best_parameters_comes_back():
    stopping, vectors = Stopping(patience=9, tol=0.0, early=True), [np.zeros(2), np.zeros(2)]
    for number, score in enumerate((0.9, 0.1), 1):
        vectors[0] += 1
        vectors[1] -= 1
        stopping.update(Epoch(number, 1.0, 1.0, score), vectors)
    stopping.restore(vectors)
    np.testing.assert_array_equal(vectors, [[1, 1], [-1, -1]])


def test_averages_that_were_not_there_get_the_parameters_of_their_network():
    # of two networks; the averages came after the best epoch
    stopping, params = (
        Stopping(patience=9, tol=0.0, early=True),
        [np.full(2, 1.0), np.full(2, 2.0)],
    )
    stopping.update(Epoch(1, 1.0, 1.0, 0.9), params)
    vectors = [np.zeros(2) for _ in range(4)]
    stopping.restore(vectors)
    np.testing.assert_array_equal(vectors, [[1, 1], [2, 2], [1, 1], [2, 2]])


def test_early_stopping_needs_a_score():
    with pytest.raises(ValueError, match="validation score"):
        Stopping(patience=1, tol=0.0, early=True).update(Epoch(1, 0.5), [np.zeros(1)])


def test_the_best_epoch_restores_once_and_goes_on():
    first = Stopping(patience=9, tol=0.0, early=True)
    first.update(Epoch(1, 1.0, 1.0, 0.5), [np.ones(2)])
    later = Stopping(patience=9, tol=0.0, early=True)
    later.go_on_from(first)
    later.update(Epoch(1, 1.0, 1.0, 0.4), [np.zeros(2)])
    assert (later.best, later.best_number, later.n_no_change) == (0.5, None, 1)
    params = np.zeros(2)
    later.restore([params])
    np.testing.assert_array_equal(params, [1, 1])
