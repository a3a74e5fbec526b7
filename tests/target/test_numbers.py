"""Targets of numbers that a loss is not defined for."""

import pytest
from plain import PlainRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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
