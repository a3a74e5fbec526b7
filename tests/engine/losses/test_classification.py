"""Losses for classes against formulas of others."""

import numpy as np
import pytest
from losses import LOSSES, QUICK, mean_loss
from plain import PlainClassifier
from scipy.special import log_softmax
from sklearn.datasets import load_breast_cancer, load_iris, make_multilabel_classification
from sklearn.metrics import log_loss

from skdense.engine import Focal, LogLoss

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_softmax_loss_of_two_choices_is_the_sum_of_two(rng):
    raw, y = (
        rng.standard_normal((7, 5)),
        np.column_stack([rng.randint(2, size=7), rng.randint(3, size=7)]),
    )
    rows = LOSSES["softmax log_loss of two"].rows(raw, y, np.empty_like(raw))
    parts = -log_softmax(raw[:, :2], axis=1)[range(7), y[:, 0]]
    parts -= log_softmax(raw[:, 2:], axis=1)[range(7), y[:, 1]]
    np.testing.assert_allclose(rows, parts, rtol=1e-12)


def test_focal_follows_equation_4_of_the_paper(rng):
    raw, y = rng.standard_normal((50, 3)), rng.randint(3, size=(50, 1))
    p = np.exp(raw)[np.arange(50), y[:, 0]] / np.exp(raw).sum(axis=1)
    for gamma in (0.0, 0.5, 2.0, 5.0):
        expected = -np.mean((1 - p) ** gamma * np.log(p))
        assert mean_loss(Focal(gamma).softmax((3,)), raw, y) == pytest.approx(expected, rel=1e-12)


def test_focal_keeps_its_limits_where_probabilities_round_to_0_and_1():
    loss, raw = Focal().softmax((2,)), np.array([[800.0, -800.0], [0.0, 0.0], [40.0, 0.0]])
    gradient = np.empty_like(raw)
    right = loss.rows(raw, np.zeros((3, 1), int), gradient)
    np.testing.assert_allclose(right, [0, 0.25 * np.log(2), 0], atol=1e-30)
    assert np.isfinite(gradient).all()
    wrong = loss.rows(raw, np.ones((3, 1), int), gradient)
    np.testing.assert_allclose(wrong[0], 1600)
    np.testing.assert_allclose(gradient[0], [1, -1])


@pytest.mark.parametrize("loss", [LogLoss(), Focal(0.0)])
def test_label_smoothing_is_the_log_loss_of_smooth_labels(loss, rng):
    raw, y = rng.standard_normal((50, 3)), rng.randint(3, size=(50, 1))
    smooth = 0.8 * np.eye(3)[y[:, 0]] + 0.2 / 3
    log_p = raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))
    expected = -(smooth * log_p).sum(axis=1).mean()
    assert mean_loss(loss.softmax((3,), 0.2), raw, y) == pytest.approx(expected, rel=1e-12)
    one_vs_rest = loss.logistic(0.2, 3)
    by_class = one_vs_rest.rows(raw, np.eye(3)[y[:, 0]], np.empty_like(raw))
    p = 1 / (1 + np.exp(-raw))
    expected = -(smooth * np.log(p) + (1 - smooth) * np.log(1 - p)).sum(axis=1)
    np.testing.assert_allclose(by_class, expected, rtol=1e-10)
    labels = rng.randint(2, size=(50, 3)).astype(float)
    p = 1 / (1 + np.exp(-raw))
    yes = 0.8 * labels + 0.1
    expected = -(yes * np.log(p) + (1 - yes) * np.log(1 - p)).sum(axis=1).mean()
    assert mean_loss(loss.logistic(0.2), raw, labels) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("output_activation", [None, "softmax", "logistic"])
@pytest.mark.parametrize("loss", ["log_loss", "focal"])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
def test_every_loss_learns_classes(load, loss, label_smoothing, output_activation):
    X, y = load(return_X_y=True)
    net = PlainClassifier(
        loss=loss, label_smoothing=label_smoothing, output_activation=output_activation, **QUICK
    ).fit(X, y)
    assert net.score(X, y) > 0.9


def test_label_smoothing_keeps_probabilities_from_the_ends():
    X, y = load_breast_cancer(return_X_y=True)
    sharp = PlainClassifier(**QUICK).fit(X, y).predict_proba(X).max(axis=1)
    smooth = PlainClassifier(label_smoothing=0.2, **QUICK).fit(X, y).predict_proba(X)
    assert (sharp > 0.99).mean() > 0.8
    # the best answer to labels of 0.9 and 0.1
    assert np.median(smooth.max(axis=1)) == pytest.approx(0.9, abs=0.02)


def test_focal_loss_is_less_sure():
    X, y = load_breast_cancer(return_X_y=True)
    sure = [
        PlainClassifier(loss=loss, **QUICK).fit(X, y).predict_proba(X).max(axis=1).mean()
        for loss in ("log_loss", Focal(1.0), "focal", Focal(4.0))
    ]
    assert sorted(sure, reverse=True) == sure


@pytest.mark.parametrize("loss", ["log_loss", "focal"])
def test_losses_of_labels_and_of_several_outputs(loss):
    X, Y = make_multilabel_classification(200, random_state=0)
    net = PlainClassifier(loss=loss, label_smoothing=0.1, **QUICK).fit(X, Y)
    assert (net.predict(X) == Y).mean() > 0.9
    X, y = load_iris(return_X_y=True)
    Y = np.column_stack([y, X[:, 0] > 5.8])
    net = PlainClassifier(loss=loss, label_smoothing=0.1, **QUICK).fit(X, Y)
    assert (net.predict(X) == Y).mean() > 0.9


@pytest.mark.parametrize("settings", [{"loss": "focal"}, {"label_smoothing": 0.1}])
def test_a_weight_is_so_many_repetitions_with_any_loss_for_classes(settings):
    X, y = load_iris(return_X_y=True)
    weight = np.arange(150) % 4
    net = PlainClassifier(batch_size=1000, max_iter=10, random_state=0, **settings)
    weighted = net.fit(X, y, weight).network_.params.copy()
    repeated = net.fit(X.repeat(weight, 0), y.repeat(weight)).network_.params
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-8)


def test_the_loss_curve_is_the_log_loss_of_scikit_learn():
    # with a rate of next to nothing the loss of an epoch is that of the start
    X, y = load_iris(return_X_y=True)
    net = PlainClassifier(alpha=0, learning_rate_init=1e-300, max_iter=1, random_state=0)
    net.fit(X, y, X_val=X, y_val=y)
    expected = log_loss(y, net.predict_proba(X))
    assert net.loss_ == pytest.approx(expected, rel=1e-9)
    assert net.validation_loss_curve_ == pytest.approx([expected], rel=1e-9)
