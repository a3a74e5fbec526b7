"""Every kind of class target, and what comes back."""

import numpy as np
import pandas as pd
import pytest
from plain import PlainClassifier
from scipy import sparse
from sklearn.datasets import load_iris, load_wine, make_multilabel_classification
from sklearn.utils.class_weight import compute_sample_weight

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
QUICK = {
    "max_iter": 60,
    "batch_size": 32,
    "learning_rate_init": 0.01,
    "learning_rate": "cosine",
    "random_state": 0,
}


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


LABELS = {
    "int": lambda y: y + 5,
    "negative int8": lambda y: (y - 2).astype(np.int8),
    "float": lambda y: y / 1.0,
    "string": lambda y: np.array(["one", "two", "three"])[y],
    "object string": lambda y: np.array(["one", "two", "three"], dtype=object)[y],
    "list of strings": lambda y: np.array(["one", "two", "three"])[y].tolist(),
    "bool": lambda y: y == 1,
    "two strings": lambda y: np.where(y == 1, "yes", "no"),
    "pandas category": lambda y: pd.Series(y).map({0: "a", 1: "b", 2: "c"}).astype("category"),
    "pandas string with its own index": lambda y: pd.Series(y + 1, index=range(900, 1050)).astype(
        str
    ),
    "pandas nullable": lambda y: pd.Series(y).astype("Int64"),
    "pandas nullable booleans": lambda y: pd.Series(y == 1).astype("boolean"),
    "a column": lambda y: y[:, None],
    "a frame": lambda y: pd.DataFrame({"target": y}),
}


@pytest.mark.pitfall(1, 24)
@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_labels_come_back_as_given(iris, kind, early_stopping):
    X, y = iris
    y = LABELS[kind](y)
    net = PlainClassifier(early_stopping=early_stopping, **QUICK).fit(X, y)
    given = np.asarray(y).ravel()
    prediction = net.predict(X)
    assert (prediction == given).mean() > 0.85
    np.testing.assert_array_equal(net.classes_, np.unique(given))
    assert type(prediction.tolist()[0]) is type(given.tolist()[0])
    proba = net.predict_proba(X)
    assert proba.shape == (len(X), len(net.classes_))
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    np.testing.assert_array_equal(net.classes_[proba.argmax(axis=1)], prediction)
    np.testing.assert_allclose(np.exp(net.predict_log_proba(X)), proba)


def test_output_activation_chooses_the_link(iris):
    X, y = iris
    binary, softmax = y == 0, {"output_activation": "softmax"}
    assert PlainClassifier(**QUICK).fit(X, binary).n_outputs_ == 1
    two = PlainClassifier(**QUICK, **softmax).fit(X, binary)
    assert (two.n_outputs_, two.out_activation_) == (2, "softmax")
    # one score for two classes, as all of scikit-learn expects
    np.testing.assert_array_equal(two.decision_function(X) > 0, two.predict(X))
    log_odds = np.diff(two.predict_log_proba(X), axis=1)[:, 0]
    np.testing.assert_allclose(two.decision_function(X), log_odds)
    one_vs_rest = PlainClassifier(**QUICK, output_activation="logistic").fit(X, y)
    assert (one_vs_rest.n_outputs_, one_vs_rest.out_activation_) == (3, "logistic")
    assert one_vs_rest.score(X, y) > 0.9
    np.testing.assert_allclose(one_vs_rest.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_matrix, pd.DataFrame])
def test_multilabel(container):
    X, Y = make_multilabel_classification(200, random_state=0)
    net = PlainClassifier(**QUICK).fit(X, container(Y))
    prediction = net.predict(X)
    assert prediction.shape == Y.shape
    assert set(np.unique(prediction)) == {0, 1}
    assert (prediction == Y).mean() > 0.9
    np.testing.assert_array_equal(net.predict_proba(X) > 0.5, prediction)
    assert net.score(X, container(Y)) == (prediction == Y).all(axis=1).mean()
    np.testing.assert_array_equal(net.classes_, np.arange(Y.shape[1]))
    with pytest.raises(ValueError, match="output_activation='softmax' does not suit"):
        net.set_params(output_activation="softmax").fit(X, Y)


@pytest.mark.parametrize("as_strings", [False, True])
def test_multiclass_multioutput(iris, as_strings):
    X, y = iris
    Y = np.column_stack([y, np.where(X[:, 0] > 5.8, 7, 3)])
    Y = Y.astype(str) if as_strings else Y
    net = PlainClassifier(**QUICK).fit(X, Y)
    prediction = net.predict(X)
    assert prediction.dtype == Y.dtype
    assert net.score(X, Y) == (prediction == Y).all(axis=1).mean() > 0.85
    for i, (classes, proba) in enumerate(zip(net.classes_, net.predict_proba(X), strict=True)):
        np.testing.assert_array_equal(classes, np.unique(Y[:, i]))
        np.testing.assert_allclose(proba.sum(axis=1), 1)
        np.testing.assert_array_equal(classes[proba.argmax(axis=1)], prediction[:, i])
    assert [score.shape for score in net.decision_function(X)] == [(150, 3), (150, 2)]
    assert [log_p.shape for log_p in net.predict_log_proba(X)] == [(150, 3), (150, 2)]
    with pytest.raises(ValueError, match="output_activation='logistic' does not suit"):
        net.set_params(output_activation="logistic").fit(X, Y)


def test_class_weights_are_row_weights(iris):
    X, y = iris
    for class_weight in ({0: 1, 1: 5, 2: 0.5}, {1: 5}, "balanced"):
        rows = compute_sample_weight(class_weight, y)
        mine = PlainClassifier(class_weight=class_weight, **QUICK).fit(X, y)
        by_rows = PlainClassifier(**QUICK).fit(X, y, rows)
        np.testing.assert_allclose(mine.predict_proba(X), by_rows.predict_proba(X), rtol=1e-9)


@pytest.mark.pitfall(22)
def test_balanced_counts_a_weight_as_repetitions():
    X, y = load_wine(return_X_y=True)
    weight = np.where(y == 0, 3, 1)
    settings = {**QUICK, "batch_size": 1000, "class_weight": "balanced"}
    weighted = PlainClassifier(**settings).fit(X, y, weight)
    repeated = PlainClassifier(**settings).fit(X.repeat(weight, 0), y.repeat(weight))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-7)


def test_class_weight_lifts_a_rare_class(rng):
    X = np.vstack([rng.standard_normal((950, 2)), rng.standard_normal((50, 2)) + 1.5])
    y = np.repeat(["common", "rare"], [950, 50])
    plain = PlainClassifier(**QUICK).fit(X, y).predict(X)
    balanced = PlainClassifier(class_weight="balanced", **QUICK).fit(X, y).predict(X)
    assert (balanced == "rare").sum() > 2 * (plain == "rare").sum()


def test_class_weights_of_several_outputs_multiply(iris):
    X, y = iris
    Y = np.column_stack([y, y % 2])
    per_output = [{0: 2.0}, {0: 1.0, 1: 3.0}]
    mine = PlainClassifier(class_weight=per_output, **QUICK).fit(X, Y)
    rows = np.where(y == 0, 2.0, 1.0) * np.where(y % 2 == 1, 3.0, 1.0)
    by_rows = PlainClassifier(**QUICK).fit(X, Y, rows)
    for mine_i, rows_i in zip(mine.predict_proba(X), by_rows.predict_proba(X), strict=True):
        np.testing.assert_allclose(mine_i, rows_i, rtol=1e-9)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        (
            {0: 1, 1: 1, "2": 5},
            r"class_weight names \['2'\], which are not .*, and lacks \[2\]",
        ),
        ({0: -1, 1: 1, 2: 1}, "class_weight must hold numbers of at least 0"),
        ({0: np.nan, 1: 1, 2: 1}, "class_weight must hold numbers of at least 0"),
        ({0: 0, 1: 0, 2: 0}, "weight must be positive"),
        ([{0: 1}, {0: 1}], "class_weight has 2 entries for 1 outputs"),
    ],
)
def test_class_weights_that_cannot_be(iris, class_weight, message):
    with pytest.raises(ValueError, match=message):
        PlainClassifier(class_weight=class_weight).fit(*iris)


@pytest.mark.pitfall(4)
def test_validation_keeps_the_shares_of_the_classes(rng):
    X, y = rng.standard_normal((100, 2)), np.repeat(["a", "b", "c"], [80, 10, 10])
    seen = []

    def scorer(estimator, X, y):
        seen.append(np.unique(y, return_counts=True)[1].tolist())
        return 0.5

    PlainClassifier(early_stopping=True, scoring=scorer, random_state=0).fit(X, y)
    assert set(map(tuple, seen)) == {(8, 1, 1)}


@pytest.mark.pitfall(7)
def test_the_best_epoch_is_what_remains(rng):
    X = rng.standard_normal((300, 5))
    y = (X[:, 0] + rng.standard_normal(300) > 0).astype(int)
    settings = {"early_stopping": True, "learning_rate_init": 0.05, "random_state": 0}
    net = PlainClassifier((100, 100), n_iter_no_change=20, **settings).fit(X, y)
    best = int(np.argmax(net.validation_scores_)) + 1
    assert net.best_validation_score_ == max(net.validation_scores_)
    assert best < net.n_iter_
    short = PlainClassifier((100, 100), n_iter_no_change=20, max_iter=best, **settings).fit(X, y)
    np.testing.assert_array_equal(short.network_.params, net.network_.params)


@pytest.mark.pitfall(26)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"early_stopping": True},
        {"solver": "lbfgs"},
        {"output_activation": "softmax"},
        {"output_activation": "logistic"},
    ],
)
def test_a_single_class_has_a_single_probability(settings, wine):
    X = wine[0]
    net = PlainClassifier(max_iter=3, **settings).fit(X, np.full(178, "only"))
    assert net.classes_.tolist() == ["only"]
    np.testing.assert_array_equal(net.predict_proba(X), np.ones((178, 1)))
    np.testing.assert_array_equal(net.predict_log_proba(X), np.zeros((178, 1)))
    assert set(net.predict(X)) == {"only"}


@pytest.mark.pitfall(26)
def test_a_stream_of_a_single_class(wine):
    X, classes = wine[0], ["a", "b", "c"]
    net = PlainClassifier().partial_fit(X, np.full(178, "b"), classes=classes)
    assert net.predict_proba(X).shape == (178, 3)
    only = PlainClassifier().partial_fit(X, np.full(178, "b"), classes=["b"])
    np.testing.assert_array_equal(only.predict_proba(X), np.ones((178, 1)))


@pytest.mark.pitfall(27)
@pytest.mark.parametrize("kind", ["two classes", "softmax", "logistic", "multilabel"])
def test_log_probabilities_are_never_infinite(kind, wine):
    # scikit-learn 24315, 16117
    X, y = make_multilabel_classification(random_state=0) if kind == "multilabel" else wine
    y = y > 0 if kind == "two classes" else y
    activation = kind if kind in ("softmax", "logistic") else None
    net = PlainClassifier(output_activation=activation, max_iter=50, random_state=0).fit(X, y)
    far = X * 1e5
    assert (net.predict_proba(far) == 0).any()
    log_proba = net.predict_log_proba(far)
    assert np.isfinite(log_proba).all()
    np.testing.assert_allclose(np.exp(log_proba), net.predict_proba(far), atol=1e-300)
