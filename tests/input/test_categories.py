"""A user's table as numbers: categories, what is missing, and what is refused."""

import pickle
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.preprocessing import OrdinalEncoder

from skdense._input.categories import Table
from skdense._input.features import check_X
from skdense._input.rows import check_rows

NAN = np.nan
CITIES = ["Ulm", None, "Bonn", "Ulm", "Kiel", "Bonn"]
AGES = [20.0, 30.0, None, 50.0, 60.0, 70.0]
CODES = [2, NAN, 0, 2, 1, 0]


def pandas_table():
    return pd.DataFrame(
        {
            "age": pd.array(AGES, dtype="Float64"),
            "city": pd.Categorical(CITIES),
            "n": [1, 2, 3, 4, 5, 6],
            "member": [True, False, True, True, False, False],
        }
    )


def polars_table():
    return pl.DataFrame(
        {
            "age": AGES,
            "city": pl.Series(CITIES, dtype=pl.Enum(["Kiel", "Bonn", "Ulm", "Rom"])),
            "n": range(1, 7),
            "member": [True, False, True, True, False, False],
        }
    )


def object_array():
    return pandas_table().to_numpy(object, na_value=None)


EXPECTED = np.array([AGES, CODES, [1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 0]], dtype=object).T.astype(
    float
)


class Estimator(BaseEstimator):
    """Only what the checks ask of an estimator."""


def fitted(X, categorical_features="from_dtype"):
    """An estimator, the table that it learnt, and the numbers."""
    estimator, table = Estimator(), Table.learn(X, categorical_features)
    return estimator, table, check_X(estimator, X, table, reset=True)


TABLES = {
    "pandas": (pandas_table, "from_dtype"),
    "pandas of text": (lambda: pandas_table().astype({"city": object}), ["city"]),
    "pandas of strings": (lambda: pandas_table().astype({"city": "string"}), ["city"]),
    "pandas, all nullable": (lambda: pandas_table().convert_dtypes(), ["city"]),
    "pandas, NA as a category": (
        lambda: pandas_table().assign(city=pd.Series(CITIES, dtype=object).fillna(pd.NA)),
        ["city"],
    ),
    "polars": (polars_table, "from_dtype"),
    "polars text": (
        lambda: polars_table().with_columns(pl.col("city").cast(pl.String)),
        ["city"],
    ),
    "objects": (object_array, [1]),
    "objects, by a mask": (object_array, np.array([False, True, False, False])),
    "list": (lambda: object_array().tolist(), (1,)),
}


@pytest.mark.parametrize("kind", TABLES)
def test_numbers_codes_and_holes_of_any_table(kind):
    make, features = TABLES[kind]
    table = Table.learn(make(), features)
    numbers = table.numbers(make())
    assert numbers.dtype == np.float64
    np.testing.assert_array_equal(numbers, EXPECTED)
    assert table.n_levels == (0, 3, 0, 0)
    np.testing.assert_array_equal(table.is_categorical, [False, True, False, False])
    np.testing.assert_array_equal(table.categories, [["Bonn", "Kiel", "Ulm"]])


def test_polars_categories_are_sorted_as_text():
    frame = pl.DataFrame({"city": CITIES}).cast(pl.Categorical)
    _, table, numbers = fitted(frame)
    np.testing.assert_array_equal(numbers[:, 0], CODES)
    np.testing.assert_array_equal(table.categories, [["Bonn", "Kiel", "Ulm"]])


@pytest.mark.parametrize(
    "column",
    [
        [3.0, 1.0, NAN, 2.0, 1.0],
        [3, 1, 2, 2, 1],
        [True, False, True, True, False],
        pd.Categorical([3, 1, None, 2, 1]),
        pd.array([3, 1, None, 2, 1], dtype="Int64"),
        pd.Categorical(pd.cut([1, 20, 30, 4, 5], 3)),
        pd.Categorical(pd.date_range("2020", periods=5)),
        list("cabbd"),
    ],
)
def test_codes_are_those_of_ordinal_encoder(column):
    frame = pd.DataFrame({"x": column})
    encoder = OrdinalEncoder(encoded_missing_value=NAN)
    expected = encoder.fit_transform(frame.astype(object).where(frame.notna(), NAN))
    np.testing.assert_array_equal(Table.learn(frame, ["x"]).numbers(frame), expected)


def test_categories_that_fit_did_not_see_count_as_missing():
    frame = pandas_table()
    estimator, table, _ = fitted(frame)
    later = frame.assign(city=pd.Categorical(["Rom", "Ulm", "Bonn", "Rom", None, "Kiel"]))
    codes = check_X(estimator, later, table)[:, 1]
    np.testing.assert_array_equal(codes, [NAN, 2, 0, NAN, NAN, 1])
    # declared, but not there
    declared = pd.DataFrame({"city": pd.Categorical(["a", "b"], categories=list("abcde"))})
    assert Table.learn(declared, "from_dtype").n_levels == (2,)


def test_values_count_not_the_type_of_the_column():
    estimator, table, expected = fitted(pandas_table())
    for other in (pandas_table().astype({"city": object}), polars_table()):
        np.testing.assert_array_equal(check_X(estimator, other, table), expected)


def test_a_column_without_any_category_is_harmless():
    frame = pd.DataFrame({"x": [1.0, 2.0], "c": pd.Categorical([None, None])})
    _, table, numbers = fitted(frame)
    assert table.n_levels == (0, 1)
    np.testing.assert_array_equal(numbers, [[1, NAN], [2, NAN]])
    np.testing.assert_array_equal(table.numbers(frame.assign(c=["a", "b"]))[:, 1], [NAN, NAN])


def test_a_table_of_categories_alone():
    _, table, numbers = fitted(np.array([["b", "x"], ["a", "x"]]), [0, 1])
    np.testing.assert_array_equal(numbers, [[1, 0], [0, 0]])
    assert table.n_levels == (2, 1)


@pytest.mark.parametrize(
    ("X", "features"),
    [
        (np.ones((3, 2)), "from_dtype"),
        (np.ones((3, 2)), None),
        (np.ones((3, 2)), []),
        (np.ones((3, 2)), [False, False]),
        (pd.DataFrame({"a": [1.0, 2.0]}), "from_dtype"),
        (pl.DataFrame({"a": [1.0, 2.0]}), "from_dtype"),
        (sparse.csr_array(np.eye(3)), "from_dtype"),
        ([[1.0, 2.0]], "from_dtype"),
        (None, [0]),
        ([1.0, 2.0], [0]),
    ],
)
def test_a_table_without_categories_stays_what_it_is(X, features):
    table = Table.learn(X, features)
    assert table.numbers(X) is X
    assert table.is_categorical is None
    assert table.n_levels == ()
    assert table.categories == []


def test_pickling_keeps_all():
    estimator, table, numbers = fitted(pandas_table())
    again = pickle.loads(pickle.dumps(table))
    np.testing.assert_array_equal(check_X(estimator, pandas_table(), again), numbers)
    assert again.n_levels == table.n_levels


FRAME = pandas_table().assign(city=CITIES)
ARRAY = np.ones((3, 2))
WRONG_FEATURES = {
    "another string": (FRAME, "city", "categorical_features must be None, .* got 'city'"),
    "a number": (FRAME, 1, "categorical_features must be None, .* got 1"),
    "floats": (FRAME, [1.0], "categorical_features must be None, .* got a list of float"),
    "mixed types": (FRAME, ["city", 1], "got a list of int, str"),
    "a bool among numbers": (FRAME, [True, 1], "got a list of bool, int"),
    "an unknown name": (FRAME, ["town"], "names 'town', which is no column of X; its .*'city'"),
    "names without names": (ARRAY, ["city"], "names columns, first 'city', and X has no names"),
    "a position too far": (ARRAY, [2], "has position 2, and the columns of X are numbered 0 to 1"),
    "a negative position": (ARRAY, [-1], "has position -1"),
    "a short mask": (ARRAY, [True], "has 1 bools and X has 2 columns; give one for each"),
    "a sparse table": (sparse.csr_array(ARRAY), [0], "X is sparse, and a sparse table has no"),
    "mixed cells": (np.array([["a"], [1]], object), [0], "category column 0 .int, str.; give it"),
    "lists": (pd.DataFrame({"a": [[1], [2]]}), ["a"], "cannot be sorted in .* 'a' .*unhashable"),
}


@pytest.mark.parametrize("kind", WRONG_FEATURES)
def test_categorical_features_that_fit_no_table(kind):
    X, features, message = WRONG_FEATURES[kind]
    with pytest.raises(ValueError, match=message) as caught:
        Table.learn(X, features)
    assert "\n" not in str(caught.value)


REFUSED = {
    "text": (
        FRAME,
        None,
        (
            r"column 'city': make it a category by X.astype\(\{'city': 'category'\}\) or name it "
            "in categorical_features, and fit; if it holds .* numbers by pandas.to_numeric"
        ),
    ),
    "text beside a category": (
        FRAME.assign(s="a"),
        ["city"],
        "text in column 's': .*categorical_f",
    ),
    "text in an array": (
        np.array([["1", "a"]]),
        None,
        "in the columns 0, 1: to make them categories, give the positions in categorical_features",
    ),
    "the other column": (np.array([["1", "a"]]), [0], "X holds text in column 1: to make"),
    "text in a list": ([[1, "a", 2.0]], None, "X holds text in column 1: to make it a category"),
    "dates in a list": ([[1, date(2020, 1, 1)]], None, "X holds dates or durations in column 1;"),
    "dates among objects": (
        FRAME.assign(d=date(2020, 1, 1)),
        ["city"],
        "X holds dates or durations in column 'd'; turn them into numbers",
    ),
    "text among objects": (
        object_array()[:1],
        None,
        "X holds text in column 1: to make it a category, give the position",
    ),
    "categories": (pandas_table(), None, "X holds categories in column 'city' .*'from_dtype' or"),
    "polars text": (
        pl.DataFrame({"a": ["x"]}),
        None,
        r"X.cast\(\{'a': pl.Categorical\}\) or name",
    ),
    "polars categories": (polars_table(), None, "X holds categories in column 'city'"),
    "dates": (FRAME.assign(d=pd.Timestamp("2020")), ["city"], "X holds dates or durations"),
    "a date as category": (pd.DataFrame({"d": pd.date_range("2020", periods=3)}), ["d"], "dates"),
    "infinity": (FRAME.assign(n=np.inf), ["city"], "X contains infinity .*; clip such numbers"),
    "infinity without categories": (np.full((2, 2), np.inf), None, "X contains infinity .*; clip"),
    "NaN in a sparse table": (
        sparse.csr_array([[NAN, 1]]),
        None,
        "X contains NaN, which a sparse",
    ),
    "one name twice": (pd.concat([FRAME, FRAME], axis=1), ["city"], "several columns named 'age'"),
    "no rows": (FRAME[:0], ["city"], "Found array with 0 sample"),
    "one dimension": (np.ones(3), [0], "Expected 2D array, got 1D array"),
    "nothing": (None, [0], "X is None; give a table of rows and columns"),
    "NA among objects": (pd.DataFrame({"a": [1, pd.NA]}, dtype=object), None, "convert_dtypes"),
    "other objects": (pd.DataFrame({"a": [{}], "b": "x"}), ["b"], "X holds what is no number"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_by_one_sentence(kind):
    X, features, message = REFUSED[kind]
    table = Table.learn(X, features)
    with pytest.raises((ValueError, TypeError), match=message):
        check_X(Estimator(), X, table, reset=True)


def test_names_and_order_of_a_table_with_categories_are_checked():
    frame = pandas_table()
    estimator, table, _ = fitted(frame)
    assert estimator.feature_names_in_.tolist() == ["age", "city", "n", "member"]
    assert estimator.n_features_in_ == 4
    with pytest.raises(ValueError, match="names must be in the same order"):
        check_X(estimator, frame[["city", "age", "n", "member"]], table)
    with pytest.raises(ValueError, match=r"fit.\nGive X\[list\(model.feature_names_in_\)\],"):
        check_X(estimator, frame[["city", "age", "n", "member"]], table)
    with pytest.raises(ValueError, match="- n\nGive a table that has all columns of model.feat"):
        check_X(estimator, frame.drop(columns="n"), table)
    with pytest.raises(ValueError, match="names unseen at fit time:\n- town"):
        check_X(estimator, frame.rename(columns={"city": "town"}), table)
    with pytest.raises(ValueError, match="seen at fit time, yet now missing:\n- n"):
        check_X(estimator, frame.drop(columns="n"), table)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        check_X(estimator, object_array(), table)


def test_what_comes_later_must_suit_the_first_table():
    estimator, table, _ = fitted(object_array(), [1])
    with pytest.raises(ValueError, match="X has 3 features, .* expecting 4 .*; give the columns"):
        check_X(estimator, object_array()[:, :3], table)
    with pytest.raises(ValueError, match="X is sparse, and a sparse table has no"):
        check_X(estimator, sparse.csr_array(np.eye(4)), table)
    with pytest.raises(ValueError, match="Expected 2D array, got 1D array"):
        check_X(estimator, object_array()[0], table)
    with pytest.raises(ValueError, match="X holds what is no category in column 1 .*unhashable"):
        check_X(estimator, [[1.0, [], 1.0, True]], table)


@pytest.mark.parametrize(
    ("make", "column", "remedy"),
    [
        (pandas_table, "'n'", "pandas.to_numeric"),
        (polars_table, "'n'", "X.cast with pl.Float64"),
        (lambda: object_array().tolist(), "2", "float"),
    ],
)
def test_text_where_fit_saw_numbers(make, column, remedy):
    X = make()
    estimator, table, _ = fitted(X, [1])
    if isinstance(X, list):
        X[3][2] = "4"
    else:
        X = X.astype({"n": str}) if hasattr(X, "iloc") else X.cast({"n": pl.String})
    with pytest.raises(ValueError, match=f"in column {column}, where fit saw .* by {remedy}"):
        check_X(estimator, X, table)


@pytest.mark.parametrize(
    "X",
    [
        np.array([[1, NAN], [2, 3]]),
        np.array([[1, NAN], [2, 3]], np.float32),
        [[1, None], [2, 3]],
        pd.DataFrame({"a": [1, 2], "b": [None, 3]}, dtype="Int64"),
        pl.DataFrame({"a": [1, 2], "b": [None, 3]}),
    ],
)
def test_missing_numbers_are_nan(X):
    estimator, table, numbers = fitted(X)
    np.testing.assert_array_equal(numbers, [[1, NAN], [2, 3]])
    np.testing.assert_array_equal(check_X(estimator, X, table), numbers)
    assert table.n_levels == ()


def test_nullable_truth_values():
    frame = pd.DataFrame({"a": pd.array([True, None, False], dtype="boolean"), "c": list("aba")})
    expected = [[1, 0], [NAN, 1], [0, 0]]
    np.testing.assert_array_equal(Table.learn(frame, ["c"]).numbers(frame), expected)
    frame = pl.DataFrame({"a": [True, None, False], "c": list("aba")})
    np.testing.assert_array_equal(Table.learn(frame, ["c"]).numbers(frame), expected)


def test_a_plain_table_is_handed_on_without_a_copy():
    X = np.ones((3, 2))
    estimator, table, _ = fitted(X)
    assert check_X(estimator, X, table) is X
    with pytest.raises(ValueError, match="X contains infinity"):
        check_X(estimator, X * np.inf, table)


def test_rows_of_a_table_with_holes():
    frame, weight = pandas_table(), [1, 1, 0, 1, 1, 1]
    rows = check_rows(
        Estimator(), frame, range(6), weight, table=Table.learn(frame, "from_dtype"),
        y_dtype=None, reset=True,
    )  # fmt: skip
    np.testing.assert_array_equal(rows.X, EXPECTED[[0, 1, 3, 4, 5]])
    assert rows.weight is None
    with pytest.raises(ValueError, match="y contains NaN: 1 missing value, in row 2; drop"):
        check_rows(
            Estimator(), frame, AGES, None, table=Table.learn(frame, "from_dtype"),
            y_dtype=np.float64, reset=True,
        )  # fmt: skip
