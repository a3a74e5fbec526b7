"""The number of threads changes no bit of an ensemble."""

import pytest
from ensembles import N, assert_same_bits, each_params, use_threads
from threadpoolctl import threadpool_limits

import skdense

pytestmark = [
    pytest.mark.bits,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


def fitted(X, y, cls=skdense.DenseNetClassifier, **settings):
    how = {"max_iter": 3, "random_state": 0} | settings
    return cls(n_estimators=N, **how).fit(X, y)


SETTINGS = {
    "recipe": {},
    "average, clipping": {"ema_decay": 0.9, "max_grad_norm": 0.1, "alpha": 0.01},
    "large": {"hidden_layer_sizes": (300, 300), "batch_size": 256, "numeric_embedding": None},
}


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_number_of_threads_changes_no_bit(kind, dtype, rng, monkeypatch):
    X = rng.standard_normal((600, 30))
    y, results = X[:, 0] * X[:, 1] > 0, []
    for n in (1, 2, 3):
        use_threads(monkeypatch, n)
        net = fitted(X, y, dtype=dtype, early_stopping=True, **SETTINGS[kind])
        results.append((*each_params(net), net.predict_proba(X), net.validation_loss_curve_))
    for others in results[1:]:
        assert_same_bits(others, results[0])


def test_limits_of_blas_change_no_bit(rng):
    X = rng.standard_normal((600, 30))
    y, results = X[:, 0] * X[:, 1], []
    for n in (1, 2, 3):
        with threadpool_limits(n, "blas"):
            net = fitted(X, y, skdense.DenseNetRegressor)
            results.append((*each_params(net), net.predict(X), net.validation_loss_curve_))
    for others in results[1:]:
        assert_same_bits(others, results[0])
