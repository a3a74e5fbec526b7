"""Categories as codes: n where missing, NaN where fit did not see them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
from raw_tables import (
    CITIES,
    CODES,
    EXPECTED,
    NAN,
    fitted,
    learned,
    numbers_of,
    object_array,
    pandas_table,
    polars_table,
    served,
)
from sklearn.preprocessing import OrdinalEncoder

from skdense._input.features import check_X
from skdense._table.kinds.categories import MANY_ROWS

TABLES = {
    "pandas": (pandas_table, "from_dtype"),
    "pandas of text": (lambda: pandas_table().astype({"city": object}), ["city"]),
    "pandas of strings": (lambda: pandas_table().astype({"city": "string"}), ["city"]),
    "pandas, all nullable": (lambda: pandas_table().convert_dtypes(), ["city"]),
    "pandas, by auto": (lambda: pandas_table().convert_dtypes(), "auto"),
    "pandas, NA as a category": (
        lambda: pandas_table().assign(city=pd.Series(CITIES, dtype=object).fillna(pd.NA)),
        ["city"],
    ),
    "polars": (polars_table, "from_dtype"),
    "polars text": (lambda: polars_table().with_columns(pl.col("city").cast(pl.String)), ["city"]),
    "polars, by auto": (polars_table, "auto"),
    "Arrow": (lambda: polars_table().to_arrow(), "auto"),
    "objects": (object_array, [1]),
    "objects, by a mask": (object_array, np.array([False, True, False, False])),
    "list": (lambda: object_array().tolist(), (1,)),
}


@pytest.mark.parametrize("kind", TABLES)
def test_numbers_codes_and_holes_of_any_table(kind):
    make, features = TABLES[kind]
    estimator, table, numbers = fitted(make(), features)
    assert numbers.dtype == np.float64
    np.testing.assert_array_equal(numbers, EXPECTED)
    np.testing.assert_array_equal(check_X(estimator, make(), table), EXPECTED)
    n_of_truth = 0 if "objects" in kind or kind == "list" or "from_dtype" in str(features) else 2
    assert table.n_levels == (0, 3, 0, n_of_truth)
    np.testing.assert_array_equal(table.is_categorical, [False, True, False, n_of_truth > 0])
    np.testing.assert_array_equal(table.categories[0], ["Bonn", "Kiel", "Ulm"])


def test_polars_categories_are_sorted_as_text():
    for dtype in (pl.Categorical, pl.Enum(["Kiel", "Ulm", "Bonn"])):
        frame = pl.DataFrame({"city": CITIES}).cast(dtype)
        _, table, numbers = fitted(frame)
        np.testing.assert_array_equal(numbers[:, 0], CODES)
        np.testing.assert_array_equal(table.categories, [["Bonn", "Kiel", "Ulm"]])


@pytest.mark.parametrize(
    "column",
    [
        [3.0, 1.0, NAN, 2.0, 1.0],
        [3, 1, 2, 2, 1],
        [-0.5, 1e300, -np.inf, np.inf, 1e-300],
        [2**70, 2**53 + 1, 2**53, 1, 0],
        [True, False, True, True, False],
        pd.Categorical([3, 1, None, 2, 1]),
        pd.array([3, 1, None, 2, 1], dtype="Int64"),
        pd.Categorical(pd.cut([1, 20, 30, 4, 5], 3)),
        pd.cut([1, 20, NAN, 4, 500], [0, 9, 99, 999]),
        pd.Categorical(pd.date_range("2020", periods=5)),
        list("cabbd"),
        pd.Series(["b", "\u00e4", "B", None, " a"], dtype=object),
    ],
)
def test_codes_are_those_of_ordinal_encoder(column):
    frame = pd.DataFrame({"x": column})
    encoder = OrdinalEncoder()
    expected = encoder.fit_transform(frame.astype(object).where(frame.notna(), NAN))
    n = sum(level == level for level in encoder.categories_[0])
    numbers = numbers_of(frame, ["x"])
    np.testing.assert_array_equal(numbers, np.where(np.isnan(expected), n, expected))
    assert learned(frame, ["x"]).n_levels == (n,)


def test_missing_and_unseen_categories():
    frame = pandas_table()
    estimator, table, _ = fitted(frame)
    later = frame.assign(city=pd.Categorical(["Rom", "Ulm", "Bonn", "Rom", None, "Kiel"]))
    codes = check_X(estimator, later, table)[:, 1]
    np.testing.assert_array_equal(codes, [NAN, 2, 0, NAN, 3, 1])
    # declared, but not there
    declared = pd.DataFrame({"city": pd.Categorical(["a", "b"], categories=list("abcde"))})
    assert learned(declared).n_levels == (2,)
    np.testing.assert_array_equal(served(declared, declared.assign(city="e")), [[NAN], [NAN]])


@pytest.mark.parametrize(
    "mark", ["?", "NA", "", " ", "nan", "None", "<NA>", "n/a", None, NAN, pd.NA]
)
def test_marks_count_as_missing(mark):
    first = pd.DataFrame({"c": ["a", "b"]})
    later = pd.DataFrame({"c": pd.Series([mark, "a"], dtype=object)})
    np.testing.assert_array_equal(served(first, later), [[2], [0]])
    np.testing.assert_array_equal(numbers_of(later, ["c"]), [[1], [0]])
    np.testing.assert_array_equal(numbers_of(later.astype("category")), [[1], [0]])


def test_values_count_not_the_type_of_the_column():
    estimator, table, expected = fitted(pandas_table())
    for other in (pandas_table().astype({"city": object}), polars_table()):
        np.testing.assert_array_equal(check_X(estimator, other, table), expected)


@pytest.mark.parametrize(
    ("first", "later", "codes"),
    [
        ([1, 2], [1.0, NAN, 3.0], [0, 2, NAN]),
        ([1.0, NAN, 2.0], [2, 1, 0], [1, 0, NAN]),
        ([True, False], [1, 0, 2], [1, 0, NAN]),
        ([1, 2], ["1", " 2.0", "01", "x", "True"], [0, 1, NAN, NAN, 0]),
        ([1.5, 2.0], ["1.5", "2", "1e0"], [0, 1, NAN]),
        ([True, False], ["True", "FALSE", "true", "1", "0", "yes"], [1, 0, 1, 1, 0, NAN]),
        (["TRUE", "FALSE"], [True, False, "True"], [1, 0, NAN]),
        (["true", "false"], [True, np.False_, 2], [1, 0, NAN]),
        (["x", 1], [1.0, NAN, 1.5], [0, 2, NAN]),
        (["x", 1], ["1", "x", "1.0"], [0, 1, NAN]),
        (["1", "2", "x"], [2.0, NAN, 1.0], [1, 3, 0]),
        (["x", 1.5], [1.5, "1.5", np.float32(1.5)], [0, 0, 0]),
        (["x", np.inf], [np.inf, "inf", -np.inf], [0, 0, NAN]),
        ([Decimal("1.5"), 2], [1.5, 2, Fraction(3, 2)], [0, 1, 0]),
        ([0.0, -1], [-0.0, 0, False], [1, 1, 1]),
        ([np.str_("b"), np.int64(5)], ["b", 5, "5"], [1, 0, 0]),
        ([timedelta(1), timedelta(2)], [timedelta(1), pd.Timedelta("1D"), 86400.0], [0, 0, 0]),
        (
            [datetime(2020, 1, 1, 5)],
            [pd.Timestamp("2020-01-01 05"), "2020-01-01 05:00:00"],
            [0, 0],
        ),
        ([date(2020, 1, 1)], ["2020-01-01", date(2020, 1, 1)], [0, 0]),
        ([pd.Interval(0, 1)], ["(0, 1]", pd.Interval(0, 1)], [0, 0]),
        ([(1, "a"), (0, "b")], [(0, "b"), "(1, 'a')", None], [0, 1, 2]),
        ([pd.Period("2020-01")], ["2020-01"], [0]),
    ],
)
def test_levels_count_by_what_they_stand_for(first, later, codes):
    frames = [pd.DataFrame({"c": pd.Series(cells, dtype=object)}) for cells in (first, later)]
    np.testing.assert_array_equal(served(*frames, ["c"])[:, 0], codes)
    levels = learned(frames[0], ["c"]).categories[0].tolist()
    assert {type(level) for level in levels} <= {str, int, float, bool}


@pytest.mark.parametrize(
    "first",
    [
        pd.DataFrame({"c": pd.to_timedelta([1, 2], unit="h")}),
        pl.DataFrame({"c": [timedelta(hours=1), timedelta(hours=2)]}),
    ],
)
def test_durations_as_categories_are_the_same_in_every_library(first):
    for later in (
        pd.DataFrame({"c": pd.to_timedelta([2], unit="h")}),
        pl.DataFrame({"c": [timedelta(hours=2)]}),
    ):
        np.testing.assert_array_equal(served(first, later, ["c"]), [[1]])


@pytest.mark.parametrize(
    "cells", [[object(), object()], [len, lambda: 0], [(lambda: 0,), (1,)], [frozenset("ab"), 1]]
)
def test_what_has_no_lasting_text_is_refused(cells):
    frame = pd.DataFrame({"c": pd.Series(cells, dtype=object)})
    with pytest.raises(
        ValueError, match=r"X has values of type \w+ in the category column 'c', wh"
    ):
        fitted(frame, ["c"])


@pytest.mark.parametrize(
    "cell", [[1], {}, {1}, np.array([1, 2]), pd.Series([1, 2]), bytearray(b"a")]
)
def test_what_cannot_be_compared_is_refused(cell):
    frame = pd.DataFrame({"c": pd.Series(["a", cell], dtype=object)})
    message = (
        r"X has values that cannot be categories in column 'c' \(unhashable .*\); turn them into"
    )
    with pytest.raises(ValueError, match=message):
        fitted(frame, ["c"])
    with pytest.raises(ValueError, match=message):
        served(pd.DataFrame({"c": ["a", "b"]}), frame)


def test_a_column_without_any_category_is_harmless():
    frame = pd.DataFrame({"x": [1.0, 2.0], "c": pd.Categorical([None, None])})
    _, table, numbers = fitted(frame)
    assert table.n_levels == (0, 1)
    np.testing.assert_array_equal(numbers, [[1, 1], [2, 1]])
    np.testing.assert_array_equal(served(frame, frame.assign(c=["a", None]))[:, 1], [NAN, 1])
    many = pd.DataFrame({"x": np.ones(40), "c": ["a"] * 40})
    np.testing.assert_array_equal(served(frame, many)[:, 1], np.full(40, NAN))


def test_a_table_of_categories_alone():
    _, table, numbers = fitted(np.array([["b", "x"], ["a", "x"]]), [0, 1])
    np.testing.assert_array_equal(numbers, [[1, 0], [0, 0]])
    assert table.n_levels == (2, 1)


COLUMN = pd.DataFrame({"c": ["a", "b"]})


@pytest.mark.parametrize("later", [["z"], ["z", None], ["z", "NA"], ["A"], [7]])
def test_a_whole_column_without_a_known_category_warns(later):
    cells = pd.DataFrame({"c": pd.Series(later * MANY_ROWS, dtype=object)})
    message = (
        rf"^X has no category that fit saw in column 'c', but ones such as {later[0]!r}, where "
        "fit saw ones such as 'a'; give them in the form that fit had, which is in "
        "model.categories_, or fit again if they are new.$"
    )
    with pytest.warns(UserWarning, match=message) as caught:
        served(COLUMN, cells)
    assert len(caught) == 1


@pytest.mark.parametrize(
    "cells", [["z"] * (MANY_ROWS - 1), ["z"] * 50 + ["a"], [None] * 50, ["NA"] * 50]
)
def test_no_warning_of_few_rows_or_known_or_missing_categories(cells):
    numbers = served(COLUMN, pd.DataFrame({"c": cells}))
    assert numbers.shape == (len(cells), 1)


def test_huge_integers_among_floats_are_sorted_as_text():
    frame = pd.DataFrame({"c": pd.Series([10**400, np.float32(1.5), 2], dtype=object)})
    assert learned(frame, ["c"]).n_levels == (3,)
