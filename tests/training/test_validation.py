"""Validation data, what is watched on them, and the end of training."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from plain import PlainClassifier, PlainRegressor
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    get_scorer,
    log_loss,
    make_scorer,
    r2_score,
)
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skdense._training.hold_out import hold_out
from skdense.engine import Quantile
from skdense.engine.training.shards import Lane

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
BOTH = pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])


@pytest.fixture(scope="module")
def cancer():
    """X, X_val, y, y_val with labels of text."""
    X, y = load_breast_cancer(return_X_y=True)
    return train_test_split(X, np.array(["bad", "good"])[y], random_state=0)


@pytest.fixture(scope="module")
def diabetes():
    return train_test_split(*load_diabetes(return_X_y=True, scaled=False), random_state=0)


# the split


def test_the_split_keeps_the_shares_of_classes(rng):
    strata = np.repeat([0, 1, 2], [600, 300, 100])
    train, held_out = hold_out(1000, 0.2, strata, rng)
    np.testing.assert_array_equal(np.bincount(strata[held_out]), [120, 60, 20])
    np.testing.assert_array_equal(np.sort(np.append(train, held_out)), np.arange(1000))


def test_the_split_of_few_rows_trains_on_every_class(rng):
    strata = np.repeat([0, 1, 2, 3], [9, 5, 2, 1])
    for _ in range(20):
        train, held_out = hold_out(17, 0.1, strata, rng)
        assert set(strata[train]) == {0, 1, 2, 3}
        # the class of one row trains
        assert len(held_out) == 3
        assert 3 not in strata[held_out]
    assert len(hold_out(10, 0.1, None, rng)[1]) == 2


@pytest.mark.parametrize("fraction", [0.5, 0.7, 0.9])
def test_no_class_is_held_out_whole(fraction, rng):
    strata = np.repeat([0, 1, 2, 3], [40, 40, 2, 1])
    for _ in range(20):
        train, held_out = hold_out(83, fraction, strata, rng)
        assert set(strata[train]) == {0, 1, 2, 3}
        np.testing.assert_array_equal(np.sort(np.append(train, held_out)), np.arange(83))


@BOTH
def test_early_stopping_watches_rows_that_do_not_train(cls, rng, monkeypatch):
    X, y = np.arange(200.0)[:, None], rng.randint(2, size=200)
    watched, trained, learn = set(), set(), Lane.learn

    def scorer(estimator, X, y):
        watched.update(X[:, 0].tolist())
        return 0.5

    def seen(self, rows, *how):
        trained.update(X[rows, 0].tolist())
        learn(self, rows, *how)

    monkeypatch.setattr(Lane, "learn", seen)
    net = cls(early_stopping=True, scoring=scorer, feature_scaling=None, random_state=0)
    net.fit(X, y)
    assert (len(trained), len(watched)) == (180, 20)
    assert trained | watched == set(range(200))


def test_held_out_rows_move_the_units_and_not_the_network(rng):
    # units are those of all rows, so that networks that hold out different ones share a table
    X, y = rng.standard_normal((100, 3)), rng.standard_normal(100)
    net = PlainRegressor(early_stopping=True, warm_start=True, max_iter=1, random_state=0)
    model = net.fit(X, y)._model
    np.testing.assert_allclose(model.columns.scaler.mean_, X.mean(axis=0))
    np.testing.assert_allclose(model.columns.scaler.scale_, X.std(axis=0))
    np.testing.assert_allclose(model.target.scaler.scale_, y.std())
    ((_, held_out),) = model.splits
    assert len(held_out) == 10
    assert net.t_ == 90
    # the same numbers in another order leave the units as they were
    other = y.copy()
    other[held_out] = y[held_out[::-1]]
    again = clone(net).fit(X, other)
    np.testing.assert_allclose(again.network_.params, net.network_.params, rtol=1e-9)
    assert again.loss_ == pytest.approx(net.loss_, rel=1e-9)
    assert again.validation_loss_curve_ != pytest.approx(net.validation_loss_curve_, rel=1e-3)
    trained = np.setdiff1d(np.arange(100), held_out)
    other[trained] = y[trained[::-1]]
    assert clone(net).fit(X, other).loss_ != pytest.approx(net.loss_, rel=1e-3)


def test_balanced_class_weights_count_held_out_rows_too(cancer):
    X, _, y, _ = cancer
    net = PlainClassifier(class_weight="balanced", early_stopping=True, random_state=0)
    net.set_params(warm_start=True, max_iter=1, dtype="float64").fit(X, y)
    ((_, held_out),) = net._model.splits
    trained = np.setdiff1d(np.arange(len(y)), held_out)
    losses, proba = [], net.predict_proba(X[held_out])
    for counted in (y, y[trained]):
        by_class = {c: len(counted) / (2 * (counted == c).sum()) for c in ("bad", "good")}
        weight = [by_class[c] for c in y[held_out]]
        losses.append(log_loss(y[held_out], proba, sample_weight=weight))
    assert net.validation_loss_curve_ == pytest.approx(losses[:1], rel=1e-9)
    assert losses[0] != pytest.approx(losses[1], rel=1e-6)


# data of one's own


@BOTH
def test_given_data_are_watched_and_all_rows_train(cls, cancer):
    X, X_val, y, y_val = cancer
    if cls is PlainRegressor:
        y, y_val = (y == "good") * 1.0, (y_val == "good") * 1.0
    net = cls(early_stopping=True, max_iter=40, random_state=0)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.t_ == len(X) * net.n_iter_
    # the parameters are those of the best epoch
    assert net.score(X_val, y_val) == pytest.approx(net.best_validation_score_, abs=1e-6)
    assert net.best_validation_score_ == max(net.validation_scores_)
    assert net.validation_scores_[net.best_iter_ - 1] == net.best_validation_score_
    assert net.best_loss_ is None


@BOTH
def test_without_early_stopping_given_data_are_only_recorded(cls, cancer):
    X, X_val, y, y_val = cancer
    if cls is PlainRegressor:
        y, y_val = (y == "good") * 1.0, (y_val == "good") * 1.0
    settings = {"max_iter": 15, "random_state": 0}
    plain = cls(**settings).fit(X, y)
    watched = cls(**settings).fit(X, y, X_val=X_val, y_val=y_val)
    np.testing.assert_array_equal(watched.network_.params, plain.network_.params)
    assert watched.validation_scores_[-1] == pytest.approx(watched.score(X_val, y_val), abs=1e-6)
    assert watched.best_validation_score_ == max(watched.validation_scores_)
    assert (
        watched.best_loss_
        == min(watched.loss_curve_)
        == watched.loss_curve_[watched.best_iter_ - 1]
    )
    assert plain.validation_loss_curve_ is plain.validation_scores_ is None


def test_the_validation_loss_is_that_of_the_model_without_its_penalty(cancer):
    X, X_val, y, y_val = cancer
    weight = np.arange(len(X_val)) % 3
    net = PlainClassifier(alpha=10.0, max_iter=5, random_state=0)
    net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=weight)
    expected = log_loss(y_val, net.predict_proba(X_val), sample_weight=weight)
    assert net.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-6)
    assert len(net.validation_loss_curve_) == len(net.loss_curve_) == 5
    expected = accuracy_score(y_val, net.predict(X_val), sample_weight=weight)
    assert net.validation_scores_[-1] == pytest.approx(expected)


def test_class_weights_count_in_both_loss_curves(cancer):
    X, _, y, _ = cancer
    class_weight = {"bad": 3.0, "good": 1.0}
    net = PlainClassifier(class_weight=class_weight, alpha=0, max_iter=5, random_state=0)
    net.fit(X, y, X_val=X, y_val=y)
    rows = np.where(y == "bad", 3.0, 1.0)
    expected = log_loss(y, net.predict_proba(X), sample_weight=rows)
    assert net.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-6)
    expected = accuracy_score(y, net.predict(X), sample_weight=rows)
    assert net.validation_scores_[-1] == pytest.approx(expected)
    # "balanced" takes the shares of the rows that train, not of those that validate
    few = np.append(np.flatnonzero(y == "bad")[:5], np.flatnonzero(y == "good"))
    net.set_params(class_weight="balanced").fit(X, y, X_val=X[few], y_val=y[few])
    counts = {label: len(y) / (2 * (y == label).sum()) for label in ("bad", "good")}
    rows = np.vectorize(counts.get)(y[few])
    expected = log_loss(y[few], net.predict_proba(X[few]), sample_weight=rows)
    assert net.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-6)


def test_balanced_weights_of_a_class_that_does_not_train_are_one(cancer):
    X, X_val, y, y_val = cancer
    bad = y == "bad"
    net = PlainClassifier(class_weight="balanced", warm_start=True, max_iter=2, random_state=0)
    net.fit(X, y).fit(X[bad], y[bad], X_val=X_val, y_val=y_val)
    expected = log_loss(y_val, net.predict_proba(X_val))
    assert net.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("container", [csr_array, pd.DataFrame, lambda X: X.astype(np.float32)])
def test_given_data_come_in_any_form(container, cancer):
    X, X_val, y, y_val = cancer
    settings = {"max_iter": 3, "random_state": 0, "dtype": "float64"}
    expected = PlainClassifier(**settings).fit(
        container(X), y, X_val=container(X_val), y_val=y_val
    )
    net = PlainClassifier(**settings).fit(
        container(X), y, X_val=container(X_val), y_val=pd.Series(y_val), sample_weight_val=1
    )
    assert net.validation_loss_curve_ == expected.validation_loss_curve_


def test_given_data_need_not_hold_every_class(cancer):
    X, X_val, y, y_val = cancer
    good = y_val == "good"
    net = PlainClassifier(max_iter=3).fit(X, y, X_val=X_val[good], y_val=y_val[good])
    assert len(net.validation_scores_) == 3


@pytest.mark.parametrize(
    ("val", "message"),
    [
        ({"X_val": 0}, "X_val was given without y_val"),
        ({"y_val": 0}, "y_val was given without X_val"),
        ({"sample_weight_val": 1}, "sample_weight_val needs X_val and y_val"),
        ({"X_val": [[1.0]], "y_val": ["good"]}, "X has 1 features, but .* expecting 30"),
        ({"X_val": "infinite", "y_val": "y"}, "Input X contains infinity"),
        ({"X_val": "X", "y_val": "short"}, "y has 3 rows and X has"),
        ({"X_val": "X", "y_val": "other"}, r"y has the classes \['new'\]"),
        ({"X_val": "X", "y_val": "y", "sample_weight_val": -1}, "must not be negative"),
        ({"X_val": "X", "y_val": "y", "sample_weight_val": 0}, "zero for every row"),
    ],
)
def test_data_that_do_not_fit_are_named(val, message, cancer):
    X, X_val, y, y_val = cancer
    values = {
        "X": X_val,
        "y": y_val,
        "short": y_val[:3],
        "other": ["new"] * len(y_val),
        "infinite": np.full(X_val.shape, np.inf),
    }
    val = {name: values[v] if isinstance(v, str) else v for name, v in val.items()}
    net = PlainClassifier(max_iter=2, random_state=0).fit(X, y)
    before = net.network_
    if {"X_val", "y_val"} <= set(val):
        message = rf"In the validation data \(X_val, y_val\): .*{message}"
    with pytest.raises(ValueError, match=message):
        net.fit(X, y, **val)
    assert net.network_ is before


# what is watched


def weighted_recall(estimator, X, y, sample_weight=None):
    assert sample_weight is None or len(sample_weight) == len(y)
    return balanced_accuracy_score(y, estimator.predict(X), sample_weight=sample_weight)


SCORINGS = [
    "accuracy",
    "roc_auc",
    "neg_log_loss",
    "balanced_accuracy",
    weighted_recall,
    make_scorer(accuracy_score),
]


@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("as_frame", [False, True])
def test_any_scorer_is_watched(scoring, weighted, as_frame, cancer, recwarn):
    X, X_val, y, y_val = cancer
    if as_frame:
        X, X_val = pd.DataFrame(X).add_prefix("c"), pd.DataFrame(X_val).add_prefix("c")
    weight = np.arange(len(y_val)) % 3 if weighted else None
    net = PlainClassifier(early_stopping=True, scoring=scoring, max_iter=8, random_state=0)
    net.set_params(learning_rate="cosine")
    net.fit(X, y, X_val=X_val, y_val=y_val, sample_weight_val=weight)
    how = {} if weight is None else {"sample_weight": weight}
    expected = get_scorer(scoring)(net, X_val, y_val, **how)
    assert net.best_validation_score_ == pytest.approx(expected, rel=1e-6)
    assert not recwarn.list


@BOTH
def test_the_loss_is_watched_by_its_name(cls, diabetes):
    X, X_val, y, y_val = diabetes
    if cls is PlainClassifier:
        y, y_val = y > 140, y_val > 140
    net = cls(early_stopping=True, scoring="loss", learning_rate_init=0.01, random_state=0)
    net.fit(X, y, X_val=X_val, y_val=y_val)
    assert net.validation_scores_ == [-loss for loss in net.validation_loss_curve_]
    assert net.best_validation_score_ == -min(net.validation_loss_curve_)
    assert net.stopped_early_


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


# L-BFGS


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


# routing


def test_metadata_routing_through_a_pipeline(cancer):
    X, X_val, y, y_val = cancer
    weight, weight_val = np.arange(len(X)) % 3 + 1.0, np.arange(len(X_val)) % 2 + 1.0
    settings = {"early_stopping": True, "max_iter": 10, "random_state": 0}
    with sklearn.config_context(enable_metadata_routing=True):
        net = PlainClassifier(**settings).set_fit_request(
            X_val=True, y_val=True, sample_weight_val=True, sample_weight=True
        )
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        pipeline = Pipeline([("scale", scaler), ("net", net)], transform_input=["X_val"])
        pipeline.fit(
            X, y, X_val=X_val, y_val=y_val, sample_weight=weight, sample_weight_val=weight_val
        )
    scaler = StandardScaler().fit(X)
    alone = PlainClassifier(**settings).fit(
        scaler.transform(X),
        y,
        weight,
        X_val=scaler.transform(X_val),
        y_val=y_val,
        sample_weight_val=weight_val,
    )
    assert pipeline[-1].validation_scores_ == alone.validation_scores_
    np.testing.assert_array_equal(pipeline[-1].network_.params, alone.network_.params)


def test_metadata_routing_through_a_search(cancer):
    X, X_val, y, y_val = cancer
    with sklearn.config_context(enable_metadata_routing=True):
        net = PlainClassifier(early_stopping=True, max_iter=5, random_state=0)
        net.set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline([("scale", StandardScaler()), ("net", net)], transform_input=["X_val"])
        search = GridSearchCV(pipeline, {"net__alpha": [0.0, 1.0]}, cv=2, n_jobs=2)
        search.fit(X, y, X_val=X_val, y_val=y_val)
    best = search.best_estimator_
    assert best.score(X_val, y_val) == pytest.approx(best[-1].best_validation_score_)


def test_a_pipeline_takes_validation_data_by_prefix_without_routing(cancer):
    X, X_val, y, y_val = cancer
    net = make_pipeline(PlainClassifier(max_iter=3, random_state=0))
    net.fit(X, y, plainclassifier__X_val=X_val, plainclassifier__y_val=y_val)
    assert len(net[-1].validation_scores_) == 3


# over a stream


@BOTH
def test_a_stream_stops_early_on_given_data(cls, cancer):
    X, X_val, y, y_val = cancer
    how = {"classes": ["bad", "good"]} if cls is PlainClassifier else {}
    if cls is PlainRegressor:
        y, y_val = (y == "good") * 1.0, (y_val == "good") * 1.0
    net = cls(early_stopping=True, n_iter_no_change=4, random_state=0, learning_rate_init=0.01)
    scores = []
    for _ in range(100):
        net.partial_fit(X, y, X_val=X_val, y_val=y_val, **how)
        scores += net.validation_scores_
        assert net.best_validation_score_ == max(scores)
        if net.stopped_early_:
            break
    assert net.stopped_early_
    assert len(scores) >= 5
    assert net.score(X_val, y_val) == pytest.approx(max(scores), abs=1e-6)
    # one that goes on counts anew
    net.partial_fit(X, y, X_val=X_val, y_val=y_val)
    assert not net.stopped_early_


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


# attributes


@BOTH
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("given", [False, True])
def test_attributes_always_exist(cls, solver, early_stopping, given, diabetes):
    X, X_val, y, y_val = diabetes
    if cls is PlainClassifier:
        y, y_val = y > 140, y_val > 140
    net = cls(solver=solver, early_stopping=early_stopping, max_iter=4, random_state=0)
    net.fit(X, y, **({"X_val": X_val, "y_val": y_val} if given else {}))
    is_validated = given or (early_stopping and solver == "adam")
    assert len(net.loss_curve_) == net.n_iter_ == 4
    for name in ("validation_loss_curve_", "validation_scores_"):
        assert (len(getattr(net, name)) == 4) if is_validated else (getattr(net, name) is None)
    assert (net.best_validation_score_ is None) != is_validated
    is_watched = early_stopping and is_validated
    assert (net.best_loss_ is None) == is_watched
    watched = net.validation_scores_ if is_watched else [-loss for loss in net.loss_curve_]
    assert net.best_iter_ == 1 + np.argmax(watched)
    assert net.stopped_early_ is False


def test_r2_is_the_default_for_numbers(diabetes):
    X, X_val, y, y_val = diabetes
    net = PlainRegressor(max_iter=3, random_state=0).fit(X, y, X_val=X_val, y_val=y_val)
    assert net.validation_scores_[-1] == pytest.approx(r2_score(y_val, net.predict(X_val)))
