"""Weights and validation data are requested by themselves, from scikit-learn 1.10 on."""

import pytest
from marks import BOTH
from sklearn.base import BaseEstimator

from skdense._estimators.persistence import PersistenceMixin


class Request:
    """What scikit-learn 1.10 has for each method, as far as estimators use it."""

    def __init__(self):
        self.names = []

    def add_auto_request(self, name):
        self.names.append(name)


class Routing:
    def __init__(self):
        self.fit, self.partial_fit, self.score = Request(), Request(), Request()


@BOTH
def test_weights_and_validation_data_are_requested(cls, monkeypatch):
    monkeypatch.setattr(BaseEstimator, "get_metadata_routing", lambda self: Routing())
    routing = cls().get_metadata_routing()
    of_fit = ["sample_weight", "X_val", "y_val", "sample_weight_val"]
    assert routing.fit.names == routing.partial_fit.names == of_fit
    assert routing.score.names == ["sample_weight"]


@BOTH
def test_earlier_versions_request_what_is_set(cls):
    net = cls()
    if hasattr(net.get_metadata_routing().fit, "add_auto_request"):
        pytest.skip("scikit-learn has automatic requests")
    assert set(net.get_metadata_routing().fit.requests.values()) == {None}


@BOTH
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_state_of_a_model_is_checked(cls, rng):
    X = rng.standard_normal((40, 2))
    net = cls(max_iter=2)
    net.__sklearn_validate_model__()  # nothing to check before a fit
    net.fit(X, (X[:, 0] > 0).astype(int))
    assert isinstance(net, PersistenceMixin)
    net.__sklearn_validate_model__()
    for attribute, wrong, message in (
        ("background", X[:, :1], "background rows do not have the 2 columns"),
        ("scores", X, "scores are not those of 1 outputs"),
        ("scores", X[:1, :1] - [[0], [1]], "not in increasing order"),
    ):
        before = getattr(net._predictor, attribute)
        setattr(net._predictor, attribute, wrong)
        with pytest.raises(ValueError, match=message):
            net.__sklearn_validate_model__()
        setattr(net._predictor, attribute, before)
