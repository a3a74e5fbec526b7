"""Validation data of one's own, also through pipelines and searches."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from marks import BOTH
from plain import PlainClassifier, PlainRegressor
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


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


STOPPING = {"early_stopping": True, "learning_rate_init": 0.01, "random_state": 0}


@pytest.mark.pitfall(9)
@BOTH
def test_given_rows_are_only_watched_without_early_stopping(cls, halves):
    rows, val = halves
    net = cls(max_iter=5, random_state=0)
    expected = net.fit(*rows).network_.params
    np.testing.assert_array_equal(net.fit(*rows, **val).network_.params, expected)
    assert net.validation_scores_[-1] == pytest.approx(net.score(*val.values()), rel=1e-12)


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
    weight = 1 + np.arange(89) % 3
    net = cls(max_iter=10, **STOPPING)
    scaler = MinMaxScaler().fit(X)
    X_val = scaler.transform(val["X_val"])
    expected = net.fit(
        scaler.transform(X), y, X_val=X_val, y_val=val["y_val"], sample_weight_val=weight
    ).validation_scores_
    with config_context(enable_metadata_routing=True):
        net.set_fit_request(X_val=True, y_val=True, sample_weight_val=True)
        pipeline = Pipeline([("scale", MinMaxScaler()), ("net", net)], transform_input=["X_val"])
        pipeline.fit(X, y, sample_weight_val=weight, **val)
    assert pipeline["net"].validation_scores_ == expected


WRONG = {
    "no target": ({"y_val": None}, "X_val was given without y_val"),
    "no table": ({"X_val": None}, "y_val was given without X_val"),
    "weights alone": (
        {"X_val": None, "y_val": None, "sample_weight_val": np.ones(89)},
        "sample_weight_val needs X_val and y_val",
    ),
    "infinity": ({"X_val": np.full((89, 13), np.inf)}, "X_val.*contains infinity"),
    "columns": ({"X_val": np.zeros((89, 5))}, "X_val.*X has 5 features"),
    "length": ({"y_val": np.zeros(80)}, "y_val.*y has 80 rows and X has 89"),
    "outputs": ({"y_val": np.zeros((89, 2))}, "y_val.*y has 2 outputs, but 1"),
    "no weight": ({"sample_weight_val": np.zeros(89)}, "validation.*sample_weight"),
    "negative weight": ({"sample_weight_val": -np.ones(89)}, "validation.*sample_weight"),
}


@pytest.mark.pitfall(9)
@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@BOTH
def test_validation_data_that_cannot_be(cls, method, kind, halves):
    rows, val = halves
    changed, message = WRONG[kind]
    net = cls(max_iter=2, random_state=0).fit(*rows)
    before = dict(vars(net))
    with pytest.raises(ValueError, match=message):
        getattr(net, method)(*rows, **{**val, **changed})
    assert dict(vars(net)) == before


@pytest.mark.pitfall(9)
def test_a_class_that_only_validates_is_named(halves):
    rows, val = halves
    with pytest.raises(ValueError, match=r"y_val.*y has the classes \[7\]"):
        PlainClassifier().fit(*rows, X_val=val["X_val"], y_val=np.full(89, 7))
