"""A training that diverges says what and when, and leaves the estimator as it was."""

import numpy as np
import pytest
from marks import BOTH
from plain import PlainClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.pitfall(3, 29)
@pytest.mark.parametrize("early_stopping", [False, True])
@BOTH
def test_divergence_says_what_and_when_and_changes_nothing(cls, early_stopping, wine):
    # scikit-learn 29504: "Input contains NaN"
    X, y = wine
    net = cls(max_iter=3, random_state=0).fit(X, y)
    before, prediction = dict(vars(net)), net.predict(X)
    net.set_params(
        solver="sgd",
        learning_rate_init=1e20,
        alpha=1e10,
        early_stopping=early_stopping,
        max_iter=200,
    )
    with pytest.raises(ValueError, match=r"Training diverged at epoch \d+: .*learning_rate_init"):
        net.fit(X, y)
    fitted = {name: value for name, value in vars(net).items() if name.endswith("_")}
    assert fitted == {name: value for name, value in before.items() if name.endswith("_")}
    np.testing.assert_array_equal(net.predict(X), prediction)


STREAM_OF_CLASSES = "partial_fit", PlainClassifier


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
