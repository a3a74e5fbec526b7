"""Targets of numbers that a loss is not defined for."""

import pytest
from plain import PlainRegressor

from skdense.engine import Tweedie

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.pitfall(25)
@pytest.mark.parametrize(
    ("loss", "lowest", "message"),
    [
        ("poisson", -1, "y must not be negative with loss="),
        ("tweedie", -1, "y must not be negative with loss="),
        ("gamma", 0, "y must be positive with loss="),
        (Tweedie(2.5), 0, "y must be positive with loss="),
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
    with pytest.raises(ValueError, match=rf"In the validation data \(X_val, y_val\): {message}"):
        getattr(net, method)(X, y + 1, X_val=X, y_val=y + lowest)
    assert dict(vars(net)) == before
    assert net.__sklearn_tags__().target_tags.positive_only
