"""The number of threads changes no bit of a large network."""

import numpy as np
import pytest
from large_networks import trained
from plain import PlainClassifier, PlainRegressor
from threadpoolctl import threadpool_limits

from skdense.engine import Dropout

pytestmark = pytest.mark.bits


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"layers": [Dropout(0.3)]},
        {"max_grad_norm": 0.1, "weight_decay": 0.1, "ema_decay": 0.9},
        {"batch_size": 700, "shuffle": False},
    ],
    ids=["plain", "dropout", "clipping, decay, average", "chunks, no shuffle"],
)
def test_the_number_of_threads_changes_no_bit(settings, rng, monkeypatch):
    params, losses = trained(rng, monkeypatch, 1, **settings)
    for n in (2, 3):
        others, curve = trained(rng, monkeypatch, n, **settings)
        np.testing.assert_array_equal(others, params)
        assert curve == losses


@pytest.mark.parametrize("hidden_layer_sizes", [(200, 200), (30,)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_limits_of_blas_change_no_bit(hidden_layer_sizes, dtype, rng):
    X = rng.standard_normal((1_300, 60)).astype(dtype)
    results = []
    for n in (1, 2):
        net = PlainRegressor(hidden_layer_sizes, max_iter=3, batch_size=256, random_state=0)
        net.set_params(early_stopping=True, dropout=0.1, learning_rate="cosine", dtype=None)
        with threadpool_limits(n, "blas"):
            net.fit(X, X[:, 0] * X[:, 1])
            results.append((net.network_.params, net.predict(X), net.validation_loss_curve_))
    for one, two in zip(*results, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_predictions_are_shared_out_and_keep_every_bit(dtype, rng, monkeypatch):
    X = rng.standard_normal((7_001, 40)).astype(dtype)
    y = (X[:, 0] > 0).astype(int)
    net = PlainClassifier((120, 60), max_iter=2, tol=1, n_iter_no_change=1, random_state=0)
    net.fit(X[:500], y[:500])
    used, results = [], []
    for n in (1, 2, 3):
        monkeypatch.setattr("skdense.engine.network.n_threads", lambda n=n: used.append(n) or n)
        results.append(net.predict_proba(X))
        with threadpool_limits(n, "blas"):
            np.testing.assert_array_equal(net.predict_proba(X), results[0])
    assert set(used) == {1, 2, 3}
    for others in results[1:]:
        np.testing.assert_array_equal(others, results[0])
    np.testing.assert_allclose(
        np.vstack([net.predict_proba(X[i : i + 1]) for i in range(0, 7_001, 500)]),
        results[0][::500],
        rtol=1e-4,
    )
