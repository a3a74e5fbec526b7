"""What went wrong in other libraries with seeds, pickles, threads and processes."""

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import Parallel, delayed
from plain import PlainClassifier, PlainRegressor
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV
from threadpoolctl import threadpool_info, threadpool_limits

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

BOTH = pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])


# seeds


@pytest.mark.pitfall(31)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_the_same_seed_gives_the_same_bits(cls, wine):
    X, y = wine
    for seed in (7, np.random.RandomState(7)):
        settings = {"dropout": 0.2, "early_stopping": True, "max_iter": 5}
        one = cls(random_state=pickle.loads(pickle.dumps(seed)), **settings).fit(X, y)
        two = cls(random_state=pickle.loads(pickle.dumps(seed)), **settings).fit(X, y)
        np.testing.assert_array_equal(one.network_.params, two.network_.params)
    assert not np.array_equal(
        cls(max_iter=1).fit(X, y).coefs_[0], cls(max_iter=1).fit(X, y).coefs_[0]
    )


@pytest.mark.pitfall(31)
def test_the_number_of_blas_threads_changes_no_more_than_rounding(wine):
    # what a matrix product rounds to depends on how many threads share it
    X, y = load_breast_cancer(return_X_y=True)
    params = []
    for limit in (1, 2):
        with threadpool_limits(limit, user_api="blas"):
            params.append(PlainClassifier((256, 256), max_iter=5, random_state=0).fit(X, y).coefs_)
    for one, two in zip(*params, strict=True):
        np.testing.assert_allclose(one, two, rtol=0, atol=1e-9)


@pytest.mark.pitfall(31)
def test_the_global_random_state_is_never_touched(wine):
    # scikit-learn 15266
    X, y = wine
    np.random.seed(3)
    before = np.random.get_state()[1].copy(), np.random.get_state()[2]
    for settings in ({}, {"dropout": 0.5}, {"early_stopping": True}, {"solver": "lbfgs"}):
        PlainClassifier(max_iter=2, **settings).fit(X, y).predict(X)
    np.testing.assert_array_equal(np.random.get_state()[1], before[0])
    assert np.random.get_state()[2] == before[1]


# pickles and memory maps


@pytest.mark.pitfall(32)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@BOTH
def test_a_pickle_holds_no_table_and_a_small_optimizer(cls, method, rng):
    # fastai 2945: 80 MB
    X, y = rng.standard_normal((5000, 20)), rng.randint(2, size=5000)
    val = {"X_val": X, "y_val": y, "sample_weight_val": np.ones(5000)}
    net = cls((50,), max_iter=2, early_stopping=True, scoring="loss", random_state=0)
    net.set_params(dtype="float32")
    classes = {"classes": [0, 1]} if (method, cls) == ("partial_fit", PlainClassifier) else {}
    getattr(net, method)(X, y, np.ones(5000), **val, **classes)
    # a stream goes on, from two moments and its best parameters
    n_vectors = 4 if method == "partial_fit" else 1
    assert len(pickle.dumps(net)) < n_vectors * net.network_.params.nbytes + 12_000
    assert net.network_.params.nbytes < X.nbytes / 100


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


# Ctrl-C


@pytest.mark.pitfall(34)
@pytest.mark.parametrize("fitted_before", [False, True])
def test_ctrl_c_is_raised_and_leaves_the_estimator_as_it_was(fitted_before, wine, monkeypatch):
    # scikit-learn swallows it into a warning, and a search goes on
    X, y = wine
    net = PlainClassifier(max_iter=5, random_state=0)
    if fitted_before:
        net.fit(X, y)
    before = dict(vars(net))

    def interrupt(self, epoch, n_epochs=None):
        if epoch.number == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(PlainClassifier, "_report", interrupt)
    with pytest.raises(KeyboardInterrupt):
        net.fit(X[:50], y[:50])
    assert dict(vars(net)) == before


@pytest.mark.pitfall(34)
def test_ctrl_c_ends_a_stream_and_a_search_too(wine, monkeypatch):
    X, y = wine
    net = PlainClassifier(max_iter=5, random_state=0).partial_fit(X, y, classes=[0, 1, 2])
    before = dict(vars(net))

    def interrupt(self, epoch, n_epochs=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(PlainClassifier, "_report", interrupt)
    with pytest.raises(KeyboardInterrupt):
        net.partial_fit(X, y)
    assert dict(vars(net)) == before
    with pytest.raises(KeyboardInterrupt):
        GridSearchCV(net, {"alpha": [0, 1]}, cv=2, error_score=0).fit(X, y)


# threads


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

        def interrupt(self, epoch, n_epochs=None):
            raise KeyboardInterrupt

        monkeypatch.setattr(cls, "_report", interrupt)
        for train in (net.fit, net.partial_fit):
            with pytest.raises(KeyboardInterrupt):
                train(X, y)
            assert blas_threads() == before
