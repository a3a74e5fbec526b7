"""Fits, predictions and pickles in many threads at once give the bits that they give alone.

Also without the global interpreter lock, and under pytest-run-parallel.
"""

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.base import clone
from threadpoolctl import threadpool_info

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense.engine.threads import n_threads, one_blas_thread

N_THREADS = 4


def table():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((240, 5))
    return X, X[:, 0] + X[:, 1] ** 2


def models():
    how = {"max_iter": 3, "random_state": 0, "tol": 1e3, "n_iter_no_change": 10}
    return {
        "defaults": DenseNetRegressor(**how),
        "classifier": DenseNetClassifier(**how),
        "one network, early stopping": DenseNetRegressor(
            n_estimators=1, early_stopping=True, **how
        ),
        "large batches": DenseNetRegressor((300, 300), n_estimators=1, batch_size=240, **how),
    }


def target(model, y):
    return y if isinstance(model, DenseNetRegressor) else (y > 0).astype(int)


def at_once(work):
    """What `work` returns in each of several threads that begin together."""
    barrier = threading.Barrier(N_THREADS)

    def begin(i):
        barrier.wait()
        return work(i)

    with ThreadPoolExecutor(N_THREADS) as pool:
        return list(pool.map(begin, range(N_THREADS)))


@pytest.mark.parametrize("name", models())
def test_fits_side_by_side(name):
    X, y = table()
    model = models()[name]
    y = target(model, y)
    alone = clone(model).fit(X, y).predict(X)
    for predicted in at_once(lambda i: clone(model).fit(X, y).predict(X)):
        np.testing.assert_array_equal(predicted, alone)


@pytest.mark.parametrize("name", models())
def test_a_fitted_model_is_shared(name):
    X, y = table()
    model = models()[name]
    model.fit(X, target(model, y))
    expected = {n: [model.predict(X[i : i + n]) for i in range(20)] for n in (1, 7, 200)}
    # of its own buffers none yet
    shared = pickle.loads(pickle.dumps(model))

    def predict(rank):
        return {n: [shared.predict(X[i : i + n]) for i in range(20)] for n in expected}

    for got in at_once(predict):
        for n, predictions in expected.items():
            np.testing.assert_array_equal(got[n], predictions)


def test_a_model_is_pickled_while_others_predict_and_continue():
    X, y = table()
    model = models()["defaults"].fit(X, y)
    before = pickle.dumps(model)
    continued = pickle.loads(before).partial_fit(X, y).predict(X)

    def work(rank):
        if rank % 2:
            return [pickle.dumps(model) == before for _ in range(5)]
        model.predict(X[:1])
        copy = pickle.loads(before)
        return [np.array_equal(copy.partial_fit(X, y).predict(X), continued)]

    assert all(map(all, at_once(work)))


def limits():
    return [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]


@pytest.mark.thread_unsafe(reason="other tests' fits set the limits of the process")
def test_limits_are_restored():
    X, y = table()
    before = limits()

    def fit(rank):
        models()["defaults"].fit(X, y)
        with one_blas_thread:
            assert n_threads() == 1
        return True

    assert all(at_once(fit))
    assert limits() == before
    assert one_blas_thread.n_users == 0
