"""What a target may be."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from containers import CONTAINERS, TEXT
from plain import PlainClassifier, PlainRegressor
from small_tables import DATES, X, Y, plain, read_only

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
VECTORS = {
    "list": lambda v: v.tolist(),
    "read-only": read_only,
    "negative strides": lambda v: v[::-1].copy()[::-1],
    "zero strides": lambda v: np.broadcast_to(v[1], v.shape),
    "big-endian": lambda v: v.astype(">f8"),
    "big-endian integers": lambda v: v.astype(">i2"),
    "float16": lambda v: v.astype(np.float16),
    "longdouble": lambda v: v.astype(np.longdouble),
    "bool": lambda v: v > 1,
    "uint8": lambda v: v.astype(np.uint8),
    "object of numbers": lambda v: v.astype(object),
    "masked without masked entries": lambda v: np.ma.masked_array(v, mask=False),
    "pandas with its own index": lambda v: pd.Series(v, index=range(900, 940)),
    "pandas nullable integers": lambda v: pd.Series(v, dtype="Int64"),
    "pandas nullable floats": lambda v: pd.Series(v, dtype="Float32"),
    "polars": pl.Series,
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", VECTORS)
def test_a_target_and_weights_of_any_kind_train_as_plain_float64(kind):
    vector = VECTORS[kind](1 + np.arange(40) % 3)
    net = PlainRegressor(max_iter=5, random_state=0)
    expected = net.fit(X, plain(vector), plain(vector)).predict(X)
    np.testing.assert_allclose(net.fit(X, vector, vector).predict(X), expected, rtol=1e-12)


NUMBERS = {
    "integers": lambda code: int(code) + 1,
    "floats": lambda code: code + 0.5,
    "booleans": lambda code: bool(code),
    "decimals": lambda code: Decimal(int(code)) + Decimal("0.5"),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("kind", NUMBERS)
def test_a_target_in_any_container_trains_as_plain_float64(kind, container):
    values = [NUMBERS[kind](code) for code in Y]
    net = PlainRegressor(max_iter=5, random_state=0)
    expected = net.fit(X, np.array(values, float)).predict(X)
    y = CONTAINERS[container](values)
    given = net.fit(X, y, X_val=X, y_val=y).predict(X)
    np.testing.assert_allclose(given, expected, rtol=1e-12)
    assert net.score(X, y) == pytest.approx(net.score(X, np.array(values, float)))


def test_a_target_of_several_columns_in_any_frame_trains_as_plain_float64():
    columns = {"a": Y.tolist(), "b": [Decimal(int(code)) for code in Y], "c": X[:, 0].tolist()}
    plain_y = np.column_stack([Y, Y, X[:, 0]])
    net = PlainRegressor(max_iter=5, random_state=0)
    expected = net.fit(X, plain_y).predict(X)
    frame = pd.DataFrame(columns)
    for y in (frame, frame.convert_dtypes(), pl.DataFrame(columns), pa.table(columns)):
        np.testing.assert_allclose(net.fit(X, y).predict(X), expected, rtol=1e-12)


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("unit", [1e-150, 1e-30, 1e25, 1e150])
def test_a_target_of_any_scale_is_served(unit):
    net = PlainRegressor(solver="lbfgs", random_state=0).fit(X, X[:, 0] * unit)
    assert net.score(X, X[:, 0] * unit) > 0.99


HOLED_TARGETS = {
    "floats": lambda y: np.where(y == "?", np.nan, 1.0),
    "nullable": lambda y: pd.Series(Y, dtype="Int64").mask(y == "?"),
    "strings": lambda y: pd.Series(y, dtype="string").mask(y == "?"),
    "NA among objects": lambda y: np.where(y == "?", pd.NA, y),
    "None among objects": lambda y: np.where(y == "?", None, y),
    "NaN among objects": lambda y: np.where(y == "?", np.nan, y),
    "categories": lambda y: pd.Categorical(np.where(y == "?", None, y)),
    "list of numbers": lambda y: [None if label == "?" else 1 for label in y],
    "list of text": lambda y: [None if label == "?" else label for label in y],
    "list of text and NaN": lambda y: [np.nan if label == "?" else label for label in y],
    "two columns": lambda y: np.where(np.arange(80).reshape(40, 2) % 32 == 11, np.nan, 1.0),
    "polars": lambda y: pl.Series([None if label == "?" else label for label in y]),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", HOLED_TARGETS)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_a_target_with_holes_is_refused(kind, cls):
    y = np.array(list("abab?aba?babab?b") + list("ab") * 12, dtype=object)
    y = HOLED_TARGETS[kind](y)
    message = r"Input y contains NaN: [23] missing values, the first in row [45]; drop these rows"
    with pytest.raises(ValueError, match=message):
        cls().fit(X, y)


@pytest.mark.pitfall(37)
def test_dates_are_no_target_and_no_weights():
    with pytest.raises(ValueError, match="y holds dates or durations"):
        PlainRegressor().fit(X, pd.Series(DATES.tz_localize("UTC")))
    with pytest.raises(ValueError, match="sample_weight holds dates or durations"):
        PlainRegressor().fit(X, Y, DATES.to_numpy())
    with pytest.raises(ValueError, match="sample_weight is a masked array"):
        PlainRegressor().fit(X, Y, np.ma.masked_array(np.ones(40), mask=Y))


HOLES = {
    "text": ("a", None, TEXT),
    "booleans": (True, None, CONTAINERS),
    "integers": (1, None, CONTAINERS),
    "NaN": (1.0, np.nan, CONTAINERS),
    "decimals": (Decimal(1), None, CONTAINERS),
    "NaT": (1, pd.NaT, ["list", "array of objects", "Series of objects", "list of rows"]),
    "NA": ("a", pd.NA, ["list", "array of objects", "Series of objects", "list of rows"]),
}
HOLED_CASES = [(kind, name) for kind, (*_, names) in HOLES.items() for name in names]


@pytest.mark.pitfall(37)
@pytest.mark.parametrize(("kind", "container"), HOLED_CASES)
def test_a_hole_is_refused_in_any_container(kind, container):
    value, hole, _ = HOLES[kind]
    y = TEXT[container]([hole if row in (3, 30) else value for row in range(40)])
    for net in (PlainClassifier(max_iter=3), PlainRegressor(max_iter=3)):
        with pytest.raises(
            ValueError, match="y contains NaN: 2 missing values, the first in row 3"
        ):
            net.fit(X, y)
        net.fit(X, Y)
        with pytest.raises(
            ValueError, match="y contains NaN: 2 missing values, the first in row 3"
        ):
            net.score(X, y)
        with pytest.raises(ValueError, match=r"X_val, y_val.*y contains NaN: 2 missing values"):
            net.fit(X, Y, X_val=X, y_val=y)


STRANGE = {
    "dates": (date(2020, 1, 1), "y holds dates or durations; turn them into numbers first"),
    "times": (time(1), "y holds dates or durations"),
    "durations": (timedelta(1), "y holds dates or durations"),
    "bytes": (
        b"a",
        r"y holds bytes; turn them into text, .* by \[value.decode\(\) for value in y",
    ),
    "identifiers": (
        UUID(int=1),
        "y holds values of type UUID, which are neither numbers nor text",
    ),
    "periods": (pd.Period("2020"), "y holds values of type Period, .*turn them into text"),
    "sets": (
        {1},
        "y holds values of type set, the legacy multi-label form; .*MultiLabelBinarizer",
    ),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("container", ["list", "array of objects", "Series of objects"])
def test_values_that_are_neither_numbers_nor_text_are_refused(kind, container):
    value, message = STRANGE[kind]
    for net in (PlainClassifier(), PlainRegressor()):
        with pytest.raises(ValueError, match=message):
            net.fit(X, CONTAINERS[container]([value] * 40))


@pytest.mark.parametrize("container", [c for c in TEXT if c != "array"])
def test_text_is_no_target_of_a_regressor(container):
    message = "y holds numbers as text, first '1' in row 0; use DenseNetClassifier if"
    with pytest.raises(ValueError, match=message):
        PlainRegressor().fit(X, TEXT[container](["1", "2"] * 20))


PASTED = {
    "numbers": (["1", " 2.5 ", "-3e1", "4"], "numbers as text, first '1' in row 0"),
    "other text": (["1", "unknown", "3", "?"], "text, first 'unknown' in row 1"),
    "groups": (["1", "2", "1 000", "3"], "text, first '1 000' in row 2"),
    "numbers beside text": ([1, 2.5, "x", 4], "text, first 'x' in row 2"),
    "codes": (["007", "1", "2", "3"], "text, first '007' in row 0"),
}


@pytest.mark.parametrize("kind", PASTED)
@pytest.mark.parametrize("container", [list, pd.Series, pd.DataFrame])
def test_what_is_said_of_text_works_when_it_is_pasted(kind, container):
    cells, problem = PASTED[kind]
    y = container(cells)
    with pytest.raises(ValueError, match=re.escape(f"y holds {problem}; use DenseNet")) as error:
        PlainRegressor().fit(X[:4], y)
    names = {"y": y, "pandas": pd}
    exec(re.search(r"in pandas by (y = .*\))", str(error.value)).group(1), names)
    there = ~np.isnan(np.ravel(names["y"]))
    assert there.all() == ("drop the rows" not in str(error.value)) or kind == "codes"
    PlainRegressor(max_iter=1).fit(X[:4][there], np.ravel(names["y"])[there])
    PlainClassifier(max_iter=1).fit(X[:4], list(map(str, cells)))


def test_text_without_a_number_is_not_coerced():
    message = (
        "y holds text, first 'no' in row 0; use DenseNetClassifier .*, or turn it into numbers.$"
    )
    with pytest.raises(ValueError, match=message):
        PlainRegressor().fit(X[:2], ["no", "yes"])


def test_fractions_and_integers_beyond_64_bits_are_numbers():
    for values in ([Fraction(1, 2), 3], [2**70, 3], [Decimal("0.5"), 1.0]):
        net = PlainRegressor(max_iter=5, random_state=0)
        expected = net.fit(X, np.array(values * 20, float)).predict(X)
        np.testing.assert_array_equal(net.fit(X, values * 20).predict(X), expected)


BAD_TARGETS = {
    "NaN": (np.where(Y, np.nan, 1.0), "Input y contains NaN: .* drop these rows of X and y"),
    "set": ({1, 2}, "y is a set; give a list or an array with one entry for each row"),
    "generator": (iter(Y), "y is a .*iterator; give a list or an array"),
    "infinity": (np.where(Y, np.inf, 1.0), "Input y contains infinity"),
    "missing": (None, "requires y to be passed"),
    "short": (Y[:-1], "y has 39 rows and X has 40"),
    "three dimensions": (np.zeros((40, 2, 2)), "y must have shape|dim 3|Found array"),
    "no outputs": (np.zeros((40, 0)), "y must have shape|0 feature"),
    "a number": (3.0, "y must have one value for each of the 40 rows of X, got 3.0"),
    "no columns": (pd.DataFrame(index=range(40)), r"y must have shape .*, got \(40, 0\)"),
    "lazy": (pl.LazyFrame({"y": Y}), r"y is lazy; .* by y.collect\(\)"),
    "one name twice": (pd.DataFrame(X, columns=list("aba")), "y has several columns of one name"),
    "rows of two lengths": ([[1], [1, 2]] * 20, "y has rows of different lengths"),
    "records": (np.zeros(40, [("a", int)]), "y holds values of type void"),
    "values of a dict": (dict(enumerate(Y)).values(), "y must have one value for each"),
    "empty": ([], "y has 0 rows and X has 40"),
    "masked": (np.ma.masked_array(Y, mask=Y), "y is a masked array with masked entries"),
    "pandas NA": (pd.Series(Y, dtype="Int64").mask(Y == 1), "Input y contains NaN"),
    "dates": (DATES.to_numpy(), "y holds dates or durations"),
    "complex": (Y + 1j, "Complex data not supported"),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", BAD_TARGETS)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_targets_that_are_refused(kind, cls):
    y, message = BAD_TARGETS[kind]
    net = cls(max_iter=3)
    with pytest.raises(ValueError, match=message):
        net.fit(X, y)
    assert not hasattr(net, "n_features_in_")
    before = dict(vars(net.fit(X, Y)))
    with pytest.raises(ValueError, match=message):
        net.partial_fit(X, y)
    assert dict(vars(net)) == before


@pytest.mark.pitfall(37)
def test_targets_of_the_other_kind_are_refused():
    with pytest.raises(ValueError, match=r"y holds .*Unknown label type: continuous.*DenseNetReg"):
        PlainClassifier().fit(X, X[:, 0])
    for text in (np.where(Y, "yes", "no"), Y.astype(str), np.where(Y, "a", "b").astype(object)):
        with pytest.raises(ValueError, match="y holds (text|numbers as text), .* DenseNetClass"):
            PlainRegressor().fit(X, text)
    with pytest.raises(ValueError, match="legacy multi-label"):
        PlainClassifier().fit(X, np.array([[1], [1, 2]] * 20, dtype=object))
    with pytest.raises(ValueError, match="y cannot be standardized"):
        PlainRegressor().fit(X, X[:, 0] * 1e200)
