"""What weights may be."""

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from small_tables import X, Y

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("unit", [1e36, 1e300])
def test_huge_weights_are_served(unit):
    weight = np.random.RandomState(0).uniform(1, 2, 40)
    settings = {"alpha": 0, "dtype": "float32", "max_iter": 5, "random_state": 0}
    net = PlainClassifier(**settings)
    expected = net.fit(X, Y, weight).predict_proba(X)
    np.testing.assert_allclose(net.fit(X, Y, weight * unit).predict_proba(X), expected, rtol=1e-5)
    net.set_params(class_weight={0: unit, 1: unit})
    np.testing.assert_allclose(net.fit(X, Y, weight).predict_proba(X), expected, rtol=1e-5)


WEIGHTS = {
    "negative": (-np.ones(40), "sample_weight must not be negative, got -1.0"),
    "zero": (np.zeros(40), "at least one weight must be positive"),
    "NaN": (np.full(40, np.nan), "Input sample_weight contains NaN: 40 .* row 0; give a weight"),
    "dict": ({0: 1.0}, "sample_weight is a dict; give a list or an array"),
    "infinite": (np.full(40, np.inf), "Input sample_weight contains infinity"),
    "overflowing": (np.full(40, 1e308), "sample_weight adds up to more than a float can hold"),
    "a word": ("balanced", "sample_weight holds text"),
    "empty": ([], r"sample_weight must have shape \(40,\).* got \(0,\)"),
    "short": (np.ones(39), r"sample_weight must have shape \(40,\).* got \(39,\)"),
    "two columns": (np.ones((40, 2)), r"sample_weight must have shape \(40,\).* got \(40, 2\)"),
    "text": (["a"] * 40, "sample_weight holds text .*; give a number for each row"),
}


@pytest.mark.pitfall(21, 37)
@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_weights_that_are_refused(kind, method):
    weight, message = WEIGHTS[kind]
    net = PlainRegressor(max_iter=3)
    with pytest.raises(ValueError, match=message):
        getattr(net, method)(X, Y, sample_weight=weight)
    assert not hasattr(net, "n_features_in_")
