"""Searches on a cluster find what they find here, to the bit."""

import os

import joblib
import numpy as np
import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV, cross_validate

from skdense import DenseNetClassifier
from skdense.engine.threads import n_threads

pytestmark = pytest.mark.whole


@pytest.fixture
def table(rng):
    X = rng.standard_normal((300, 4))
    return X, (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int), rng.randint(1, 4, 300).astype(float)


def search():
    net = DenseNetClassifier((8,), n_estimators=2, max_iter=2, random_state=0)
    return GridSearchCV(net, {"dropout": [0.0, 0.2]}, cv=2, n_jobs=2)


def assert_found_alike(here, there):
    assert here.cv_results_["params"] == there.cv_results_["params"]
    for name in ("mean_test_score", "std_test_score"):
        np.testing.assert_array_equal(here.cv_results_[name], there.cv_results_[name])
    networks = zip(here.best_estimator_.networks_, there.best_estimator_.networks_, strict=True)
    for one, other in networks:
        np.testing.assert_array_equal(one.params, other.params)


def test_a_search_finds_the_same_bits(table, two_processes):
    X, y, weight = table
    here = search().set_params(n_jobs=1).fit(X, y, sample_weight=weight)
    with joblib.parallel_config("dask", client=two_processes, scatter=[X, y]):
        there = search().fit(X, y, sample_weight=weight)
    assert_found_alike(here, there)


def halving():
    net = DenseNetClassifier((8,), n_estimators=2, random_state=0)
    return HalvingRandomSearchCV(
        net,
        {"dropout": [0.0, 0.1, 0.2, 0.3], "learning_rate_init": [0.01, 0.03, 0.1, 0.3]},
        n_candidates=4,
        factor=2,
        resource="max_iter",
        min_resources=1,
        max_resources=4,
        cv=2,
        random_state=0,
        n_jobs=2,
    )


def test_a_halving_search_finds_the_same_bits(table, two_processes):
    X, y, _ = table
    here = halving().set_params(n_jobs=1).fit(X, y)
    with joblib.parallel_config("dask", client=two_processes):
        there = halving().fit(X, y)
    assert here.n_resources_ == there.n_resources_ == [1, 2, 4]
    np.testing.assert_array_equal(here.cv_results_["iter"], there.cv_results_["iter"])
    assert_found_alike(here, there)


def test_cross_validation_routes_weights(table, two_processes):
    import sklearn

    X, y, weight = table
    net = DenseNetClassifier((8,), n_estimators=2, max_iter=2, random_state=0)
    with sklearn.config_context(enable_metadata_routing=True):
        net.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        how = {"cv": 2, "params": {"sample_weight": weight}}
        here = cross_validate(net, X, y, **how)["test_score"]
        with joblib.parallel_config("dask", client=two_processes):
            there = cross_validate(net, X, y, n_jobs=2, **how)["test_score"]
    np.testing.assert_array_equal(here, there)


def test_a_fit_on_a_worker_has_its_threads(two_processes):
    assert set(two_processes.run(n_threads).values()) == {1}


class Log:
    """Writes a line for each epoch to a file that all processes share."""

    def __init__(self, path):
        self.path = path

    def setup(self, estimator, context): ...

    def teardown(self, estimator, context): ...

    def on_fit_task_begin(self, estimator, context): ...

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        if context.task_name == "epoch":
            with self.path.open("a") as file:
                loss = fitted_estimator.loss_curve_[-1]
                file.write(f"{os.getpid()} {estimator.dropout} {context.task_id} {loss!r}\n")

    def lines(self):
        """The processes, and what they have written."""
        pids, lines = zip(
            *(x.split(" ", 1) for x in self.path.read_text().splitlines()), strict=True
        )
        return set(map(int, pids)), sorted(lines)


def test_callbacks_run_on_the_workers(table, two_processes, tmp_path):
    pytest.importorskip("sklearn.callback")
    X, y, _ = table
    logs = [Log(tmp_path / name) for name in ("here", "there")]
    searches = [search().set_params(refit=False) for _ in logs]
    for one, log in zip(searches, logs, strict=True):
        one.estimator.set_callbacks(log)
    searches[0].set_params(n_jobs=1).fit(X, y)
    with joblib.parallel_config("dask", client=two_processes):
        searches[1].fit(X, y)
    (here, lines), (there, same_lines) = (log.lines() for log in logs)
    assert here == {os.getpid()}
    assert os.getpid() not in there
    # two settings on two folds, of two epochs
    assert len(lines) == 8
    assert lines == same_lines
