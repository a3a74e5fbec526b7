"""Monte Carlo dropout."""

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_monte_carlo_dropout_spreads_around_the_prediction(wine):
    X, y = wine
    net = PlainClassifier(dropout=0.2, max_iter=100, random_state=0).fit(X, y)
    samples = net.predict_mc_dropout(X, n_samples=200, random_state=0)
    assert samples.shape == (200, 178, 3)
    np.testing.assert_allclose(samples.sum(axis=2), 1)
    assert (samples.mean(axis=0).argmax(axis=1) == net.predict(X)).mean() > 0.97
    assert (samples.std(axis=0) > 0).any()
    again = net.predict_mc_dropout(X, n_samples=200, random_state=0)
    np.testing.assert_array_equal(again, samples)
    # far from all data nothing is sure
    far = X[:20] + 10 * X.std(axis=0) * np.random.RandomState(0).standard_normal((20, 13))
    assert net.predict_mc_dropout(far, random_state=0).std(axis=0).max(axis=1).mean() > (
        samples.std(axis=0).max(axis=1).mean()
    )


def test_monte_carlo_dropout_has_the_forms_of_predict(wine):
    X, y = wine
    rates = PlainRegressor(
        loss="poisson", dropout=0.1, feature_scaling=None, max_iter=3, random_state=0
    )
    with pytest.raises(ValueError, match="the prediction overflows"):
        rates.fit(X, y).predict_mc_dropout(1e5 * X)
    large = PlainClassifier(dropout=0.2, max_iter=2, dtype="float32").fit(X, y)
    assert large.predict_mc_dropout(X, 2).dtype == large.predict_proba(X).dtype == np.float64
    regressor = PlainRegressor(dropout=0.2, max_iter=3, random_state=0)
    assert regressor.fit(X, 1e6 * y).predict_mc_dropout(X[:7], 5).shape == (5, 7)
    assert regressor.fit(X, X[:, :2]).predict_mc_dropout(X[:7], 5).shape == (5, 7, 2)
    quantiles = PlainRegressor(loss="quantile", quantile=[0.1, 0.9], dropout=0.2, max_iter=3).fit(
        X, y
    )
    assert quantiles.predict_mc_dropout(X[:7], 5).shape == (5, 7, 2)
    several = PlainClassifier(dropout=0.2, max_iter=3).fit(X, np.column_stack([y, y % 2]))
    assert [s.shape for s in several.predict_mc_dropout(X[:7], 5)] == [(5, 7, 3), (5, 7, 2)]
    with pytest.raises(ValueError, match="n_samples must be an integer of at least 1, got 0"):
        regressor.predict_mc_dropout(X, 0)
    with pytest.raises(ValueError, match="predict_mc_dropout needs a network with dropout"):
        PlainRegressor(max_iter=3).fit(X, y).predict_mc_dropout(X)
