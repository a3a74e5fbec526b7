"""What went wrong in other libraries with targets, probabilities and precision."""

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import BaggingRegressor
from sklearn.preprocessing import StandardScaler

from skdense.engine.training.step import Stepper

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

BOTH = pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
STREAM_OF_CLASSES = "partial_fit", PlainClassifier


# targets


SHAPES = {"(n,)": 0, "(n, 1)": [0], "(n, k)": [0, 1, 2]}


@pytest.mark.pitfall(23)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scaler", [None, StandardScaler()])
def test_every_shape_of_target_inside_a_transformation(scaler, shape, wine):
    # skorch 701
    X, y = wine[0], wine[0][:, SHAPES[shape]]
    net = PlainRegressor((8,), solver="lbfgs", max_iter=40, random_state=0)
    model = TransformedTargetRegressor(net, transformer=scaler).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert model.score(X, y) > 0.9


# scikit-learn's own, for a column
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.DataConversionWarning")
@pytest.mark.pitfall(23)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_target_inside_bagging(shape, wine):
    # skorch 972
    X, y = wine[0], wine[0][:, SHAPES[shape]]
    net = PlainRegressor((8,), solver="lbfgs", max_iter=40, random_state=0)
    bagging = BaggingRegressor(net, n_estimators=3, random_state=0).fit(X, y)
    assert bagging.predict(X).shape == ((178, 3) if shape == "(n, k)" else (178,))
    assert bagging.score(X, y) > 0.9


@pytest.mark.pitfall(25)
@pytest.mark.parametrize(
    ("loss", "lowest", "message"),
    [
        ("poisson", -1, "y must not be negative"),
        ("tweedie", -1, "y must not be negative"),
        ("gamma", 0, "y must be positive"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_target_that_the_loss_is_not_defined_for_is_refused(method, loss, lowest, message, wine):
    X, y = wine
    net = PlainRegressor(loss=loss, max_iter=3, random_state=0)
    with pytest.raises(ValueError, match=message):
        getattr(net, method)(X, y + lowest)
    assert not hasattr(net, "n_features_in_")
    before = dict(vars(getattr(net, method)(X, y + 1)))
    with pytest.raises(ValueError, match=message):
        getattr(net, method)(X, y + lowest)
    with pytest.raises(ValueError, match=f"y_val.*{message}"):
        getattr(net, method)(X, y + 1, X_val=X, y_val=y + lowest)
    assert dict(vars(net)) == before


@pytest.mark.pitfall(26)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"early_stopping": True},
        {"solver": "lbfgs"},
        {"output_activation": "softmax"},
        {"output_activation": "logistic"},
    ],
)
def test_a_single_class_has_a_single_probability(settings, wine):
    X = wine[0]
    net = PlainClassifier(max_iter=3, **settings).fit(X, np.full(178, "only"))
    assert net.classes_.tolist() == ["only"]
    np.testing.assert_array_equal(net.predict_proba(X), np.ones((178, 1)))
    np.testing.assert_array_equal(net.predict_log_proba(X), np.zeros((178, 1)))
    assert set(net.predict(X)) == {"only"}


@pytest.mark.pitfall(26)
def test_a_stream_of_a_single_class(wine):
    X, classes = wine[0], ["a", "b", "c"]
    net = PlainClassifier().partial_fit(X, np.full(178, "b"), classes=classes)
    assert net.predict_proba(X).shape == (178, 3)
    only = PlainClassifier().partial_fit(X, np.full(178, "b"), classes=["b"])
    np.testing.assert_array_equal(only.predict_proba(X), np.ones((178, 1)))


@pytest.mark.pitfall(27)
@pytest.mark.parametrize("kind", ["softmax", "logistic", "multilabel"])
def test_log_probabilities_of_many_classes_are_never_infinite(kind, wine):
    # scikit-learn 24315, 16117
    X, y = make_multilabel_classification(random_state=0) if kind == "multilabel" else wine
    activation = None if kind == "multilabel" else kind
    net = PlainClassifier(output_activation=activation, max_iter=50, random_state=0).fit(X, y)
    far = X * 1e5
    assert (net.predict_proba(far) == 0).any()
    log_proba = net.predict_log_proba(far)
    assert np.isfinite(log_proba).all()
    np.testing.assert_allclose(np.exp(log_proba), net.predict_proba(far), atol=1e-300)


# numbers


@pytest.mark.pitfall(29)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@BOTH
def test_parameters_that_overflow_in_the_last_step_are_no_fit(cls, method, wine):
    # the loss, taken before the step, is finite
    X, y = wine
    classes = {"classes": [0, 1, 2]} if (method, cls) == STREAM_OF_CLASSES else {}
    net = cls(solver="sgd", momentum=0, max_iter=1, feature_scaling=None, random_state=0)
    getattr(net, method)(X, y, **classes)
    before, prediction = dict(vars(net)), net.predict(X)
    net.learning_rate_init = before["learning_rate_init"] = 1e307
    with pytest.raises(ValueError, match=r"diverged at epoch 1: the loss was \d"):
        getattr(net, method)(X, y, **classes)
    assert dict(vars(net)) == before
    np.testing.assert_array_equal(net.predict(X), prediction)


@pytest.mark.pitfall(29)
@BOTH
def test_a_loss_that_overflows_in_lbfgs_is_no_fit(cls, wine):
    X, y = wine
    net = cls(solver="lbfgs", max_iter=5, feature_scaling=None, random_state=0).fit(X, y)
    before, prediction = dict(vars(net)), net.predict(X)
    with pytest.raises(ValueError, match=r"diverged at iteration \d+ of L-BFGS"):
        net.fit(X * 1e200, y)
    assert dict(vars(net)) == before
    np.testing.assert_array_equal(net.predict(X), prediction)


@pytest.mark.pitfall(30)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_weights_do_not_change_the_precision(method, dtype, wine, monkeypatch):
    # neither float64 weights that of float32 tables, nor the reverse
    trained_in, init = set(), Stepper.__init__

    def watched(self, state, data, *settings, **how):
        trained_in.update({data.X.dtype, data.weight.dtype})
        init(self, state, data, *settings, **how)

    monkeypatch.setattr(Stepper, "__init__", watched)
    X, y = wine[0].astype(dtype), wine[1]
    weight = (1.0 + np.arange(178) % 3).astype({8: "f4", 4: "f8"}[X.itemsize])
    val = {"X_val": X, "y_val": y, "sample_weight_val": weight}
    net = PlainClassifier(max_iter=2, class_weight={0: 2.5}, random_state=0)
    classes = {"classes": [0, 1, 2]} if method == "partial_fit" else {}
    getattr(net, method)(X, y, weight, **val, **classes)
    numbers = PlainRegressor(max_iter=2, random_state=0)
    getattr(numbers, method)(X, y.astype(dtype), weight, **val)
    for result in (
        net.network_.params,
        net.predict_proba(X),
        net.predict_log_proba(X),
        net.decision_function(X),
        numbers.network_.params,
        numbers.predict(X),
    ):
        assert result.dtype == dtype
    assert trained_in == {np.dtype(dtype)}
