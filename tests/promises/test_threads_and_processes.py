"""Threads and processes that share models and tables, and do not fight each other."""

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import Parallel, delayed
from marks import BOTH
from plain import PlainClassifier, PlainRegressor
from threadpoolctl import threadpool_info, threadpool_limits

from skdense._training.callbacks import Reporter

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.whole
@pytest.mark.pitfall(32)
@BOTH
def test_workers_train_on_tables_and_models_mapped_into_memory(cls, wine):
    # joblib hands its workers read-only maps; "output array is read-only" there
    X, y = wine
    for method in ("fit", "partial_fit"):
        net = cls(max_iter=3, warm_start=True, random_state=0).fit(X, y)
        tasks = [delayed(getattr(cls, method))(net, X, y) for _ in range(2)]
        trained = Parallel(n_jobs=2, max_nbytes=100)(tasks)
        getattr(net, method)(X, y)
        for theirs in trained:
            # rounded by another number of threads
            np.testing.assert_allclose(theirs.predict(X), net.predict(X), rtol=1e-9)
            assert theirs.t_ == net.t_


@pytest.mark.pitfall(35)
def test_threads_share_a_fitted_model(wine):
    X, y = wine
    net = PlainClassifier((50, 50), max_iter=5, random_state=0).fit(X, y)
    attributes, expected = dict(vars(net)), net.predict_proba(X)
    barrier = threading.Barrier(4)

    def predict(_):
        barrier.wait()
        return [net.predict_proba(X) for _ in range(50)]

    with ThreadPoolExecutor(4) as pool:
        for results in pool.map(predict, range(4)):
            for proba in results:
                np.testing.assert_array_equal(proba, expected)
    assert dict(vars(net)) == attributes


@pytest.mark.pitfall(35)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_predicting_writes_nothing(cls, wine):
    X, y = wine
    net = cls((20, 20), dropout=0.2, max_iter=3, random_state=0).fit(X, y)
    before = pickle.dumps(net)
    for name in (
        "predict",
        "predict_proba",
        "predict_log_proba",
        "decision_function",
        "predict_mc_dropout",
    ):
        if hasattr(net, name):
            getattr(net, name)(X)
    net.score(X, y)
    assert pickle.dumps(net) == before


def blas_threads():
    """Threads of each BLAS that is loaded."""
    libraries = [info for info in threadpool_info() if info["user_api"] == "blas"]
    return {library["filepath"]: library["num_threads"] for library in libraries}


@pytest.mark.pitfall(36)
@pytest.mark.parametrize("n_threads", [1, 2])
@BOTH
def test_the_threads_of_blas_are_left_as_they_were(cls, n_threads, wine, monkeypatch):
    X, y = wine
    with threadpool_limits(n_threads, user_api="blas"):
        before = blas_threads()
        assert set(before.values()) == {n_threads}
        net = cls(max_iter=2, feature_scaling=None, random_state=0)
        for solver in ("lbfgs", "sgd"):
            net.set_params(solver=solver).fit(X, y)
            assert blas_threads() == before
            net.predict(X)
            assert blas_threads() == before
            with pytest.raises(ValueError, match="diverged"):
                net.fit(X * 1e300, y)
            assert blas_threads() == before
        net.partial_fit(X, y)
        assert blas_threads() == before

        def interrupt(self, epoch):
            raise KeyboardInterrupt

        monkeypatch.setattr(Reporter, "epoch_ends", interrupt)
        for train in (net.fit, net.partial_fit):
            with pytest.raises(KeyboardInterrupt):
                train(X, y)
            assert blas_threads() == before
