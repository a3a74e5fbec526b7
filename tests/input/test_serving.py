"""Single rows and records, served by names."""

from collections import ChainMap, OrderedDict, UserDict
from datetime import date, datetime
from types import MappingProxyType

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from raw_tables import NAN, fitted, served

from skdense import DenseNetClassifier

FIRST = pd.DataFrame(
    {"n": [1.0, 2, 3], "city": list("aba"), "day": ["2018-01-01", "2024-01-01", "2020-01-05"]}
)
# two years, months all alike, Mondays and a Sunday
ROW = {"day": date(2024, 1, 1), "city": "b", "n": 2}
READ = [2, 1, 19_723, 2024, 0]
FEW = [NAN, 2, NAN, NAN, NAN]
SERVED = {
    "a dict": ROW,
    "an ordered dict": OrderedDict(ROW),
    "a chain": ChainMap({"n": 2}, ROW),
    "a proxy": MappingProxyType(ROW),
    "a user's dict": UserDict(ROW),
    "a list of dicts": [ROW],
    "a tuple of dicts": (ROW,),
    "text": {"n": "2", "city": "b", "day": "2024-01-01"},
    "scalars of NumPy": {"n": np.float64(2), "city": np.str_("b"), "day": np.datetime64("2024")},
    "a datetime": {"n": 2, "city": "b", "day": datetime(2024, 1, 1)},
    "a dict of lists": {name: [cell] for name, cell in ROW.items()},
    "a dict of tuples": {name: (cell,) for name, cell in ROW.items()},
    "a dict of arrays": {name: np.array([cell]) for name, cell in ROW.items()},
    "a dict of dates in ns": {"n": [2], "city": ["b"], "day": np.array(["2024"], "M8[ns]")},
    "a dict of Series": {name: pd.Series([cell]) for name, cell in ROW.items()},
    "a dict of polars' Series": {name: pl.Series([cell]) for name, cell in ROW.items()},
    "a row as a Series": FIRST.iloc[1],
    "a Series in another order": FIRST.iloc[1][["day", "n", "city"]],
    "a row of polars": pl.DataFrame(FIRST.to_dict("list")).row(1, named=True),
    "rows of pyarrow": pa.table(FIRST.to_dict("list")).to_pylist()[1:2],
    "a frame": FIRST[1:2],
    "a frame of polars": pl.DataFrame([ROW]).select("n", "city", "day"),
}


@pytest.mark.parametrize("kind", SERVED)
def test_one_row_in_any_form(kind):
    np.testing.assert_array_equal(served(FIRST, SERVED[kind]), [READ])


@pytest.mark.parametrize(
    "X",
    [
        [ROW, dict.fromkeys(ROW)],
        {name: [cell, None] for name, cell in ROW.items()},
        {"n": [2, NAN], "city": ["b", "NA"], "day": ["2024-01-01", "?"]},
        {"n": pd.array([2, None]), "city": pd.Series(["b", None]), "day": ["2024-01-01", None]},
    ],
)
def test_several_rows_with_holes(X):
    np.testing.assert_array_equal(served(FIRST, X), [READ, FEW])


NOT_ONE_LENGTH = (
    "^X is a dict of values that are not lists of one length; give a single value, or a"
)
REFUSED = {
    "a name that lacks": ({"n": 2, "city": "b"}, "X has no value for 'day'; give one for each of"),
    "an empty dict": ({}, "X has no value for 'n', 'city', 'day'; give"),
    "a row that lacks one": ([ROW, {"n": 1}], "X has no value for 'city', 'day'"),
    "a list that lacks": ({"n": [2], "city": ["b"]}, "X has no value for 'day'"),
    "an unknown name": (
        {**ROW, "z": 1},
        "X has values for 'z', which fit did not see; give those",
    ),
    "many unknown names": (
        {**ROW, **dict.fromkeys("uvwxyz")},
        "values for 'u', 'v', 'w', 'x', 'y', ..., which",
    ),
    "lists of two lengths": ({"n": [1], "city": ["a", "b"], "day": [None]}, NOT_ONE_LENGTH),
    "a list and a value": ({"n": [1], "city": "a", "day": [None]}, NOT_ONE_LENGTH),
    "lists without values": ({"n": [], "city": [], "day": []}, NOT_ONE_LENGTH),
    "a set": ({**ROW, "n": {1, 2}}, "X holds lists in column 'n', where fit saw numbers"),
    "a list in a list": (
        {"n": [[1]], "city": ["a"], "day": [None]},
        "X holds lists in column 'n'",
    ),
    "lists in lists": (
        {"n": [[1], [2]], "city": ["a", "b"], "day": [None, None]},
        "X holds lists in column 'n'",
    ),
    "text for a number": ({**ROW, "n": "x"}, "X holds text in column 'n', .* first 'x' in row 0"),
    "a column as a Series": (FIRST["n"], r"X is a Series, .* X.to_frame\(\)"),
    "a Series of other names": (FIRST.iloc[0].rename({"n": "m"}), "X has no value for 'n'; give"),
    "a Series of one name more": (
        pd.concat([FIRST.iloc[0], pd.Series({"z": 1})]),
        "X has values for 'z', which fit did not see",
    ),
    "a Series of no name": (
        pd.Series([1, "a"]),
        r"X is a Series, .* by X.to_frame\(\), or of one row by X.to_frame\(\).T",
    ),
    "a row among dicts": ([ROW, [1, "b", None]], "X is a list of dicts"),
    "no rows": ([], "X has no rows"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_by_one_sentence(kind):
    X, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message) as caught:
        served(FIRST, X)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (ROW, r"X is a dict; make it a table by pandas.DataFrame\(\[X\]\)"),
        ({"n": [1]}, r"X is a dict; make it a table by pandas.DataFrame\(X\)"),
        ([ROW], r"X is a list of dicts; make it a table by pandas.DataFrame\(X\)"),
        (FIRST.iloc[0], "X is a Series, which has one dimension"),
    ],
)
@pytest.mark.parametrize(
    "first", [np.ones((2, 3)), pd.DataFrame(np.ones((2, 3))), np.ones((2, 3)).tolist()]
)
def test_records_need_names(first, X, message):
    with pytest.raises(ValueError, match=message):
        served(first, X)
    with pytest.raises(ValueError, match=message):
        fitted(X)


def test_numbers_alone():
    first = pd.DataFrame({"n": [1.0, 2.0], "m": [3, 4]})
    for X in ({"m": 2, "n": "1"}, [{"m": 2, "n": 1.0}], pd.Series({"m": 2, "n": 1})):
        np.testing.assert_array_equal(served(first, X), [[1, 2]])
    with pytest.raises(ValueError, match="X contains infinity"):
        served(first, {"n": np.inf, "m": 1})


def test_every_method_serves_a_record():
    net = DenseNetClassifier((4,), solver="lbfgs", n_estimators=1, random_state=0)
    net.fit(FIRST, list("xyx"))
    expected = net.predict_proba(FIRST)[1:2]
    for X in (ROW, [ROW], FIRST.iloc[1]):
        np.testing.assert_allclose(net.predict_proba(X), expected, rtol=1e-12)
        assert net.predict(X).shape == (1,)
        assert net.score(X, ["y"]) in (0, 1)
