"""What is watched on validation data."""

import numpy as np
import pandas as pd
import pytest
from marks import BOTH
from plain import PlainClassifier, PlainRegressor
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    f1_score,
    get_scorer,
    log_loss,
    make_scorer,
    r2_score,
)

from skdense.engine import Quantile

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
STOPPING = {"early_stopping": True, "learning_rate_init": 0.01, "random_state": 0}


def weighted_recall(estimator, X, y, sample_weight=None):
    assert sample_weight is None or len(sample_weight) == len(y)
    return balanced_accuracy_score(y, estimator.predict(X), sample_weight=sample_weight)


def n_right_less_n_wrong(estimator, X, y, sample_weight=1):
    right = np.abs(estimator.predict(X) - y) < 0.5
    return int((np.where(right, 1, -1) * sample_weight).sum())


# two classes of text, three classes of numbers, and numbers
SCORINGS = [
    ("cancer", PlainClassifier, "accuracy"),
    ("cancer", PlainClassifier, "roc_auc"),
    ("cancer", PlainClassifier, "neg_log_loss"),
    ("cancer", PlainClassifier, "balanced_accuracy"),
    ("cancer", PlainClassifier, weighted_recall),
    ("cancer", PlainClassifier, make_scorer(accuracy_score)),
    ("wines", PlainClassifier, "neg_log_loss"),
    ("wines", PlainClassifier, "roc_auc_ovr"),
    ("wines", PlainClassifier, make_scorer(f1_score, average="macro")),
    ("wines", PlainRegressor, "neg_mean_absolute_error"),
    ("wines", PlainClassifier, n_right_less_n_wrong),
    ("wines", PlainRegressor, n_right_less_n_wrong),
]


@pytest.fixture
def wines(halves):
    (X, y), val = halves
    return X, val["X_val"], y, val["y_val"]


@pytest.mark.pitfall(9)
@pytest.mark.parametrize(("table", "cls", "scoring"), SCORINGS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("as_frame", [False, True])
def test_any_scorer_is_watched(table, cls, scoring, weighted, as_frame, request, recwarn):
    # scikit-learn 24411: R2 alone
    X, X_val, y, y_val = request.getfixturevalue(table)
    if as_frame:
        X, X_val = pd.DataFrame(X).add_prefix("c"), pd.DataFrame(X_val).add_prefix("c")
    weight = np.arange(len(y_val)) % 3 if weighted else None
    net = cls(scoring=scoring, learning_rate="cosine", max_iter=15, **STOPPING)
    net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=weight)
    assert len(set(net.validation_scores_)) > 1
    how = {} if weight is None else {"sample_weight": weight}
    expected = get_scorer(scoring)(net, X_val, y_val, **how)
    assert net.best_validation_score_ == pytest.approx(expected, rel=1e-12)
    assert not recwarn.list


@pytest.mark.pitfall(9)
@BOTH
def test_the_loss_is_watched_by_its_name(cls, diabetes):
    X, X_val, y, y_val = diabetes
    if cls is PlainClassifier:
        y, y_val = y > 140, y_val > 140
    net = cls(scoring="loss", **STOPPING).fit(X, y, X_val=X_val, y_val=y_val)
    assert net.validation_scores_ == [-loss for loss in net.validation_loss_curve_]
    assert net.best_validation_score_ == -min(net.validation_loss_curve_)
    assert net.validation_loss_curve_[net.best_iter_ - 1] == min(net.validation_loss_curve_)
    assert net.stopped_early_
    expected = (
        log_loss(y_val, net.predict_proba(X_val))
        if cls is PlainClassifier
        else np.square(net.predict(X_val) - y_val).mean() / 2 / y.var()
    )
    assert -net.best_validation_score_ == pytest.approx(expected, rel=1e-10)


def test_a_scorer_sees_a_held_out_split_too(diabetes):
    X, _, y, _ = diabetes
    net = PlainRegressor(
        early_stopping=True, scoring="neg_mean_absolute_error", max_iter=20, random_state=0
    ).fit(X, y)
    default = PlainRegressor(early_stopping=True, max_iter=20, random_state=0).fit(X, y)
    # the same rows are held out, the same epochs are trained
    np.testing.assert_array_equal(net.loss_curve_[:5], default.loss_curve_[:5])
    assert -150 < net.validation_scores_[0] < net.best_validation_score_ < -30


def test_a_score_that_is_no_number_is_refused(cancer):
    X, _, y, _ = cancer
    for value in (np.nan, "good", None):
        net = PlainClassifier(early_stopping=True, scoring=lambda e, X, y, value=value: value)
        with pytest.raises(ValueError, match=r"scoring=.* must return a finite number, got"):
            net.fit(X, y)


def test_a_scorer_without_weights_is_named(cancer):
    X, X_val, y, y_val = cancer
    net = PlainClassifier(early_stopping=True, scoring=lambda estimator, X, y: 0.5, max_iter=3)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    with pytest.raises(ValueError, match=r"scoring=.* failed with sample_weight \(TypeError"):
        net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=np.ones(len(y_val)) * 2)


def test_a_scorer_that_fails_is_named(cancer):
    X, _, y, _ = cancer
    for scoring, error in (
        (accuracy_score, "TypeError"),
        (lambda estimator, X, y: 1 / 0, "ZeroDivisionError"),
        ("r2", "ValueError"),
    ):
        net = PlainClassifier(early_stopping=True, scoring=scoring)
        with pytest.raises(
            ValueError, match=rf"In the rows held out .*scoring=.* failed \({error}"
        ):
            net.fit(X, y)


def test_a_score_that_is_not_defined_is_refused(diabetes):
    # R2 of one row
    X, X_val, y, y_val = diabetes
    net = PlainRegressor(early_stopping=True)
    with (
        pytest.raises(ValueError, match="scoring=None must return a finite number, got nan"),
        pytest.warns(UndefinedMetricWarning),
    ):
        net.fit(X, y, X_val=X_val[:1], y_val=y_val[:1])


@pytest.mark.parametrize("weight", [1e39, 1e-100])
def test_the_size_of_validation_weights_does_not_matter(weight, diabetes):
    X, X_val, y, y_val = diabetes
    settings = {"early_stopping": True, "scoring": "loss", "max_iter": 3, "dtype": "float32"}
    net = PlainRegressor(random_state=0, **settings).fit(X, y, X_val=X_val, y_val=y_val)
    same = PlainRegressor(random_state=0, **settings).fit(
        X, y, X_val=X_val, y_val=y_val, sample_weight_val=weight
    )
    np.testing.assert_allclose(same.validation_loss_curve_, net.validation_loss_curve_, rtol=1e-6)


def test_validation_rows_beyond_all_others_are_named(diabetes):
    X, X_val, y, y_val = diabetes
    net = PlainRegressor(loss="poisson", feature_scaling=None, max_iter=3, random_state=0)
    with pytest.raises(ValueError, match="the loss was inf.* of the validation rows"):
        net.fit(X, y, X_val=1e6 * X_val, y_val=y_val)


@pytest.mark.parametrize("quantile", [0.99, [0.5, 0.99]])
@pytest.mark.parametrize("by_instance", [False, True])
def test_a_quantile_is_watched_by_its_own_score(quantile, by_instance, rng):
    # R2 of a high quantile is best before it is learnt
    X = rng.standard_normal((1000, 3))
    y = 0.3 * X[:, 0] + rng.exponential(size=1000)
    loss = (
        {"loss": Quantile(quantile)} if by_instance else {"loss": "quantile", "quantile": quantile}
    )
    net = PlainRegressor(early_stopping=True, random_state=0, **loss).fit(X, y)
    last = np.atleast_2d(net.predict(X).T)[-1]
    assert (y <= last).mean() == pytest.approx(0.99, abs=0.02)
    assert net.score(X, y) > 0


def test_a_score_is_that_of_the_fit_whatever_was_set_since(rng):
    X = rng.standard_normal((100, 2))
    net = PlainRegressor(loss="quantile", quantile=[0.1, 0.9], max_iter=3, random_state=0)
    score = net.fit(X, X[:, 0]).score(X, X[:, 0])
    net.set_params(loss="squared_error", quantile=None)
    assert net.score(X, X[:, 0]) == score


def test_several_quantiles_are_watched_by_their_scores(diabetes):
    X, X_val, y, y_val = diabetes
    net = PlainRegressor(
        loss="quantile", quantile=[0.1, 0.9], early_stopping=True, max_iter=10, random_state=0
    )
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.best_validation_score_ == pytest.approx(net.score(X_val, y_val), rel=1e-6)


def test_r2_is_the_default_for_numbers(diabetes):
    X, X_val, y, y_val = diabetes
    net = PlainRegressor(max_iter=3, random_state=0).fit(X, y, X_val=X_val, y_val=y_val)
    assert net.validation_scores_[-1] == pytest.approx(r2_score(y_val, net.predict(X_val)))


@pytest.mark.pitfall(9)
def test_the_validation_score_counts_class_weights(halves):
    # a row weighs in the score what it weighs in training
    rows, val = halves
    net = PlainClassifier(class_weight={0: 9}, max_iter=3, early_stopping=True, random_state=0)
    net.fit(*rows, **val)
    X, y = val.values()
    expected = net.score(X, y, np.where(y == 0, 9, 1))
    assert expected != pytest.approx(net.score(X, y), rel=0.01)
    assert net.best_validation_score_ == pytest.approx(expected, rel=1e-12)
