"""What was made of each column, printed."""

import numpy as np
import pandas as pd

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
    return net.fit(X, range(len(X)))


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


def test_large_numbers_of_levels_have_commas():
    levels = pd.DataFrame({"a": pd.Categorical(range(1200))})
    assert ColumnSummary.of(Table.learn(frame_of(levels), "auto"), ["a"]).rows == [
        ("a", "category of 1,200 levels")
    ]
