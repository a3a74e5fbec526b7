"""Temperature scaling: how sure probabilities are."""

import numpy as np
import pytest
from plain import PlainClassifier
from scipy.optimize import minimize_scalar
from sklearn.datasets import make_classification
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

SETTINGS = {
    "hidden_layer_sizes": (32,),
    "max_iter": 30,
    "learning_rate": "cosine",
    "learning_rate_init": 0.01,
}


@pytest.fixture(scope="module", params=[2, 3])
def noisy(request):
    X, y = make_classification(
        2_000, 10, n_informative=5, n_classes=request.param, flip_y=0.2, random_state=0
    )
    return train_test_split(X, y, random_state=0)


def fitted(noisy, **settings):
    X, X_val, y, y_val = noisy
    network = PlainClassifier(**SETTINGS, **settings, random_state=0)
    return network.set_params(early_stopping=True).fit(X, y, X_val=X_val, y_val=y_val)


def loss_of(network, noisy):
    _, X_val, _, y_val = noisy
    return log_loss(y_val, network.predict_proba(X_val))


def test_it_mends_what_label_smoothing_takes(noisy):
    smooth = {"label_smoothing": 0.4}
    without, scaled = fitted(noisy, **smooth), fitted(noisy, temperature_scaling=True, **smooth)
    assert loss_of(scaled, noisy) < loss_of(without, noisy) - 0.02


def test_it_changes_no_decision(noisy):
    without, scaled = fitted(noisy), fitted(noisy, temperature_scaling=True)
    np.testing.assert_array_equal(scaled.predict(noisy[1]), without.predict(noisy[1]))
    assert scaled._predictor.inverse_temperature != 1


def test_the_factor_is_the_best_one(noisy):
    _, X_val, _, y_val = noisy
    without, scaled = fitted(noisy), fitted(noisy, temperature_scaling=True)
    raw, smoothing = without._raw(X_val), 2 / (2 + len(y_val))
    target = without._predictor.target
    loss, y = target.calibration_loss(smoothing), target.loss_target(y_val[:, None], raw.dtype)

    def value(factor):
        return loss.value_and_gradient(factor * raw, y, None, np.empty_like(raw))

    best = minimize_scalar(value, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-6})
    assert scaled._predictor.inverse_temperature == pytest.approx(best.x, rel=1e-3)


def test_rows_that_are_all_right_make_nothing_certain():
    X = np.repeat([[-1.0], [1.0]], 100, axis=0)
    y = np.repeat([0, 1], 100)
    network = PlainClassifier(**SETTINGS, temperature_scaling=True, random_state=0)
    network.fit(X, y, X_val=X[::20], y_val=y[::20])
    # ten rows cannot tell a probability of 0.99 from one of 1
    assert 0.8 < network.predict_proba([[1.0]])[0, 1] < 0.99


def test_without_validation_nothing_is_done(noisy):
    X, _, y, _ = noisy
    network = PlainClassifier(**SETTINGS, temperature_scaling=True)
    assert network.fit(X, y)._predictor.inverse_temperature == 1


def test_several_networks_share_one_factor(noisy):
    X, X_val, y, y_val = noisy
    network = PlainClassifier(
        **SETTINGS, n_estimators=3, label_smoothing=0.4, early_stopping=True, random_state=0
    )
    scaled = network.set_params(temperature_scaling=True).fit(X, y)
    factor, loss = (
        scaled._predictor.inverse_temperature,
        log_loss(y_val, scaled.predict_proba(X_val)),
    )
    assert factor > 1
    scaled._predictor.inverse_temperature = 1
    assert loss < log_loss(y_val, scaled.predict_proba(X_val))


def test_a_warm_start_begins_without_it(noisy):
    X, X_val, y, y_val = noisy
    network = PlainClassifier(**SETTINGS, temperature_scaling=True, warm_start=True)
    network.set_params(random_state=0, scoring="neg_log_loss")
    first = network.fit(X, y, X_val=X_val, y_val=y_val)._predictor.inverse_temperature
    network.set_params(temperature_scaling=False).fit(X, y, X_val=X_val, y_val=y_val)
    assert first != 1
    assert network._predictor.inverse_temperature == 1


def test_what_the_mlp_becomes_is_not_scaled():
    mlp = MLPClassifier(early_stopping=True)
    assert PlainClassifier.from_sklearn(mlp).temperature_scaling is False
