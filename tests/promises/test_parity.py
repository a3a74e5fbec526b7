"""From the same seed, the same training as scikit-learn's MLP."""

import numpy as np
import pytest
import sklearn
from plain import PlainClassifier, PlainRegressor
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    make_multilabel_classification,
)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale
from sklearn.utils.fixes import parse_version

pytestmark = [
    pytest.mark.bits,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

EARLY_STOPPING = "adam, early stopping"
SOLVERS = {
    "adam": {"solver": "adam"},
    "sgd": {"solver": "sgd", "momentum": 0},
    "momentum": {"solver": "sgd", "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd"},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.3},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive"},
    EARLY_STOPPING: {"solver": "adam", "early_stopping": True},
}
ACTIVATIONS = ["identity", "logistic", "tanh", "relu"]


def classification(n_classes):
    X, y = {2: load_breast_cancer, 3: load_iris}[n_classes](return_X_y=True)
    return scale(X), y


def multilabel():
    X, y = make_multilabel_classification(n_samples=150, random_state=0)
    return scale(X), y


def regression():
    X, y = load_diabetes(return_X_y=True)
    return scale(X), y / 100


PROBLEMS = {
    "binary": (MLPClassifier, PlainClassifier, lambda: classification(2), {}),
    "multiclass": (MLPClassifier, PlainClassifier, lambda: classification(3), {}),
    "multilabel": (MLPClassifier, PlainClassifier, multilabel, {}),
    "regression": (MLPRegressor, PlainRegressor, regression, {}),
}
# scikit-learn's MLP has this loss, and weights, from 1.7 on
if HAS_17 := parse_version(sklearn.__version__) >= parse_version("1.7"):
    PROBLEMS["poisson"] = (MLPRegressor, PlainRegressor, regression, {"loss": "poisson"})


def fitted_pair(problem, **settings):
    mlp_class, dense_class, data, own = PROBLEMS[problem]
    X, y = data()
    common = {
        "hidden_layer_sizes": (20, 10),
        "max_iter": 20,
        "batch_size": 64,
        "n_iter_no_change": 1000,
        "random_state": 3,
    }
    mlp = mlp_class(**common | own | settings)
    return mlp.fit(X, y), dense_class.from_sklearn(mlp).fit(X, y), X


def assert_equal_fits(mlp, dense, X, tolerance=1e-10):
    np.testing.assert_allclose(dense.loss_, mlp.loss_, rtol=tolerance)
    for mine, its in zip(
        dense.coefs_ + dense.intercepts_, mlp.coefs_ + mlp.intercepts_, strict=True
    ):
        np.testing.assert_allclose(mine, its, rtol=0, atol=tolerance)
    np.testing.assert_allclose(dense.predict(X), mlp.predict(X), rtol=tolerance)


# several classes are split in their shares here and not there, so that the curves part
PAIRS = [(p, s) for p in PROBLEMS for s in SOLVERS if (p, s) != ("multiclass", EARLY_STOPPING)]


@pytest.mark.parametrize(("problem", "solver"), PAIRS)
def test_loss_curve_over_20_epochs(problem, solver):
    mlp, dense, X = fitted_pair(problem, **SOLVERS[solver])
    assert dense.n_iter_ == mlp.n_iter_ == 20
    np.testing.assert_allclose(dense.loss_curve_, mlp.loss_curve_, rtol=1e-10)
    if mlp.early_stopping:
        np.testing.assert_allclose(dense.validation_scores_, mlp.validation_scores_, rtol=1e-10)
        assert dense.best_validation_score_ == pytest.approx(mlp.best_validation_score_)
    assert dense.best_loss_ == (None if mlp.early_stopping else pytest.approx(mlp.best_loss_))
    assert dense.t_ == mlp.t_
    assert_equal_fits(mlp, dense, X)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_lbfgs_over_20_iterations(problem):
    # scikit-learn keeps no curve for L-BFGS: it is put together from fits that end earlier
    curve = [fitted_pair(problem, solver="lbfgs", max_iter=k)[0].loss_ for k in range(1, 20)]
    mlp, dense, X = fitted_pair(problem, solver="lbfgs")
    np.testing.assert_allclose(dense.loss_curve_, [*curve, mlp.loss_], rtol=1e-10)
    assert dense.n_iter_ == mlp.n_iter_
    assert_equal_fits(mlp, dense, X, tolerance=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("settings", [{}, {"hidden_layer_sizes": ()}, {"shuffle": False}])
def test_activations_depths_and_order(activation, settings):
    mlp, dense, X = fitted_pair("multiclass", activation=activation, **settings)
    np.testing.assert_allclose(dense.loss_curve_, mlp.loss_curve_, rtol=1e-10)
    assert_equal_fits(mlp, dense, X)


def test_multi_output_regression_takes_the_same_steps(rng):
    X, y = rng.standard_normal((100, 4)), rng.standard_normal((100, 3))
    mlp = MLPRegressor(max_iter=10, batch_size=30, alpha=0, random_state=0).fit(X, y)
    dense = PlainRegressor.from_sklearn(mlp).fit(X, y)
    for mine, its in zip(dense.coefs_, mlp.coefs_, strict=True):
        np.testing.assert_allclose(mine, its, atol=1e-10)
    # there the loss is the mean over the outputs, and the steps follow their sum
    np.testing.assert_allclose(dense.loss_curve_, 3 * np.array(mlp.loss_curve_), rtol=1e-10)


def test_partial_fit_takes_the_same_steps_on_the_first_batch(rng):
    X, y = classification(3)
    mlp = MLPClassifier(random_state=0, batch_size=20).partial_fit(X, y, classes=[0, 1, 2])
    dense = PlainClassifier.from_sklearn(MLPClassifier(random_state=0, batch_size=20))
    dense.partial_fit(X, y, classes=[0, 1, 2])
    assert_equal_fits(mlp, dense, X)


if HAS_17:

    def test_weights_in_one_batch_count_the_same(rng):
        X, y = classification(2)
        weight = rng.uniform(0.1, 3, len(y))
        mlp = MLPClassifier(max_iter=20, batch_size=len(y), random_state=0)
        dense = PlainClassifier.from_sklearn(mlp).fit(X, y, weight)
        mlp.fit(X, y, sample_weight=weight)
        np.testing.assert_allclose(dense.loss_curve_, mlp.loss_curve_, rtol=1e-10)
        assert_equal_fits(mlp, dense, X)
