"""The seed decides the result, and no seed of others is used up."""

import pickle

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from sklearn.datasets import load_breast_cancer
from threadpoolctl import threadpool_limits

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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


@pytest.mark.bits
@pytest.mark.pitfall(31)
def test_the_number_of_blas_threads_changes_no_bit():
    X, y = load_breast_cancer(return_X_y=True)
    params = []
    for limit in (1, 2):
        with threadpool_limits(limit, user_api="blas"):
            params.append(PlainClassifier((256, 256), max_iter=5, random_state=0).fit(X, y).coefs_)
    for one, two in zip(*params, strict=True):
        np.testing.assert_array_equal(one, two)


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
