"""What each column is read as, by `categorical_features`."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from raw_tables import ARRAY, FRAME, NAN, fitted, learned, numbers_of, object_array, pandas_table
from scipy import sparse

from skdense import DenseNetClassifier, DenseNetRegressor


def kinds(X, features):
    return [kind.description for kind in learned(X, features).kinds]


def test_auto_is_the_default():
    assert DenseNetClassifier().categorical_features == "auto"
    assert DenseNetRegressor().categorical_features == "auto"


@pytest.mark.parametrize("features", ["auto", "from_dtype", None, [], [False, False]])
@pytest.mark.parametrize(
    "X",
    [
        np.ones((3, 2)),
        np.ones((3, 2), np.float32),
        sparse.csr_array(np.eye(3)[:, :2]),
        pd.DataFrame({"a": [1.0, 2.0], "b": [1, 2]}),
        pl.DataFrame({"a": [1.0, None], "b": [1, 2]}),
        [[1.0, 2.0], [None, 3]],
    ],
)
def test_a_table_of_numbers(X, features):
    _, table, numbers = fitted(X, features)
    assert table.kinds == table.n_levels == ()
    assert table.is_categorical is None
    assert table.categories == []
    assert (numbers is X) == isinstance(X, np.ndarray | sparse.csr_array)


MIXED = pd.DataFrame(
    {
        "n": [1, 2, 2],
        "text": list("aba"),
        "digits": list("121"),
        "truth": [True, False, True],
        "category": pd.Categorical(list("xyx")),
        "codes": pd.Categorical([7, 8, 7]),
        "day": ["2020-01-01", "2020-01-01", None],
        "objects": [1, (2, 3), None],
    }
)
NUMBER, TWO = "number", "category of 2 levels"
AUTO = [NUMBER, TWO, "number, from text", TWO, TWO, TWO, "date: days since 1970", TWO]


@pytest.mark.parametrize(
    ("features", "changed"),
    [
        ("auto", {}),
        ([], {}),
        ([False] * 8, {}),
        (["n"], {0: TWO}),
        ([0], {0: TWO}),
        (np.array([0]), {0: TWO}),
        ([np.int8(0), np.int64(2)], {0: TWO, 2: TWO}),
        (("digits",), {2: TWO}),
        ({"digits", "n"}, {0: TWO, 2: TWO}),
        (pd.Index(["day", "day"]), {6: "category of 1 level"}),
        ([np.str_("text")], {}),
        ([True] + 7 * [False], {0: TWO}),
        (np.array([True] + 5 * [False] + [True, False]), {0: TWO, 6: "category of 1 level"}),
    ],
)
def test_a_list_names_categories_and_all_others_are_read_as_by_auto(features, changed):
    expected = [changed.get(position, kind) for position, kind in enumerate(AUTO)]
    assert kinds(MIXED, features) == expected


@pytest.mark.parametrize("features", ["from_dtype", None])
@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (list("ab"), "text"),
        (["1", "2"], "text"),
        (pd.to_datetime(["2020", "2021"]), "dates"),
        (pd.to_timedelta([1, 2]), "durations"),
        ([pd.Timestamp("2020").time()] * 2, "times of day"),
        ([(1, 2), (3, 4)], "objects"),
        (["a", 1], "text"),
    ],
)
def test_text_and_dates_are_refused_by_dtype_and_none(cells, what, features):
    X = pd.DataFrame({"n": [1, 2], "c": cells})
    message = f"X holds {what} in 'c', but categorical_features={features!r} takes"
    with pytest.raises(ValueError, match=message + ".*; set categorical_features='auto', or turn"):
        fitted(X, features)
    assert numbers_of(X, "auto").shape[0] == 2


def test_only_columns_of_the_first_content_are_named():
    X = pd.DataFrame({"a": list("xy"), "t": pd.to_datetime(["2020", "2021"]), "b": list("xy")})
    with pytest.raises(ValueError, match="^X holds text in 'a', 'b', but"):
        fitted(X, "from_dtype")
    X = pd.DataFrame({f"c{i}": ["x"] for i in range(8)})
    with pytest.raises(ValueError, match="X holds text in 8 columns, first 'c0', .*, 'c4', but"):
        fitted(X, None)


def test_dtypes_alone():
    X = MIXED[["n", "truth", "category", "codes"]].assign(
        empty=pd.Series([None] * 3, dtype=object)
    )
    assert kinds(X, "from_dtype") == [NUMBER, NUMBER, TWO, TWO, NUMBER]
    with pytest.raises(ValueError, match="X holds categories in 'category', 'codes', but .*=None"):
        fitted(X, None)
    numbers = numbers_of(X[["n", "truth", "empty"]], None)
    np.testing.assert_array_equal(numbers, [[1, 1, NAN], [2, 0, NAN], [2, 1, NAN]])


FORMS = "categorical_features must be 'auto', 'from_dtype', None, or a list of column names, .*"
WRONG = {
    "another string": (FRAME, "city", FORMS + "got 'city'"),
    "bytes": (FRAME, b"city", FORMS + "got b'city'"),
    "a number": (FRAME, 1, FORMS + "got 1"),
    "floats": (FRAME, [1.0], FORMS + "got a list of float"),
    "None": (FRAME, [None], FORMS + "got a list of NoneType"),
    "mixed types": (FRAME, ["city", 1], "got a list of int, str"),
    "a bool among numbers": (FRAME, [True, 1], "got a list of bool, int"),
    "an unknown name": (FRAME, ["town"], "names 'town', which is not a column of X; .*'city'"),
    "a name of an array": (ARRAY, ["city"], "names columns, first 'city', but X has no column"),
    "names of positions": (pd.DataFrame(ARRAY), ["0"], "names '0', which is not a column of X"),
    "a position too far": (ARRAY, [2], "has position 2, but the columns of X are numbered 0 to 1"),
    "a position of a frame": (FRAME, [4], "has position 4, .* numbered 0 to 3; give positions in"),
    "a negative position": (ARRAY, [-1], "has position -1"),
    "a short mask": (ARRAY, [True], "has 1 bools and X has 2 columns; give one for each"),
    "a long mask": (FRAME, [True] * 5, "has 5 bools and X has 4 columns; give one for each"),
    "a sparse table": (
        sparse.csr_array(ARRAY),
        [0],
        "X is sparse, but categorical_features needs",
    ),
    "lists": (
        pd.DataFrame({"a": [[1], [2]]}),
        ["a"],
        "cannot be categories in .* 'a' .*unhashable",
    ),
    "records": (pd.DataFrame({"a": [{}, {}]}), ["a"], "cannot be categories in .*'dict'"),
    "the other column": (
        np.array([["1", "a"]]),
        [0],
        "X holds text in column 1; give its position in categorical_features, or make X a table",
    ),
    "dates in the other column": (
        np.array([["x", pd.Timestamp("2020")]], object),
        [0],
        "X holds dates in column 1; give its position in categorical_features",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_categorical_features_that_fit_no_table(kind):
    X, features, message = WRONG[kind]
    with pytest.raises(ValueError, match=message) as caught:
        fitted(X, features)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("features", [[1], np.array([False, True, False, False])])
@pytest.mark.parametrize("form", [np.array, list, tuple])
def test_arrays_have_the_categories_that_are_named(form, features):
    X = object_array() if form is np.array else form(map(form, object_array().tolist()))
    _, table, numbers = fitted(X, features)
    assert table.n_levels == (0, 3, 0, 0)
    np.testing.assert_array_equal(numbers, numbers_of(pandas_table(), "from_dtype"))


@pytest.mark.parametrize("X", [np.array([["a"], [1]], object), [["a"], [1]]])
def test_mixed_cells_of_an_array_are_categories_if_they_are_named(X):
    _, table, numbers = fitted(X, [0])
    np.testing.assert_array_equal(numbers, [[1], [0]])
    assert table.categories[0].tolist() == ["1", "a"]
