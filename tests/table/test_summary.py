"""What was made of each column, printed."""

import numpy as np
import pandas as pd
from scipy import sparse

from skdense import DenseNetRegressor
from skdense._table.frame import frame_of
from skdense._table.summary import ColumnSummary
from skdense._table.table import Table

FRAME = pd.DataFrame(
    {
        "n": [1.0, 2.0, 3.0],
        "price": ["1", "2", "3"],
        "city": ["Ulm", "Bonn", "Ulm"],
        "is_new": [True, False, True],
        "day": pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"]).tz_localize("UTC"),
        "span": pd.to_timedelta([1, 2, 3]),
        "only": ["x"] * 3,
        "empty": [None] * 3,
    }
)
PRINTED = """\
column  read as
n       number
price   number, from text
city    category of 2 levels
is_new  category of 2 levels
day     date in UTC: days since 1970, year, weekday
span    number, seconds of durations
only    category of 1 level
empty   left out: no values"""


def network(X):
    net = DenseNetRegressor((2,), solver="lbfgs", n_estimators=1, random_state=0)
    return net.fit(X, range(X.shape[0]))


def test_a_summary_of_every_kind():
    net = network(FRAME)
    assert str(net.columns_) == repr(net.columns_) == PRINTED
    assert [name for name, _ in net.columns_.rows] == list(FRAME)
    names = ["n", "price", "city=Ulm", "is_new=True", "day", "day: year", "day: weekday", "span"]
    assert [name for name in names if name not in net.input_names_] == []
    assert net.n_features_in_ == 8


def test_a_summary_of_numbers():
    assert str(network(np.eye(3)[:, :2]).columns_) == (
        "column  read as\nx0      number\nx1      number"
    )
    assert ColumnSummary.of(Table(), ["age"]).rows == [("age", "number")]


HOLED = pd.DataFrame(
    {
        "n": [1.0, np.nan, 3.0, 4.0, np.nan],
        "price": ["1", "2", "?", "4", "5"],
        "city": ["Ulm", None, "Bonn", "NA", ""],
        "whole": [1, 2, 3, 4, 5],
        "empty": [None] * 5,
        "day": pd.to_datetime(["2020-01-01", None, "2022-01-01", "2021-01-01", "2021-06-01"]),
        "many": pd.Categorical([*"abcd", None], categories=list("abcdefghijkl")),
    }
)
MISSING = """\
column  read as
n       number; 2 missing
price   number, from text; 1 missing
city    category of 2 levels; 3 missing
whole   number
empty   left out: no values
day     date: days since 1970, year, month, weekday; 1 missing
many    category of 4 levels; 1 missing"""


def test_missing_values_are_counted():
    assert str(network(HOLED).columns_) == MISSING
    numbers = network(HOLED[["n", "whole"]].to_numpy()).columns_.rows
    assert numbers == [("x0", "number; 2 missing"), ("x1", "number")]


def test_rows_without_weight_are_not_counted():
    net = network(np.eye(5)[:, :2])
    net.fit(HOLED[["n", "city"]], range(5), [1, 0, 1, 1, 1])
    assert [read_as for _, read_as in net.columns_.rows] == [
        "number; 1 missing",
        "category of 2 levels; 2 missing",
    ]


def test_sparse_tables_miss_nothing():
    assert network(sparse.csr_matrix(np.eye(4))).columns_.rows[0] == ("x0", "number")


def test_thousands_have_commas():
    summary = ColumnSummary.of(Table(), ["a", "b"], np.array([0, 12_345]))
    assert summary.rows == [("a", "number"), ("b", "number; 12,345 missing")]


def test_large_numbers_of_levels_have_commas():
    levels = pd.DataFrame({"a": pd.Categorical(range(1200))})
    assert ColumnSummary.of(Table.learn(frame_of(levels), "auto"), ["a"]).rows == [
        ("a", "category of 1,200 levels")
    ]
