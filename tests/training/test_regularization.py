"""Normalization, dropout, averages, clipping and decay together, and where they are refused."""

import pickle

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor

from skdense.engine import BatchNorm

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
EVERYTHING = {
    "hidden_layer_sizes": (20, 20),
    "normalization": ["batch", "layer"],
    "dropout": [0.1, 0.2],
    "ema_decay": 0.9,
    "max_grad_norm": 1.0,
    "weight_decay": 0.01,
    "learning_rate": "invscaling",
    "learning_rate_init": 0.05,
    "power_t": 0.25,
    "batch_size": 40,
    "random_state": 0,
}


def test_everything_goes_on_to_the_bit_from_fit_to_fit_and_through_a_pickle(wine):
    X, y = wine
    weight = np.arange(178) % 3
    settings = {**EVERYTHING, "class_weight": {0: 2.0}, "label_smoothing": 0.1}
    whole = PlainClassifier(max_iter=5, n_iter_no_change=np.inf, **settings)
    whole.fit(X, y, weight)
    steps = PlainClassifier(max_iter=1, warm_start=True, **settings)
    for _ in range(5):
        steps = pickle.loads(pickle.dumps(steps.fit(X, y, weight)))
    np.testing.assert_array_equal(steps.network_.params, whole.network_.params)


def test_everything_goes_on_to_the_bit_over_a_stream(wine):
    X, y = wine
    one = PlainRegressor(loss="huber", **EVERYTHING).partial_fit(X[:90], y[:90])
    other = pickle.loads(pickle.dumps(one))
    for estimator in (one, other):
        estimator.partial_fit(X[90:], y[90:])
    np.testing.assert_array_equal(one.network_.params, other.network_.params)


def test_a_pickle_of_a_stream_with_everything_does_not_grow(wine):
    X, y = wine
    stream = PlainRegressor(early_stopping=True, **EVERYTHING)
    sizes = []
    for _ in range(15):
        stream.partial_fit(X, y, X_val=X, y_val=y)
        sizes.append(len(pickle.dumps(stream)))
    assert max(sizes) - sizes[1] < 50


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dropout", 0.1),
        ("dropout", [0.0, 0.1]),
        ("weight_decay", 0.1),
        ("max_grad_norm", 1.0),
        ("ema_decay", 0.9),
        ("normalization", "batch"),
        ("normalization", ["layer", BatchNorm()]),
        ("normalization", np.array(["layer", "batch"])),
    ],
)
def test_what_needs_steps_is_refused_with_lbfgs(name, value, wine):
    net = PlainClassifier((5, 5), solver="lbfgs", **{name: value})
    with pytest.raises(ValueError, match=f"{name}.* does not work with solver='lbfgs'"):
        net.fit(*wine)
    PlainClassifier((5, 5), solver="lbfgs", normalization="layer", max_iter=3).fit(*wine)


def test_normalization_is_part_of_the_architecture(wine):
    net = PlainClassifier(max_iter=2, warm_start=True).fit(*wine)
    with pytest.raises(ValueError, match="normalization.* changed since the first fit"):
        net.set_params(normalization="batch").fit(*wine)
    with pytest.raises(ValueError, match="normalization has 2 entries for 1 hidden layers"):
        PlainClassifier(normalization=["batch", "layer"]).fit(*wine)
