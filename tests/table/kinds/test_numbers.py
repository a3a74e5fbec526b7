"""Columns of numbers, of numbers as text, of durations and times of day."""

from datetime import UTC, date, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from raw_tables import NAN, fitted, numbers_of, served
from sklearn.model_selection import cross_val_score

import skdense
from skdense._table.cells.time_text import seconds_in

NUMBERS = pd.DataFrame({"a": [1.0, 2.0]})
TEXTS = pd.DataFrame({"a": ["1", " 2.5 ", None, "?", "1 000"]})
SPANS = pd.DataFrame({"a": pd.to_timedelta([1, 2], unit="s")})
TIMES = pd.DataFrame({"a": [time(1), time(2)]})


EACH_WAY = [s * timedelta(days=d, hours=2, seconds=3.5) for s in (1, -1) for d in (0, 2)]


def as_pandas(span):
    return str(pd.Timedelta(span))


def one(cell, dtype=object):
    return pd.DataFrame({"a": pd.Series([cell], dtype=dtype)})


def test_numbers_as_text_become_numbers():
    _, table, numbers = fitted(TEXTS)
    np.testing.assert_array_equal(numbers[:, 0], [1, 2.5, NAN, NAN, 1000])
    assert table.kinds[0].description == "number, from text"
    assert table.n_levels == (0,)
    assert table.is_categorical is None


@pytest.mark.parametrize("text", ["3,5", "007", "1_000", "inf", "0x1"])
def test_one_text_that_is_no_number_makes_a_column_of_categories(text):
    _, table, _ = fitted(pd.DataFrame({"a": ["1", "2.5", text]}))
    assert table.n_levels == (3,)


@pytest.mark.parametrize("first", [NUMBERS, TEXTS, pl.DataFrame({"a": [1, 2]})])
@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (one("3.5"), 3.5),
        (one(" 1 029.9"), 1029.9),
        (one(" 05916 "), 5916),
        (one("00"), 0),
        (one(None), NAN),
        (one("NA"), NAN),
        (one(pd.NaT), NAN),
        (one(None, "category"), NAN),
        (one(None, "datetime64[ns]"), NAN),
        (one(None, "timedelta64[s]"), NAN),
        (one(None, "boolean"), NAN),
        (one(True), 1),
        (one(False, bool), 0),
        (one(Decimal("1.5")), 1.5),
        (one(7, "int8"), 7),
        (one(7, "category"), 7),
        (one("7", "category"), 7),
        (pl.DataFrame({"a": ["7"]}), 7),
        (pl.DataFrame({"a": [None]}), NAN),
        (pa.table({"a": pa.array([7], pa.decimal128(3))}), 7),
    ],
)
def test_numbers_in_any_form_are_served_where_fit_saw_numbers(first, later, expected):
    np.testing.assert_array_equal(served(first, later), [[expected]])


@pytest.mark.parametrize(
    ("later", "message"),
    [
        (
            pd.DataFrame({"a": ["1", "x", "y"]}),
            "X holds text in column 'a', where fit saw numbers, first 'x' in row 1; turn it into",
        ),
        (one("01.5"), "holds text in column 'a'"),
        (one("3,5"), "holds text in column 'a', .* first '3,5' in row 0"),
        (one("2024-12-31"), "first '2024-12-31' in row 0"),
        (one((1,), "category"), r"X holds categories .*, first \(1,\) in row 0; turn it into"),
        (one(pd.Timestamp("2020"), "category"), "categories in .*, first Timestamp"),
        (one(date(2020, 1, 1)), "X holds dates in column 'a', where fit saw numbers; turn them"),
        (one(timedelta(1)), "X holds durations in column 'a'"),
        (one(time(1)), "X holds times of day in column 'a'"),
        (one(b"1"), "X holds bytes in column 'a'"),
        (one([1]), "X holds lists in column 'a'"),
        (one(np.array([1, 2])), "X holds lists in column 'a'"),
        (one({}), "X holds records in column 'a'"),
        (one(1j), "X holds complex numbers in column 'a'"),
        (one((1, 2)), "X holds objects in column 'a'"),
        (one(np.inf), "X contains infinity"),
        (one("1e999"), "X contains infinity"),
    ],
)
def test_what_is_no_number_is_refused_where_fit_saw_numbers(later, message):
    with pytest.raises(ValueError, match=message):
        served(NUMBERS, later)
    is_text = all(isinstance(cell, str) for cell in later["a"]) and "infinity" not in message
    if not is_text:
        with pytest.raises(ValueError, match=message):
            served(TEXTS, later)


def test_other_text_is_missing_where_fit_saw_text():
    later = pd.DataFrame({"a": ["1", "x", "3,5", "x"]})
    message = "other text in column 'a', where fit saw numbers, first 'x' in row 1 and 1 others, "
    with pytest.warns(UserWarning, match=message + "which count as missing; turn it into"):
        numbers = served(TEXTS, later)
    np.testing.assert_array_equal(numbers[:, 0], [1, NAN, NAN, NAN])


def test_a_rare_text_in_one_fold_does_not_stop_a_cross_validation():
    texts = [str(i % 9) for i in range(60)]
    texts[7] = "10+"
    X = pd.DataFrame({"a": texts, "b": np.arange(60.0)})
    net = skdense.DenseNetRegressor((8,), n_estimators=1, max_iter=3, random_state=0)
    with pytest.warns(UserWarning, match="'10\\+' in row 7"):
        assert np.isfinite(cross_val_score(net, X, np.arange(60.0), cv=3)).all()


@pytest.mark.parametrize("dtype", ["timedelta64[s]", "timedelta64[ns]", "duration[ms][pyarrow]"])
def test_durations_are_seconds(dtype):
    spans = pd.Series(pd.to_timedelta([2000, -86_400_000, None], unit="ms")).astype("m8[ms]")
    X = pd.DataFrame({"a": spans.astype(dtype)})
    np.testing.assert_array_equal(numbers_of(X)[:, 0], spans.dt.total_seconds())
    assert fitted(X)[1].kinds[0].description == "number, seconds of durations"


@pytest.mark.parametrize(
    "cell", [time(23, 59, 59, 999_999), time(0), time(1, 2, 3, 4), time(5, tzinfo=UTC)]
)
def test_times_of_day_are_seconds_since_midnight(cell):
    naive = cell.replace(tzinfo=None)
    expected = pd.Timedelta(str(naive)).total_seconds()
    np.testing.assert_allclose(numbers_of(one(cell)), [[expected]], rtol=1e-15)
    frames = [pl.DataFrame({"a": [naive]}), pa.table({"a": pa.array([naive], pa.time64("us"))})]
    for X in frames:
        np.testing.assert_allclose(numbers_of(X), [[expected]], rtol=1e-15)
    assert fitted(one(cell))[1].kinds[0].description == "number, seconds of times of day"


@pytest.mark.parametrize(
    "later", [one(None), one(NAN, float), one(None, "Int64"), one(None, "str"), one(pd.NaT)]
)
def test_a_table_without_values_is_served_where_fit_saw_seconds(later):
    for first in (SPANS, TIMES):
        np.testing.assert_array_equal(served(first, later), [[NAN]])


@pytest.mark.parametrize("first", [SPANS, TIMES, pd.DataFrame({"a": ["9:00", "17:30:15", "?"]})])
@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("12:30", 45_000),
        (" 7:05:01.5 ", 25_501.5),
        ("07:05:01,25", 25_501.25),
        ("30:00", 108_000),
        ("P0DT1H2M3S", 3723),
        ("PT1.5S", 1.5),
        ("-PT1M", -60),
        ("-P1DT1H", -90_000),
        ("P-1DT23H0M0S", -3600),
        ("1 days", 86_400),
        ("-1:30", -5400),
        ("NA", NAN),
        (time(1), 3600),
        (timedelta(1), 86_400),
        *[(text(span), span.total_seconds()) for span in EACH_WAY for text in (str, as_pandas)],
    ],
)
def test_times_in_any_form_are_served(first, cell, seconds):
    np.testing.assert_allclose(served(first, one(cell)), [[seconds]], rtol=1e-15)
    np.testing.assert_allclose(served(first, one(cell, "category")), [[seconds]], rtol=1e-15)


@pytest.mark.parametrize("text", "|P|PT|1|12|1:5|1:60|1:00:60|1 day 5|1:00 am|:30|x".split("|"))
def test_text_that_is_no_time(text):
    assert np.isnan(seconds_in(text))


@pytest.mark.parametrize("cells", [["1:60"], ["12:30", "x"], ["PT1H"], ["1 days"], ["100:00"]])
def test_other_text_is_not_read_as_times(cells):
    assert fitted(pd.DataFrame({"a": cells}))[1].n_levels == (len(cells),)


@pytest.mark.parametrize(
    ("later", "what"),
    [
        (one(1.0), "numbers"),
        (one(date(2020, 1, 1)), "dates"),
        (one([1]), "lists"),
        (pd.DataFrame({"a": ["1:00", "noon"]}), "text"),
        (one((1,), "category"), "categories"),
    ],
)
@pytest.mark.parametrize(("first", "seen"), [(SPANS, "durations"), (TIMES, "times of day")])
def test_what_is_no_time_is_refused_where_fit_saw_times(first, seen, later, what):
    row = {"text": ", first 'noon' in row 1", "categories": r", first \(1,\) in row 0"}
    message = f"X holds {what} in column 'a', where fit saw {seen}{row.get(what, '')}; give dur"
    with pytest.raises(ValueError, match=message):
        served(first, later)


@pytest.mark.parametrize("before", [pd.NA, 10**400, np.float32(1.5)])
def test_cells_that_cannot_be_compared_stand_before_a_strange_one(before):
    later = pd.DataFrame({"a": pd.Series([before, "x", 10**400], dtype=object)})
    with pytest.raises(ValueError, match="where fit saw numbers, first 'x' in row 1; turn it"):
        served(NUMBERS, later)
