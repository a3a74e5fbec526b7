"""What went wrong in other libraries with validation data of one's own."""

import numpy as np
import pytest
from plain import PlainClassifier, PlainRegressor
from sklearn import config_context
from sklearn.datasets import load_wine
from sklearn.metrics import f1_score, get_scorer, log_loss, make_scorer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

BOTH = pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
STOPPING = {"early_stopping": True, "learning_rate_init": 0.01, "random_state": 0}


@pytest.fixture(scope="module")
def halves():
    """Rows to train on, and rows to validate on."""
    X, y = load_wine(return_X_y=True)
    return (X[::2], y[::2]), {"X_val": X[1::2], "y_val": y[1::2]}


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
    assert net.best_validation_score_ == pytest.approx(net.score(X_val, y_val, weight), rel=1e-12)
    if solver == "adam":
        assert net.t_ == net.n_iter_ * 100  # none of the rows of X is held out


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


def n_right_less_n_wrong(estimator, X, y):
    right = np.abs(estimator.predict(X) - y) < 0.5
    return int(right.sum()) - int((~right).sum())


@pytest.mark.pitfall(9)
@pytest.mark.parametrize(
    ("cls", "scoring"),
    [
        (PlainClassifier, "neg_log_loss"),
        (PlainClassifier, "roc_auc_ovr"),
        (PlainClassifier, make_scorer(f1_score, average="macro")),
        (PlainRegressor, "neg_mean_absolute_error"),
        (PlainClassifier, n_right_less_n_wrong),
        (PlainRegressor, n_right_less_n_wrong),
    ],
)
def test_any_scorer_decides(cls, scoring, halves):
    # scikit-learn 24411: R2 alone
    rows, val = halves
    net = cls(scoring=scoring, max_iter=15, **STOPPING).fit(*rows, **val)
    assert len(set(net.validation_scores_)) > 1
    expected = get_scorer(scoring)(net, *val.values())
    assert net.best_validation_score_ == pytest.approx(expected, rel=1e-12)


@pytest.mark.pitfall(9)
@BOTH
def test_the_loss_decides(cls, halves):
    rows, val = halves
    net = cls(scoring="loss", max_iter=15, **STOPPING).fit(*rows, **val)
    assert net.validation_scores_ == [-loss for loss in net.validation_loss_curve_]
    assert net.validation_loss_curve_[net.best_iter_ - 1] == min(net.validation_loss_curve_)
    prediction = net.predict(val["X_val"])
    expected = (
        log_loss(val["y_val"], net.predict_proba(val["X_val"]))
        if cls is PlainClassifier
        else np.square(prediction - val["y_val"]).mean() / 2 / rows[1].var()
    )
    assert -net.best_validation_score_ == pytest.approx(expected, rel=1e-10)


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
