"""Early stopping, of L-BFGS and over streams too, and what it leaves."""

import numpy as np
import pandas as pd
import pytest
from marks import BOTH
from plain import PlainClassifier, PlainRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
STOPPING = {"early_stopping": True, "learning_rate_init": 0.01, "random_state": 0}


def test_a_line_search_that_overflows_is_no_convergence(rng):
    # scipy says it converged where it began
    X = rng.uniform(0, 100, (300, 3))
    y = rng.poisson(np.exp(X[:, 0] / 100))
    net = PlainRegressor((), loss="poisson", solver="lbfgs", feature_scaling=None, random_state=0)
    overflow = "without convergence: the loss overflowed in its line search; scale features"
    with pytest.warns(ConvergenceWarning, match=overflow):
        net.fit(X, y)


@pytest.mark.parametrize("learning_rate", ["constant", "adaptive"])
def test_lbfgs_has_no_learning_rate_to_wait_for(learning_rate, cancer):
    X, X_val, y, y_val = cancer
    net = PlainClassifier(
        solver="lbfgs",
        learning_rate=learning_rate,
        early_stopping=True,
        alpha=0,
        n_iter_no_change=2,
        random_state=0,
    )
    assert net.fit(X, y, X_val=X_val, y_val=y_val).stopped_early_


def test_lbfgs_that_starts_at_a_minimum_has_a_best_epoch(diabetes):
    X, X_val, y, y_val = diabetes
    net = PlainRegressor((), solver="lbfgs", early_stopping=True, tol=1e3, random_state=0)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.best_validation_score_ == net.validation_scores_[0]
    assert net.best_iter_ == net.n_iter_ == 1


def test_lbfgs_stops_early_on_given_data(cancer):
    X, X_val, y, y_val = cancer
    net = PlainClassifier(
        solver="lbfgs",
        early_stopping=True,
        scoring="loss",
        alpha=0,
        n_iter_no_change=5,
        random_state=0,
    )
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.stopped_early_
    assert net.n_iter_ >= net.best_iter_ + 5
    expected = log_loss(y_val, net.predict_proba(X_val))
    assert expected == pytest.approx(min(net.validation_loss_curve_), rel=1e-6)
    # and holds nothing out by itself, as scikit-learn's does not
    assert net.fit(X, y).validation_scores_ is None


def test_a_stream_goes_back_to_the_scaling_of_its_best_call(rng):
    X = rng.standard_normal((70, 3))
    y = np.sin(X[:, 0])
    net = PlainRegressor(
        early_stopping=True, n_iter_no_change=2, learning_rate_init=0.01, random_state=0
    )
    for start in range(0, 70, 10):
        rows = slice(start, start + 10)
        unit = 1 if start < 50 else 50
        net.partial_fit(X[rows], unit * y[rows], X_val=X[:50], y_val=y[:50])
    assert net.stopped_early_
    assert net.score(X[:50], y[:50]) == pytest.approx(net.best_validation_score_)


def test_warm_start_with_early_stopping_keeps_its_split(cancer):
    # else rows that trained would validate
    X, _, y, _ = cancer
    settings = {"early_stopping": True, "n_iter_no_change": np.inf, "random_state": 0}
    whole = PlainRegressor(max_iter=6, **settings).fit(X, y == "good")
    steps = PlainRegressor(max_iter=1, warm_start=True, **settings)
    scores = [steps.fit(X, y == "good").validation_scores_[0] for _ in range(6)]
    assert scores == whole.validation_scores_


def test_a_stream_that_no_longer_stops_early_never_goes_back(rng):
    X = rng.standard_normal((200, 3))
    y = np.sin(2 * X[:, 0])
    net = PlainRegressor((10,), early_stopping=True, n_iter_no_change=3, random_state=0)
    net.set_params(learning_rate_init=0.01)
    for _ in range(3):
        net.partial_fit(X[:50], y[:50], X_val=X[:50], y_val=y[:50])
    net.set_params(early_stopping=False, tol=0.5)
    for _ in range(5):
        net.partial_fit(10 * X + 100, y)
    assert net.score(10 * X + 100, y) > -2


def test_an_average_that_began_in_mid_stream_goes_back_as_well(rng):
    X = rng.standard_normal((100, 3))
    y = np.sin(2 * X[:, 0])
    val = {"X_val": X, "y_val": y}
    net = PlainRegressor((10,), early_stopping=True, n_iter_no_change=2, random_state=0)
    for _ in range(10):
        net.partial_fit(X, y, **val)
    net.set_params(ema_decay=0.9, learning_rate_init=1.0)
    while not net.stopped_early_:
        net.partial_fit(X, y, **val)
    score = net.score(X, y)
    net.set_params(learning_rate_init=1e-12, early_stopping=False)
    for _ in range(3):
        net.partial_fit(X, y)
    assert net.score(X, y) == pytest.approx(score, abs=0.01)


def test_a_fit_ends_what_a_stream_had_counted(cancer):
    X, X_val, y, y_val = cancer
    how = {"X_val": X_val, "y_val": y_val}
    net = PlainClassifier(early_stopping=True, n_iter_no_change=2, random_state=0)
    net.set_params(warm_start=True, learning_rate_init=0.01)
    for _ in range(5):
        net.partial_fit(X, y, classes=["bad", "good"], **how)
    flipped = {"bad": "good", "good": "bad"}
    other, other_val = (np.vectorize(flipped.get)(labels) for labels in (y, y_val))
    net.set_params(max_iter=50).fit(X, other, X_val=X_val, y_val=other_val)
    for _ in range(5):
        net.partial_fit(X, other, X_val=X_val, y_val=other_val)
    assert net.score(X_val, other_val) > 0.9


@pytest.mark.pitfall(7, 9)
@pytest.mark.parametrize("weight", [None, 1 + np.arange(100) % 3])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@BOTH
def test_given_rows_choose_the_best_epoch(cls, solver, weight, rng):
    # scikit-learn 18748; skorch 808: the last epoch's parameters
    X = rng.standard_normal((200, 5))
    y = (X[:, 0] + rng.standard_normal(200) > 0).astype(int)  # enough noise to learn by heart
    X, X_val, y, y_val = X[:100], X[100:], y[:100], y[100:]
    net = cls((50, 50), solver=solver, n_iter_no_change=5, **STOPPING)
    net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=weight)
    best = net.best_iter_ - 1
    assert net.stopped_early_
    assert best < net.n_iter_ - 1
    assert net.validation_scores_[best] == max(net.validation_scores_)
    assert net.best_validation_score_ == net.validation_scores_[best]
    assert net.best_loss_ is None
    assert net.best_validation_score_ == pytest.approx(net.score(X_val, y_val, weight), rel=1e-12)
    if solver == "adam":
        assert net.t_ == net.n_iter_ * 100  # none of the rows of X is held out


@pytest.mark.pitfall(1)
@pytest.mark.parametrize("scoring", [None, "loss", "balanced_accuracy"])
@pytest.mark.parametrize("given", [False, True])
def test_string_labels_stop_early(given, scoring, wine):
    # scikit-learn 33760
    X, y = wine[0], np.array(["red", "rose", "white"])[wine[1]]
    val = {"X_val": X, "y_val": y} if given else {}
    net = PlainClassifier(scoring=scoring, max_iter=30, **STOPPING).fit(X, y, **val)
    assert len(net.validation_scores_) == net.n_iter_
    assert net.score(X, y) > 0.9


@pytest.mark.pitfall(2)
@pytest.mark.parametrize("scoring", [None, "accuracy"])
@pytest.mark.parametrize("given", [False, True])
def test_early_stopping_of_a_frame_does_not_warn_about_names(given, scoring, wine, recwarn):
    # scikit-learn 24846: a warning each epoch
    X, y = wine
    frame = pd.DataFrame(X, columns=[f"c{i}" for i in range(X.shape[1])])
    val = {"X_val": frame, "y_val": y} if given else {}
    net = PlainClassifier(scoring=scoring, early_stopping=True, learning_rate="cosine", max_iter=5)
    net.fit(frame, y, **val).predict(frame)
    assert not recwarn.list


@pytest.mark.pitfall(5)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_early_stopping_trains_on_a_class_of_one_row(n_classes, wine):
    # an obscure error of the splitter
    X, y = wine
    labels = np.where(np.arange(178) == 5, 9, np.minimum(y, n_classes - 2))
    net = PlainClassifier(max_iter=100, **STOPPING).fit(X, labels)
    assert net.predict_proba(X).shape == (178, n_classes)
    assert net.score(X, labels) > 0.9


@pytest.mark.pitfall(5)
@BOTH
def test_early_stopping_says_that_there_are_too_few_rows(cls, wine):
    X, y = wine
    net = cls(early_stopping=True)
    for n in (1, 2):
        with pytest.raises(ValueError, match=f"early_stopping=True .* n_samples = {n}; give more"):
            net.fit(X[:n], y[:n])
    with pytest.raises(ValueError, match="validation_fraction=0 has no rows to validate on"):
        net.set_params(validation_fraction=0).fit(X, y)
    assert not hasattr(net, "n_features_in_")


@pytest.mark.pitfall(6)
@pytest.mark.parametrize("patience", [1, 3])
def test_patience_is_not_off_by_one(patience, wine):
    # one epoch that sets the mark and `patience` that do not pass it, not one more
    X, y = wine
    for early_stopping in (False, True):
        settings = {"early_stopping": early_stopping, "tol": 1e6}
        assert (
            PlainClassifier(n_iter_no_change=patience, **settings).fit(X, y).n_iter_
            == 1 + patience
        )


@pytest.mark.pitfall(14)
@BOTH
def test_a_stream_stops_early(cls, rng):
    # partial_fit refuses early stopping there
    X = rng.standard_normal((200, 5))
    y = (X[:, 0] + rng.standard_normal(200) > 0).astype(int)
    y = y if cls is PlainRegressor else np.array(["bad", "good"])[y]
    val = {"X_val": X[100:], "y_val": y[100:]}
    classes = {"classes": ["bad", "good"]} if cls is PlainClassifier else {}
    net = cls(n_iter_no_change=15, **STOPPING)
    scores = []
    for _ in range(300):
        net.partial_fit(X[:100], y[:100], **val, **classes)
        scores += net.validation_scores_
        assert net.best_validation_score_ == max(scores)
        if net.stopped_early_:
            break
    assert net.stopped_early_
    assert len(scores) >= 16
    assert scores[-1] < net.best_validation_score_
    assert net.score(*val.values()) == pytest.approx(max(scores), rel=1e-12)
    # one that goes on counts anew
    net.partial_fit(X[:100], y[:100], **val)
    assert not net.stopped_early_
