"""Every documented setting, exported: ONNX models predict as the estimators do."""

import numpy as np
import pytest
from estimator_checks import CLASSIFIER, REGRESSOR
from onnx_models import check, quick
from plain import PlainClassifier, PlainRegressor

import skdense
from skdense._columns.scaled import COLUMNS
from skdense.engine import (
    NUMERIC_EMBEDDINGS,
    Identity,
    LeakyRelu,
    Parametric,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    Tanh,
)

pytestmark = [
    pytest.mark.whole,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CLASSIFIER)
def test_each_setting_of_the_classifier(name, dtype, table):
    X, y = table
    classes = np.digitize(y, [0, 1] if name != "plain" else [0.5])
    if name.startswith("output_activation"):
        classes = (y > 0.5) + 0
    X = X.astype(dtype)
    check(quick(PlainClassifier, CLASSIFIER[name]).fit(X, classes), X)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", REGRESSOR)
def test_each_setting_of_the_regressor(name, dtype, table):
    X, y = table
    X, y = X.astype(dtype), np.exp(y)
    if name == "feature_scaling None":
        X = X[:, :2] / 10
    check(quick(PlainRegressor, REGRESSOR[name]).fit(X, y), X, y.std())


@pytest.mark.parametrize("scaling", COLUMNS)
@pytest.mark.parametrize("embedding", [None, *NUMERIC_EMBEDDINGS])
def test_each_scaling_and_embedding(scaling, embedding, table):
    X, y = table
    # without a scaling, columns of a spread that float32 leaves its digits
    X = (X if scaling else X[:, :2] / 10).astype(np.float32)
    settings = {"feature_scaling": scaling, "numeric_embedding": embedding, "input_scale": True}
    for parametrization in ("standard", "ntk"):
        net = quick(PlainRegressor, settings | {"parametrization": parametrization})
        check(net.set_params(initialization="data").fit(X, y), X, y.std())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("activation", [LeakyRelu(0.3), Parametric(Tanh()), Identity()])
def test_layers_given_as_objects(activation, dtype, table):
    X, y = table
    X = X.astype(dtype)
    check(quick(PlainRegressor, {"activation": activation}).fit(X, y), X, y.std())


def test_embeddings_given_as_objects(table):
    X, y = table
    waves = PeriodicEmbedding(n_units=2, n_frequencies=5, sigma=0.3)
    given = [PiecewiseLinearEmbedding(n_bins=6), waves, None]
    for embedding in (waves, given):
        settings = {"n_estimators": 4, "numeric_embedding": embedding}
        check(quick(PlainRegressor, settings).fit(X, y), X, y.std())


def test_the_defaults(table, wine):
    X, y = table
    for X_any in (X, X.astype(np.float32)):
        regressor = skdense.DenseNetRegressor(max_iter=4, random_state=0).fit(X_any, y)
        check(regressor, X, y.std())
    classifier = skdense.DenseNetClassifier(max_iter=4, early_stopping=True, random_state=0)
    classifier.fit(*wine)
    assert classifier._predictor.inverse_temperature != 1
    check(classifier, wine[0])
    check(classifier.fit(wine[0].astype(np.float32), wine[1]), wine[0])


def test_long_training(wine):
    check(skdense.DenseNetClassifier(n_estimators=2, random_state=0).fit(*wine), wine[0])
