"""The history that a fit leaves."""

import numpy as np
import pytest
from marks import BOTH
from plain import PlainClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def halves(wine):
    """Rows to train on, and rows to validate on."""
    X, y = wine
    return (X[::2], y[::2]), {"X_val": X[1::2], "y_val": y[1::2]}


WAYS = {
    "adam": {},
    "sgd": {"solver": "sgd"},
    "lbfgs": {"solver": "lbfgs"},
    "held-out rows": {"early_stopping": True},
    "given rows": {"X_val": True},
    "given rows that stop": {"X_val": True, "early_stopping": True},
    "given rows that stop lbfgs": {"X_val": True, "early_stopping": True, "solver": "lbfgs"},
    "stream": {"partial_fit": True},
    "stream that stops": {"partial_fit": True, "X_val": True, "early_stopping": True},
}


@pytest.mark.pitfall(8)
@pytest.mark.parametrize("way", WAYS)
@BOTH
def test_the_history_is_there_after_every_kind_of_training(cls, way, halves):
    # scikit-learn 24683: AttributeError
    settings, (rows, val) = dict(WAYS[way]), halves
    val = val if settings.pop("X_val", False) else {}
    method = "partial_fit" if settings.pop("partial_fit", False) else "fit"
    if (method, cls) == ("partial_fit", PlainClassifier):
        val = {**val, "classes": [0, 1, 2]}
    net = cls(max_iter=4, random_state=0, **settings)
    getattr(net, method)(*rows, **val)
    stops_early = net.early_stopping
    has_scores = stops_early or "X_val" in val
    assert len(net.loss_curve_) == net.n_iter_
    assert net.loss_ == net.loss_curve_[-1]
    assert net.best_loss_ == (None if stops_early else min(net.loss_curve_))
    assert net.stopped_early_ is False
    assert 1 <= net.best_iter_ <= net.n_iter_
    if has_scores:
        assert len(net.validation_scores_) == len(net.validation_loss_curve_) == net.n_iter_
        assert net.best_validation_score_ == max(net.validation_scores_)
    else:
        assert net.validation_scores_ is net.validation_loss_curve_ is None
        assert net.best_validation_score_ is None


@pytest.mark.pitfall(8)
@BOTH
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("given", [False, True])
def test_attributes_always_exist(cls, solver, early_stopping, given, diabetes):
    X, X_val, y, y_val = diabetes
    if cls is PlainClassifier:
        y, y_val = y > 140, y_val > 140
    net = cls(solver=solver, early_stopping=early_stopping, max_iter=4, random_state=0)
    net.fit(X, y, **({"X_val": X_val, "y_val": y_val} if given else {}))
    is_validated = given or (early_stopping and solver != "lbfgs")
    assert len(net.loss_curve_) == net.n_iter_ == 4
    assert net.loss_ == net.loss_curve_[-1]
    for name in ("validation_loss_curve_", "validation_scores_"):
        assert (len(getattr(net, name)) == 4) if is_validated else (getattr(net, name) is None)
    assert (net.best_validation_score_ is None) != is_validated
    is_watched = early_stopping and is_validated
    assert (net.best_loss_ is None) == is_watched
    watched = net.validation_scores_ if is_watched else [-loss for loss in net.loss_curve_]
    assert net.best_iter_ == 1 + np.argmax(watched)
    assert net.stopped_early_ is False
    assert net.n_layers_ == 3
    assert [c.shape for c in net.coefs_] == [(10, 100), (100, 1)]
    assert [b.shape for b in net.intercepts_] == [(100,), (1,)]


@pytest.mark.pitfall(11)
@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
@BOTH
def test_every_fit_counts_its_own_epochs(cls, settings, wine):
    # scikit-learn 8713, 24764, 16812
    net = cls(warm_start=True, tol=0, random_state=0, **settings)
    for max_iter in (3, 3, 2):
        net.set_params(max_iter=max_iter).fit(*wine)
        assert net.n_iter_ == len(net.loss_curve_) == max_iter
        assert net.best_iter_ <= max_iter
