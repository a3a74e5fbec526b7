"""A checked table as numbers: missing values, later tables, rows of weight 0."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from raw_tables import (
    AGES,
    EXPECTED,
    NAN,
    fitted,
    numbers_of,
    object_array,
    pandas_table,
    polars_table,
)
from scipy import sparse

from skdense._input.features import check_X
from skdense._input.rows import Given, check_rows


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
    with pytest.raises(ValueError, match="X is sparse, but categorical_features needs"):
        check_X(estimator, sparse.csr_array(np.eye(4)), table)
    with pytest.raises(ValueError, match="Expected 2D array, got 1D array"):
        check_X(estimator, object_array()[0], table)
    with pytest.raises(
        ValueError, match="X has values that cannot be categories in column 1 .*unhashable"
    ):
        check_X(estimator, [[1.0, [], 1.0, True]], table)


def text_in_n(X, four):
    """A table whose third column is text."""
    cells = ["1", " 2", "3.0", four, "5", "6"]
    if isinstance(X, list):
        return [[*row[:2], cell, *row[3:]] for row, cell in zip(X, cells, strict=True)]
    return X.assign(n=cells) if hasattr(X, "assign") else X.with_columns(n=pl.Series(cells))


@pytest.mark.parametrize(
    ("make", "label"),
    [(pandas_table, "'n'"), (polars_table, "'n'"), (lambda: object_array().tolist(), "2")],
)
def test_text_where_fit_saw_numbers(make, label):
    estimator, table, numbers = fitted(make(), [1])
    np.testing.assert_array_equal(check_X(estimator, text_in_n(make(), "4"), table), numbers)
    message = f"X holds text in column {label}, where fit saw numbers, first 'four' in row 3; turn"
    with pytest.raises(ValueError, match=message):
        check_X(estimator, text_in_n(make(), "four"), table)


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


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"a": pd.array([True, None, False], dtype="boolean"), "c": list("aba")}),
        pl.DataFrame({"a": [True, None, False], "c": list("aba")}),
    ],
)
def test_nullable_truth_values(X):
    np.testing.assert_array_equal(numbers_of(X), [[1, 0], [2, 1], [0, 0]])
    numbers = numbers_of(X[["a"]], None)
    np.testing.assert_array_equal(numbers, [[1], [NAN], [0]])


def test_a_plain_table_is_handed_on_without_a_copy():
    X = np.ones((3, 2))
    estimator, table, _ = fitted(X)
    assert check_X(estimator, X, table) is X
    with pytest.raises(ValueError, match="X contains infinity"):
        check_X(estimator, X * np.inf, table)


def test_rows_of_a_table_with_holes():
    frame, weight = pandas_table(), [1, 1, 0, 1, 1, 1]
    estimator, table, numbers = fitted(frame)
    given = Given(frame, range(6), weight)
    for X in (None, numbers):
        rows = check_rows(estimator, given, table=table, y_dtype=None, X=X)
        np.testing.assert_array_equal(rows.X, EXPECTED[[0, 1, 3, 4, 5]])
    assert rows.weight is None
    with pytest.raises(ValueError, match="y contains NaN: 1 missing value, in row 2; drop"):
        check_rows(estimator, Given(frame, AGES), table=table, y_dtype=np.float64)
