"""Categories as codes."""

import pickle
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from raw_tables import (
    CITIES,
    CODES,
    EXPECTED,
    FRAME,
    NAN,
    Estimator,
    fitted,
    learned,
    numbers_of,
    object_array,
    pandas_table,
    polars_table,
)
from scipy import sparse
from sklearn.preprocessing import OrdinalEncoder

from skdense._input.features import check_X

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
    table = learned(make(), features)
    numbers = numbers_of(table, make())
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
    encoder = OrdinalEncoder(encoded_missing_value=frame["x"].nunique())
    expected = encoder.fit_transform(frame.astype(object).where(frame.notna(), NAN))
    np.testing.assert_array_equal(numbers_of(learned(frame, ["x"]), frame), expected)


def test_categories_that_fit_did_not_see_are_nan_and_missing_ones_are_not():
    frame = pandas_table()
    estimator, table, _ = fitted(frame)
    later = frame.assign(city=pd.Categorical(["Rom", "Ulm", "Bonn", "Rom", None, "Kiel"]))
    codes = check_X(estimator, later, table)[:, 1]
    np.testing.assert_array_equal(codes, [NAN, 2, 0, NAN, 3, 1])
    # declared, but not there
    declared = pd.DataFrame({"city": pd.Categorical(["a", "b"], categories=list("abcde"))})
    assert learned(declared, "from_dtype").n_levels == (2,)


def test_values_count_not_the_type_of_the_column():
    estimator, table, expected = fitted(pandas_table())
    for other in (pandas_table().astype({"city": object}), polars_table()):
        np.testing.assert_array_equal(check_X(estimator, other, table), expected)


def test_a_column_without_any_category_is_harmless():
    frame = pd.DataFrame({"x": [1.0, 2.0], "c": pd.Categorical([None, None])})
    _, table, numbers = fitted(frame)
    assert table.n_levels == (0, 1)
    np.testing.assert_array_equal(numbers, [[1, 1], [2, 1]])
    np.testing.assert_array_equal(numbers_of(table, frame.assign(c=["a", "b"]))[:, 1], [NAN, NAN])


def test_a_table_of_categories_alone():
    _, table, numbers = fitted(np.array([["b", "x"], ["a", "x"]]), [0, 1])
    np.testing.assert_array_equal(numbers, [[1, 0], [0, 0]])
    assert table.n_levels == (2, 1)


def test_pickling_keeps_all():
    estimator, table, numbers = fitted(pandas_table())
    again = pickle.loads(pickle.dumps(table))
    np.testing.assert_array_equal(check_X(estimator, pandas_table(), again), numbers)
    assert again.n_levels == table.n_levels


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
    "other objects": (
        pd.DataFrame({"a": [{}], "b": "x"}),
        ["b"],
        "X contains a non-numeric value",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_by_one_sentence(kind):
    X, features, message = REFUSED[kind]
    table = learned(X, features)
    with pytest.raises((ValueError, TypeError), match=message):
        check_X(Estimator(), X, table, reset=True)
