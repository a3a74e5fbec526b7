"""What a fitted estimator shows of itself."""

import re
from pathlib import Path
from urllib.request import url2pathname

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

import skdense
from skdense.engine import Huber, LeakyRelu

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_summary_shows_layers_shapes_and_parameters(wine):
    net = PlainClassifier((16, 8), normalization="batch", dropout=0.1, max_iter=2).fit(*wine)
    assert str(net.summary()).splitlines() == [
        "PlainClassifier: 13 columns in, 3 out, 435 parameters in float64",
        "",
        "layer                                   outputs  parameters",
        "Dense(n_units=16)                            16         224",
        "BatchNorm(momentum=0.9, epsilon=1e-05)       16          32",
        "Relu()                                       16           0",
        "Dropout(rate=0.1)                            16           0",
        "Dense(n_units=8)                              8         136",
        "BatchNorm(momentum=0.9, epsilon=1e-05)        8          16",
        "Relu()                                        8           0",
        "Dropout(rate=0.1)                             8           0",
        "Dense(n_units=3)                              3          27",
    ]
    assert sum(n_params for _, _, n_params in net.summary().rows) == 435


def test_hidden_activations_are_those_of_the_formula(wine):
    X, y = wine
    net = PlainRegressor((7, 5), activation="tanh", max_iter=3, random_state=0).fit(X, y)
    hidden = (X - X.mean(axis=0)) / X.std(axis=0)
    for layer in range(2):
        hidden = np.tanh(hidden @ net.coefs_[layer] + net.intercepts_[layer])
        for which in (layer, layer - 2):
            shown = net.hidden_activations(X, layer=which)
            np.testing.assert_allclose(shown, hidden, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(net.hidden_activations(X), net.hidden_activations(X, layer=-1))


@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
def test_hidden_activations_come_behind_normalization_and_without_dropout(normalization, wine):
    X, y = wine
    net = PlainClassifier((7,), normalization=normalization, dropout=0.5, max_iter=3).fit(X, y)
    shown = net.hidden_activations(X)
    assert shown.shape == (178, 7)
    assert (shown >= 0).all()
    raw = shown @ net.coefs_[-1] + net.intercepts_[-1]
    np.testing.assert_allclose(raw, net.decision_function(X), rtol=1e-9)


def test_hidden_activations_serve_another_estimator():
    X, y = load_digits(return_X_y=True)
    net = PlainClassifier((60,), max_iter=30, random_state=0).fit(X[:1000], y[:1000])
    linear = LogisticRegression(max_iter=2000).fit(net.hidden_activations(X[:1000]), y[:1000])
    assert linear.score(net.hidden_activations(X[1000:]), y[1000:]) > 0.88


@pytest.mark.parametrize("layer", [2, -3, 0.0, None, "last", True])
def test_hidden_activations_name_a_layer_that_is_not_there(layer, wine):
    net = PlainRegressor((7, 5), max_iter=2).fit(*wine)
    with pytest.raises(ValueError, match=r"layer must be an integer from -2 to 1.* got"):
        net.hidden_activations(wine[0], layer=layer)


def test_a_linear_model_has_no_hidden_layer(wine):
    net = PlainRegressor((), max_iter=2).fit(*wine)
    with pytest.raises(ValueError, match="layer=-1 .* no hidden layers"):
        net.hidden_activations(wine[0])


def test_a_repr_shows_what_differs_from_the_defaults():
    net = skdense.DenseNetRegressor(
        (3,), loss=Huber(2.0), activation=LeakyRelu(0.2), ema_decay=0.9
    )
    assert re.sub(r"\s+", " ", repr(net)) == (
        "DenseNetRegressor(activation=LeakyRelu(negative_slope=0.2), ema_decay=0.9, "
        "hidden_layer_sizes=(3,), loss=Huber(delta=2.0))"
    )


@pytest.mark.parametrize("cls", [skdense.DenseNetClassifier, skdense.DenseNetRegressor])
def test_the_html_links_to_the_documentation_of_the_class(cls, wine):
    for net in (cls(), cls(max_iter=2).fit(*wine)):
        html = net._repr_html_()
        assert cls.__name__ in html
        (link,) = set(re.findall(r'class="sk-estimator-doc-link[^"]*"[^>]*href="([^"]*)"', html))
        page = Path(url2pathname(link.removeprefix("file://")))
        assert f"class {cls.__name__}" in page.read_text()


def test_fitted_attributes_are_few_and_small(wine):
    net = skdense.DenseNetClassifier(max_iter=3).fit(*wine)
    stored = {name for name in vars(net) if name.endswith("_")}
    assert stored == set(
        "classes_ network_ networks_ resolved_params_ n_features_in_ n_iter_ t_ n_layers_ "
        "n_outputs_ out_activation_ loss_ loss_curve_ validation_loss_curve_ validation_scores_ "
        "best_loss_ best_validation_score_ best_iter_ stopped_early_".split()
    )
