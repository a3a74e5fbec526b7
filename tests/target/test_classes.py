"""What labels may be."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from plain import PlainClassifier
from small_tables import X, Y

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
LABELS = {
    "mixed types": (np.array(["a", 1] * 20, dtype=object), "cannot be sorted as classes"),
    "objects": (Y.astype(object), None),
    "object booleans": (Y.astype(bool).astype(object), None),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", LABELS)
def test_labels_as_objects(kind):
    y, message = LABELS[kind]
    net = PlainClassifier(max_iter=3)
    if message is None:
        assert set(net.fit(X, y).predict(X)) <= set(y)
    else:
        with pytest.raises(ValueError, match=message):
            net.fit(X, y)


def test_two_values_that_are_no_indicator_are_classes():
    Y2 = np.column_stack([Y + 1, 2 - Y])
    net = PlainClassifier(random_state=0).fit(X, Y2)
    assert [classes.tolist() for classes in net.classes_] == [[1, 2], [1, 2]]
    assert net.score(X, Y2) > 0.9


@pytest.mark.pitfall(37)
def test_an_unseen_category_of_the_target_is_refused():
    colours = np.where(Y, "red", "blue")
    net = PlainClassifier(max_iter=3).fit(X, pd.Categorical(colours, ["blue", "red", "green"]))
    before, prediction = dict(vars(net)), net.predict(X)
    for make in (pd.Categorical, lambda y: pl.Series(y).cast(pl.Categorical)):
        with pytest.raises(ValueError, match=r"y has the classes \['green'\]"):
            net.partial_fit(X, make(np.where(Y, "green", "blue")))
        with pytest.raises(ValueError, match=r"y_val.*\['green'\].*; drop these rows, or fit"):
            net.fit(X, colours, X_val=X, y_val=make(np.where(Y, "green", "blue")))
    assert dict(vars(net)) == before
    np.testing.assert_array_equal(net.predict(X), prediction)


def test_unseen_labels_are_named_in_few_words():
    net = PlainClassifier(max_iter=3).partial_fit(X, Y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"y has the classes \['b', 'a'\]|\['a', 'b'\]"):
        net.partial_fit(X, np.where(Y, "a", "b"))
    with pytest.raises(ValueError, match="y has the classes") as caught:
        net.partial_fit(X, X[:, 0])
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "classes", [[], {0, 1}, [0, 1, np.nan], [None, 0, 1], [[0, 1], [0, 1]], 3, iter([0, 1])]
)
def test_classes_that_cannot_be(classes):
    with pytest.raises(ValueError, match="classes"):
        PlainClassifier().partial_fit(X, Y, classes=classes)


def test_scoring_checks_the_target():
    Y3 = (X > 0).astype(int)
    net = PlainClassifier(random_state=0).fit(X, Y3)
    for wrong, message in (
        (Y3.T, "y has 3 rows and X has 40"),
        (Y3.ravel(), "y has 120 rows"),
        (Y3[:, :2], "y has 2 outputs, but 3"),
        (None, "requires y to be passed"),
    ):
        with pytest.raises(ValueError, match=message):
            net.score(X, wrong)
    assert PlainClassifier(max_iter=3).fit(X, Y).score(X, np.full(40, "a")) == 0
    with pytest.raises(ValueError, match="at least one weight must be positive"):
        net.score(X, Y3, np.zeros(40))
