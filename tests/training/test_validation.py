"""Validation data of one's own, also through pipelines and searches."""

import numpy as np
import pandas as pd
import pytest
from marks import BOTH
from plain import PlainClassifier, PlainRegressor
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skdense import DenseNetRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
STOPPING = {"early_stopping": True, "learning_rate_init": 0.01, "random_state": 0}


@pytest.mark.pitfall(9)
@BOTH
def test_without_early_stopping_given_data_are_only_recorded(cls, cancer):
    X, X_val, y, y_val = cancer
    if cls is PlainRegressor:
        y, y_val = (y == "good") * 1.0, (y_val == "good") * 1.0
    settings = {"max_iter": 15, "random_state": 0}
    plain = cls(**settings).fit(X, y)
    watched = cls(**settings).fit(X, y, X_val=X_val, y_val=y_val)
    np.testing.assert_array_equal(watched.network_.params, plain.network_.params)
    assert watched.validation_scores_[-1] == pytest.approx(watched.score(X_val, y_val), rel=1e-12)
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


@pytest.mark.whole
def test_metadata_routing_through_a_search(cancer):
    X, X_val, y, y_val = cancer
    with config_context(enable_metadata_routing=True):
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


@pytest.mark.pitfall(9, 22)
@BOTH
def test_a_weight_of_validation_is_so_many_repetitions(cls, halves):
    rows, val = halves
    weight = np.arange(89) % 4
    net = cls(max_iter=5, random_state=0).fit(*rows, sample_weight_val=weight, **val)
    repeated = {name: table.repeat(weight, axis=0) for name, table in val.items()}
    other = cls(max_iter=5, random_state=0).fit(*rows, **repeated)
    np.testing.assert_allclose(net.validation_scores_, other.validation_scores_, rtol=1e-10)
    np.testing.assert_allclose(
        net.validation_loss_curve_, other.validation_loss_curve_, rtol=1e-10
    )


@pytest.mark.pitfall(9)
@BOTH
def test_a_pipeline_transforms_the_validation_data(cls, halves):
    (X, y), val = halves
    weight, weight_val = 1.0 + np.arange(89) % 3, 1 + np.arange(89) % 2
    net = cls(max_iter=10, **STOPPING)
    scaler = MinMaxScaler().fit(X)
    alone = clone(net).fit(
        scaler.transform(X),
        y,
        weight,
        X_val=scaler.transform(val["X_val"]),
        y_val=val["y_val"],
        sample_weight_val=weight_val,
    )
    with config_context(enable_metadata_routing=True):
        net.set_fit_request(X_val=True, y_val=True, sample_weight_val=True, sample_weight=True)
        pipeline = Pipeline([("scale", MinMaxScaler()), ("net", net)], transform_input=["X_val"])
        pipeline.fit(X, y, sample_weight=weight, sample_weight_val=weight_val, **val)
    assert pipeline["net"].validation_scores_ == alone.validation_scores_
    np.testing.assert_array_equal(pipeline["net"].network_.params, alone.network_.params)


ALONE = {"X_val": None, "y_val": None}
WRONG = {
    "no target": ({"y_val": None}, "X_val was given without y_val"),
    "no table": ({"X_val": None}, "y_val was given without X_val"),
    "weights alone": (
        ALONE | {"sample_weight_val": np.ones(89)},
        "sample_weight_val needs X_val and y_val",
    ),
    "a weight alone": (ALONE | {"sample_weight_val": 1}, "sample_weight_val needs X_val and"),
    "infinity": ({"X_val": np.full((89, 13), np.inf)}, "Input X contains infinity"),
    "columns": ({"X_val": np.zeros((89, 5))}, "X has 5 features, but .* expecting 13"),
    "length": ({"y_val": np.zeros(80)}, "y has 80 rows and X has 89"),
    "outputs": ({"y_val": np.zeros((89, 2))}, "y has 2 outputs, but 1"),
    "no weights": ({"sample_weight_val": np.zeros(89)}, "sample_weight.*zero for every row"),
    "no weight": ({"sample_weight_val": 0}, "sample_weight.*zero for every row"),
    "negative weights": ({"sample_weight_val": -np.ones(89)}, "sample_weight must not be neg"),
    "negative weight": ({"sample_weight_val": -1}, "sample_weight must not be negative"),
    "a class of its own": ({"y_val": np.full(89, 7)}, r"y has the classes \[7\]"),
    "a text of its own": ({"y_val": ["new"] * 89}, r"y has the classes \['new'\]"),
}


@pytest.mark.pitfall(9)
@pytest.mark.parametrize(
    ("cls", "kind"),
    [
        *((PlainClassifier, kind) for kind in WRONG),
        *((PlainRegressor, kind) for kind in WRONG if not kind.endswith("of its own")),
    ],
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_validation_data_that_cannot_be(cls, method, kind, halves):
    rows, val = halves
    changed, message = WRONG[kind]
    if not any(value is None for value in changed.values()):
        message = rf"In the validation data \(X_val, y_val\): .*{message}"
    net = cls(max_iter=2, random_state=0).fit(*rows)
    before = dict(vars(net))
    with pytest.raises(ValueError, match=message):
        getattr(net, method)(*rows, **{**val, **changed})
    assert dict(vars(net)) == before


def test_a_scorer_sees_the_networks_as_they_are_after_each_epoch():
    # few rows pass through copies of the parameters, which must not be those of the first epoch
    X, y = load_diabetes(return_X_y=True)
    seen = []

    def score(estimator, X, y):
        seen.append(estimator.predict(X[:2]))
        return 0.0

    params = {"n_estimators": 1, "max_iter": 3, "scoring": score, "random_state": 0}
    DenseNetRegressor(early_stopping=True, **params).fit(X, y)
    assert len(seen) == 3
    assert np.abs(np.diff(seen, axis=0)).min() > 0
