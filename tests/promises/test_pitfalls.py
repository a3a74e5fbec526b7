"""What went wrong in other libraries, each under a number, and what protects from it.

``@pytest.mark.pitfall(7)`` marks a test that does. Most stand in this file and in those whose
names begin like its own; those that belong to one module stand with it.
"""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plain import PlainClassifier, PlainRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

PITFALLS = {
    # early stopping and validation
    1: "string labels with early stopping",
    2: "warnings about column names in every epoch",
    3: "a diverging loss that is reported as NaN in the input",
    4: "classes that the validation split leaves out",
    5: "early stopping with one row of a class, or one row in all",
    6: "patience of one epoch too many",
    7: "the last epoch's parameters in place of the best one's",
    8: "history attributes that exist only now and then",
    9: "validation data and a metric of one's own",
    # warm_start and partial_fit
    10: "a best score and patience that outlive their fit",
    11: "epochs counted over several fits",
    12: "settings that a warm start cannot change, but takes",
    13: "moments lost between fits of one epoch",
    14: "batches without some class or label, and streams that stop early",
    15: "the same order of rows in every batch, also after a pickle",
    16: "a history that grows with the stream",
    17: "another number of outputs than at first",
    18: "partial_fit with L-BFGS",
    # weights
    19: "a batch without weight",
    20: "weights that count within their batch alone",
    21: "weights of one that change the result, and weights that cannot be",
    22: "a weight that is not as many repetitions",
    # targets and numbers
    23: "shapes of the target, also inside wrappers",
    24: "labels that come back as positions",
    25: "targets that the loss is not defined for",
    26: "probabilities of a single class",
    27: "infinite logarithms of probabilities",
    28: "large targets that are never learnt",
    29: "a fitted estimator that holds NaN",
    30: "precision that depends on the weights",
    # environment
    31: "results that the seed does not decide, and a seed of others that is used up",
    32: "pickles that hold data, and models and tables that are mapped into memory",
    33: "imports without docstrings and asserts",
    34: "Ctrl-C that is swallowed",
    35: "predictions that write to the estimator",
    36: "threads and processes that fight each other",
    # input
    37: "tables, targets and weights of every kind",
}
MARK = "pytest.mark.pitfall"

BOTH = pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
STOPPING = {"early_stopping": True, "learning_rate_init": 0.01, "random_state": 0}


def marks_of(path):
    """What every pitfall mark of a test in a file names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if ast.unparse(mark).startswith(MARK):
                    assert isinstance(mark, ast.Call), f"{path.name}: {node.name} names no pitfall"
                    assert mark.args, f"{path.name}: {node.name} names no pitfall"
                    yield from map(ast.literal_eval, mark.args)


def test_every_pitfall_has_a_test():
    marks = {n for path in Path(__file__).parents[1].rglob("test_*.py") for n in marks_of(path)}
    assert sorted(marks) == sorted(PITFALLS)


@pytest.fixture(scope="module")
def halves(wine):
    """Rows to train on, and rows to validate on."""
    X, y = wine
    return (X[::2], y[::2]), {"X_val": X[1::2], "y_val": y[1::2]}


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


@pytest.mark.pitfall(3, 29)
@pytest.mark.parametrize("early_stopping", [False, True])
@BOTH
def test_divergence_says_what_and_when_and_changes_nothing(cls, early_stopping, wine):
    # scikit-learn 29504: "Input contains NaN"
    X, y = wine
    net = cls(max_iter=3, random_state=0).fit(X, y)
    before, prediction = dict(vars(net)), net.predict(X)
    net.set_params(
        solver="sgd",
        learning_rate_init=1e20,
        alpha=1e10,
        early_stopping=early_stopping,
        max_iter=200,
    )
    with pytest.raises(ValueError, match=r"Training diverged at epoch \d+: .*learning_rate_init"):
        net.fit(X, y)
    fitted = {name: value for name, value in vars(net).items() if name.endswith("_")}
    assert fitted == {name: value for name, value in before.items() if name.endswith("_")}
    np.testing.assert_array_equal(net.predict(X), prediction)


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
