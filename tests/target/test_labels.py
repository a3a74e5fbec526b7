"""Labels come back in the type they were given in, whatever the container."""

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from containers import CONTAINERS, TEXT
from plain import PlainClassifier
from small_tables import X, Y

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
# Two labels, and as what they come back.
PAIRS = {
    "text": (("no", "yes"), str),
    "booleans": ((False, True), bool),
    "integers": ((3, 7), int),
    "whole floats": ((0.0, 1.0), float),
    "integers of several sizes": ((np.int8(1), np.int64(300)), int),
    "NumPy's booleans": ((np.bool_(False), np.bool_(True)), bool),
    "NumPy's floats": ((np.float32(1), np.float64(2)), float),
    "decimals": ((Decimal(0), Decimal(1)), float),
}
CASES = [(pair, name) for pair in PAIRS for name in (TEXT if pair == "text" else CONTAINERS)]


@pytest.mark.pitfall(1, 24)
@pytest.mark.parametrize(("pair", "container"), CASES)
def test_labels_have_their_natural_type(pair, container):
    labels, kind = PAIRS[pair]
    y = TEXT[container]([labels[code] for code in Y])
    net = PlainClassifier(max_iter=100, random_state=0, class_weight=dict.fromkeys(labels, 2))
    net.fit(X, y, X_val=X, y_val=y)
    known = [kind(label) for label in labels]
    assert net.classes_.tolist() == known
    assert {type(label) for label in net.classes_.tolist() + net.predict(X).tolist()} == {kind}
    right = net.predict(X) == np.array(known)[Y]
    assert net.score(X, y) == right.mean() > 0.9
    stream = PlainClassifier().partial_fit(X, y, classes=[*labels])
    assert stream.partial_fit(X, y).classes_.tolist() == known


FLAT = [name for name in TEXT if not re.search("frame|column of|rows|Table|Batch", name)]


@pytest.mark.parametrize("container", FLAT)
def test_the_classes_of_a_stream_come_in_any_container(container):
    y = np.where(Y, "b", "a")
    classes = TEXT[container](["a", "b", "c"] * 10)
    net = PlainClassifier().partial_fit(X, y, classes=classes).partial_fit(X, y, classes=classes)
    assert net.classes_.tolist() == ["a", "b", "c"]


COLUMNS = {
    "integer": (Y + 3).tolist(),
    "truth": (Y == 1).tolist(),
    "text": np.where(Y, "a", "b").tolist(),
    "float": (Y / 1).tolist(),
}
TABLES = {
    "pandas": pd.DataFrame(COLUMNS),
    "nullable": pd.DataFrame(COLUMNS).astype(
        {"integer": "Int64", "truth": "boolean", "text": "category", "float": "Float64"}
    ),
    "polars": pl.DataFrame(COLUMNS),
    "pyarrow": pa.table(COLUMNS),
    "rows": [list(row) for row in zip(*COLUMNS.values(), strict=True)],
    "objects": pd.DataFrame(COLUMNS).to_numpy(),
}


@pytest.mark.pitfall(1, 24)
@pytest.mark.parametrize("kind", TABLES)
def test_each_column_has_its_own_type(kind):
    net = PlainClassifier(max_iter=200, random_state=0).fit(X, TABLES[kind])
    known = [[3, 4], [False, True], ["a", "b"], [0.0, 1.0]]
    types = [int, bool, str, float]
    assert [classes.tolist() for classes in net.classes_] == known
    assert [classes.dtype.kind for classes in net.classes_[:2]] == ["i", "b"]
    assert {tuple(map(type, row)) for row in net.predict(X)} == {tuple(types)}
    right = [
        list(row) == expected for row, expected in zip(net.predict(X), TABLES["rows"], strict=True)
    ]
    assert net.score(X, TABLES[kind]) == np.mean(right) > 0.9
    stream = PlainClassifier().partial_fit(X, TABLES[kind], classes=known)
    assert {tuple(map(type, row)) for row in stream.predict(X)} == {tuple(types)}


INDICATORS = {
    "array of bool": (lambda y: y == 1, bool),
    "array of int8": (lambda y: y.astype(np.int8), np.int8),
    "array of floats": (lambda y: y / 1, float),
    "objects": (lambda y: (y == 1).astype(object), bool),
    "pandas frame of bool": (lambda y: pd.DataFrame(y == 1), bool),
    "nullable frame": (lambda y: pd.DataFrame(y == 1).convert_dtypes(), bool),
    "polars frame of bool": (lambda y: pl.DataFrame(y == 1), bool),
    "pyarrow table": (lambda y: pa.table({"a": y[:, 0] == 1, "b": y[:, 1] == 1}), bool),
}


@pytest.mark.parametrize("kind", INDICATORS)
def test_indicators_come_back_in_their_type(kind):
    make, dtype = INDICATORS[kind]
    Y2 = np.column_stack([Y, X[:, 1] > 0]).astype(int)
    net = PlainClassifier(random_state=0).fit(X, make(Y2))
    assert net.classes_.tolist() == [0, 1]
    assert net.predict(X).dtype == dtype
    assert net.score(X, make(Y2)) == (net.predict(X) == Y2).all(axis=1).mean() > 0.9


def test_an_indicator_of_two_types_keeps_both():
    y = pd.DataFrame({"truth": Y == 1, "integer": 1 - Y})
    net = PlainClassifier(random_state=0, max_iter=3).fit(X, y)
    assert net.classes_.tolist() == [0, 1]
    assert [type(label) for label in net.predict(X)[0]] == [bool, int]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([Decimal("0.5"), Decimal(1)], "y holds numbers with fractions.*DenseNetRegressor"),
        ([1, "a"], "y has labels that cannot be sorted as classes, of the types int, str"),
        ([True, "a"], "y has labels that cannot be sorted as classes, of the types bool, str"),
        ([2**63, -1], "y holds integers of more than 64 bits, such as 9223372036854775808; turn"),
    ],
)
@pytest.mark.parametrize("container", ["list", "array of objects", "Series of objects"])
def test_labels_that_are_no_classes(y, message, container):
    with pytest.raises(ValueError, match=message):
        PlainClassifier().fit(X, CONTAINERS[container](y * 20))
