"""The number of threads changes no bit: BLAS keeps to one thread in every product."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler
from threadpoolctl import ThreadpoolController, threadpool_limits

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense._settings.embeddings import EMBEDDINGS
from skdense.engine import Layer, Loss
from skdense.engine.network import FEW_PRODUCTS, MANY_PRODUCTS
from skdense.engine.training.penalty import Penalty
from skdense.engine.training.shards import MIN_PRODUCTS

pytestmark = [
    pytest.mark.bits,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

N_ROWS, N_COLUMNS, BATCH = 1_500, 30, 700
ALONE = {"n_estimators": 1, "batch_size": BATCH}
# each has products of BLAS that another does not
SETTINGS = {
    "default": {"n_estimators": len(EMBEDDINGS)},
    "alone": ALONE,
    "piecewise": ALONE | {"numeric_embedding": "piecewise_linear", "alpha": 0.01},
    "batch norm": ALONE | {"normalization": "batch", "early_stopping": False},
    "standard scaling": {"feature_scaling": "standard", "n_estimators": 2},
    "no embedding": ALONE | {"numeric_embedding": None, "parametrization": "standard"},
    "L-BFGS": {"solver": "lbfgs", "alpha": 0.01, "early_stopping": True},
}


@pytest.fixture(scope="module")
def table():
    rng = np.random.RandomState(0)
    X = rng.standard_normal((N_ROWS, N_COLUMNS)).astype(np.float32)
    return X, X[:, 0] * X[:, 1], rng.uniform(0.5, 2, N_ROWS)


def net_of(kind, cls=DenseNetRegressor):
    return cls(random_state=0, max_iter=3, **SETTINGS[kind])


def kinds_of(cls):
    return {cls}.union(*map(kinds_of, cls.__subclasses__()))


@pytest.fixture
def limits(monkeypatch):
    """Threads of BLAS at each call of what has products, by name."""
    libraries = ThreadpoolController().select(user_api="blas").lib_controllers

    def watch(cls, name):
        method = getattr(cls, name)

        def watched(self, *args, **how):
            seen.add((f"{cls.__name__}.{name}", max(lib.num_threads for lib in libraries)))
            return method(self, *args, **how)

        monkeypatch.setattr(cls, name, watched)

    seen = set()
    for base, names in {
        Layer: ["adapt", "forward", "backward"],
        Loss: ["value_and_gradient"],
        Penalty: ["add"],
        StandardScaler: ["partial_fit"],
    }.items():
        for cls in kinds_of(base):
            for name in names:
                if name in vars(cls):
                    watch(cls, name)
    return seen


def test_the_sizes_cross_the_thresholds(table):
    X, y, _ = table
    (network,) = net_of("alone").fit(X, y).networks_
    assert BATCH * network.n_products >= MIN_PRODUCTS
    assert N_ROWS * network.n_products >= MANY_PRODUCTS
    assert 0.1 * N_ROWS * network.n_products < MANY_PRODUCTS
    assert 0.1 * N_ROWS * network.n_products >= FEW_PRODUCTS


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("cls", [DenseNetRegressor, DenseNetClassifier])
def test_every_product_runs_in_one_thread_of_blas(kind, cls, table, limits):
    X, y, weight = table
    y = y > 0 if cls is DenseNetClassifier else y
    with threadpool_limits(2, "blas"):
        net = net_of(kind, cls).fit(X, y, weight)
        assert {name for name, n in limits if n > 1} == set()
        assert {name.split(".")[1] for name, _ in limits} >= {"forward", "backward"}
        limits.clear()
        for rows in (slice(None), slice(100)):
            net.predict(X[rows])
        assert {name for name, n in limits if n > 1} == set()
        assert limits


@pytest.mark.parametrize("kind", SETTINGS)
def test_limits_of_blas_change_no_bit(kind, table):
    X, y, weight = table
    results = []
    for n in (1, 2, 3):
        with threadpool_limits(n, "blas"):
            net = net_of(kind).fit(X, y, weight)
            vectors = [network.params for network in net.networks_]
            rows = [net.predict(X[:i]) for i in (1, 100, N_ROWS)]
            results.append([*vectors, *rows, net.loss_curve_, net.validation_loss_curve_ or []])
    for others in results[1:]:
        for mine, its in zip(results[0], others, strict=True):
            np.testing.assert_array_equal(mine, its)
