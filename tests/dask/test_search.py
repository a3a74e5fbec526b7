"""Searches on a cluster find what they find here, to the bit."""

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_validate

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


def test_a_search_finds_the_same_bits(table, two_processes):
    X, y, weight = table
    here = search().set_params(n_jobs=1).fit(X, y, sample_weight=weight)
    with joblib.parallel_config("dask", client=two_processes, scatter=[X, y]):
        there = search().fit(X, y, sample_weight=weight)
    for name in ("mean_test_score", "std_test_score"):
        np.testing.assert_array_equal(here.cv_results_[name], there.cv_results_[name])
    networks = zip(here.best_estimator_.networks_, there.best_estimator_.networks_, strict=True)
    for one, other in networks:
        np.testing.assert_array_equal(one.params, other.params)


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
