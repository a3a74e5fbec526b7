"""The columns of a first table, and any further table."""

import pickle
import subprocess
import sys
from datetime import date, time, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
from raw_tables import NAN, fitted, numbers_of, served
from typed_columns import READ, TYPED

from skdense import DenseNetRegressor, load
from skdense._input.features import check_X

FRAME = pd.DataFrame(
    {
        "number": [1.5, NAN, 2],
        "digits": ["1", "1 000", None],
        "text": ["b", None, "a"],
        "truth": pd.array([True, None, False], dtype="boolean"),
        "category": pd.Categorical([7, None, 8]),
        "interval": pd.cut([1, NAN, 30], 2),
        "tuple": [(1, "x"), None, (0, "y")],
        "moment": pd.to_datetime(["2020-01-01 00:00", None, "2021-03-01 05:00"]).tz_localize(
            "Asia/Tokyo"
        ),
        "day": [date(2020, 1, 1), None, date(2021, 3, 1)],
        "iso": ["2020-01-01T00:00+02:00", None, "2021-03-01T00:00-03:00"],
        "span": pd.to_timedelta([1, None, 2], unit="h"),
        "time": [time(1), None, time(2)],
        "empty": [None, None, None],
    }
)


def test_columns_that_are_read_follow_those_of_the_table():
    _, table, numbers = fitted(FRAME)
    names = table.names(list(FRAME))
    assert numbers.shape == (3, len(names)) == (3, len(table.n_levels))
    assert [names[i].partition(":")[0] for i in range(len(names))] == [
        FRAME.columns[position] for position in table.origin
    ]
    assert names[:7] == list(FRAME)[:7]
    assert table.n_levels[:7] == (0, 0, 2, 2, 2, 2, 2)
    assert set(table.n_levels[7:]) == {0}
    np.testing.assert_array_equal(table.is_categorical, [*[False] * 2, *[True] * 5, *[False] * 6])
    assert len(table.categories) == 5
    assert "empty" not in names
    assert numbers.dtype == np.float64


def test_missing_cells_of_every_kind():
    _, table, numbers = fitted(FRAME)
    expected = [n or NAN for n in table.n_levels]
    expected[1] = 1000
    np.testing.assert_array_equal(numbers[1], expected)


@pytest.mark.parametrize("name", FRAME.columns[:-1])
def test_each_column_alone_is_read_as_among_others(name):
    _, table, numbers = fitted(FRAME)
    at = [i for i, origin in enumerate(table.origin) if FRAME.columns[origin] == name]
    np.testing.assert_array_equal(numbers_of(FRAME[[name]]), numbers[:, at])


def test_rows_are_read_one_by_one_as_together():
    estimator, table, numbers = fitted(FRAME)
    rows = [check_X(estimator, FRAME[i : i + 1], table) for i in range(3)]
    np.testing.assert_array_equal(np.concatenate(rows), numbers)


NEW_PROCESS = """
import pickle, sys
from skdense._table.frame import frame_of
table, X = pickle.load(sys.stdin.buffer)
sys.stdout.buffer.write(pickle.dumps(table.read(frame_of(X))))
"""


@pytest.mark.whole
def test_every_kind_is_the_same_in_a_new_process():
    _, table, numbers = fitted(FRAME)
    sent = pickle.dumps((table, FRAME))
    command = [sys.executable, "-W", "error", "-c", NEW_PROCESS]
    # each process has its own hashes of text
    received = subprocess.run(command, input=sent, stdout=subprocess.PIPE, check=True).stdout
    np.testing.assert_array_equal(pickle.loads(received), numbers)


QUICK = {"hidden_layer_sizes": (2,), "solver": "lbfgs", "n_estimators": 1, "random_state": 0}


def test_every_kind_is_the_same_in_a_file(tmp_path):
    net = DenseNetRegressor(**QUICK).fit(FRAME, [1.0, 2.0, 3.0])
    net.save(tmp_path / "model.skdense")
    again = load(tmp_path / "model.skdense")
    np.testing.assert_array_equal(again.predict(FRAME), net.predict(FRAME))
    assert str(again.columns_) == str(net.columns_)
    assert again.input_names_ == net.input_names_


@pytest.mark.parametrize("kind", [k for k, (what, _) in TYPED.items() if what in READ])
def test_every_type_of_cell_is_kept_by_pickle_and_served(kind):
    X = TYPED[kind][1]()
    estimator, table, numbers = fitted(X)
    again = pickle.loads(pickle.dumps(table))
    np.testing.assert_array_equal(check_X(estimator, X, again), numbers)
    assert again.n_levels == table.n_levels


def test_a_fit_in_one_library_serves_another():
    simple = FRAME[["number", "digits", "text", "truth", "day", "span", "time"]]
    span = [timedelta(hours=1), None, timedelta(hours=2)]
    other = pl.DataFrame(
        {
            name: span if name == "span" else [None if c is pd.NA or c != c else c for c in cells]
            for name, cells in simple.items()
        }
    )
    expected = numbers_of(simple)
    np.testing.assert_array_equal(numbers_of(other), expected)
    for later in (other, other.to_arrow()):
        np.testing.assert_array_equal(served(simple, later), expected)
    np.testing.assert_array_equal(served(other, simple), expected)


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        (["float32", "float32"], "float32"),
        (["float32", "float64"], "float64"),
        (["float32", "int8"], "float32"),
        (["float32", "int32"], "float64"),
        (["int64", "bool"], "float64"),
        (["Float32", "float32"], "float32"),
        (["float16", "float16"], "float64"),
    ],
)
def test_frames_of_float32_stay_so(dtypes, expected):
    X = pd.DataFrame({str(i): pd.Series([1, 0], dtype=dtype) for i, dtype in enumerate(dtypes)})
    assert numbers_of(X).dtype == expected
    assert served(X.astype(float), X).dtype == ("float64" if "bool" in dtypes else expected)


def test_a_column_left_out_may_hold_anything_later():
    X = pd.DataFrame({"x": [1.0, 2.0], "empty": [None, None]})
    np.testing.assert_array_equal(served(X, X.assign(empty=[[1], {}])), [[1], [2]])
