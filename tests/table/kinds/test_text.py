"""What a column of text is read as."""

import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from raw_tables import fitted
from sklearn.model_selection import cross_val_score

from skdense import DenseNetRegressor
from skdense._table.cells.column import Column, objects
from skdense._table.kinds.text import FEW_TEXTS, kind_of_text

KINDS = {
    "number, from text": [
        ["1", "2"],
        ["1", None],
        ["1", " NA "],
        ["2020", "2021"],
        [1, "2"],
        ["1"],
    ],
    "date: days since 1970, year": [["2018-01-01", "2024-01-01"], ["2018-01", "2024-01", "?"]],
    "category of 2 levels": [
        *(["a", "b"], ["1", "b"], ["1", "2020-01-01"], ["2020-02-30", "2020-02-28"], [1, "b"]),
        *(
            ["2020-01-01", "2020-01-01T00:00Z"],
            ["yes", "no", None, "N/A"],
            [True, "b"],
            ["a", "A"],
        ),
        ["a", "a "],
    ],
    "left out: no values": [["?", "NA"], ["", None], [" ", np.nan]],
}


@pytest.mark.parametrize(("kind", "cells"), [(k, c) for k, many in KINDS.items() for c in many])
def test_kind_of_text(kind, cells):
    assert kind_of_text(Column.of("0", objects(cells))).description == kind


def texts(n_rows, n_texts):
    return [f"text {i % n_texts}" for i in range(n_rows)]


@pytest.mark.parametrize(
    ("n_rows", "n_texts", "is_own"),
    [
        (20, 20, False),
        (21, 21, True),
        (100, 80, False),
        (100, 81, True),
        (1000, 801, True),
        (1000, 800, False),
        (1000, 21, False),
    ],
)
@pytest.mark.parametrize("missing", [0, 500])
def test_texts_of_nearly_every_row_are_left_out(n_rows, n_texts, is_own, missing):
    column = Column.of("0", objects(texts(n_rows, n_texts) + [None] * missing))
    what = f"left out: {n_texts:,} texts in {n_rows:,} rows"
    assert (kind_of_text(column).description == what) == is_own
    assert FEW_TEXTS == 20


def table(n=30):
    return {"x": np.arange(n), "id": texts(n, n), "name": texts(n, n)}


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_columns_of_own_text_are_left_out_with_one_warning(library):
    message = (
        r"^X is used without 'id', 'name', as nearly every row has a text of its own there; "
        r"drop \['id', 'name'\], or turn it into numbers first, .* skrub.StringEncoder or"
    )
    with pytest.warns(UserWarning, match=message) as caught:
        _, learnt, numbers = fitted(library(table()))
    assert len(caught) == 1
    assert caught[0].filename == fitted.__code__.co_filename
    np.testing.assert_array_equal(numbers, np.arange(30.0)[:, None])
    assert learnt.origin == [0]
    assert learnt.names(["x", "id", "name"]) == ["x"]


def test_numbers_with_some_text_are_left_out_with_advice_that_works():
    codes = [str(10_000 + i) for i in range(100)]
    codes[5] = "No home"
    message = (
        r"^X is used without 'zip', which holds other text among numbers, such as 'No home'; "
    )
    X = pd.DataFrame({"x": np.arange(100), "zip": codes})
    with pytest.warns(UserWarning, match=message) as caught:
        fitted(X)
    assert "drop" not in str(caught[0].message)
    (code,) = re.findall(r"in pandas (.*) reads them\.$", str(caught[0].message))
    exec(code, {"X": X, "pandas": pd})
    _, _, numbers = fitted(X)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(numbers[:, 1])), [5])


def test_own_text_is_a_category_if_it_is_named_or_declared():
    frame = pd.DataFrame(table())[["x", "id"]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for X, features in ((frame, ["id"]), (frame.astype({"id": "category"}), "auto")):
            assert fitted(X, features)[1].n_levels == (0, 30)


def test_objects_of_nearly_every_row_are_left_out():
    objects_of_rows = pd.DataFrame({"x": range(30), "pair": [(i, "a") for i in range(30)]})
    with pytest.warns(UserWarning, match="X is used without 'pair', as"):
        assert fitted(objects_of_rows)[1].n_levels == (0,)


def test_a_table_of_own_text_alone_is_refused():
    message = r"X has no column to learn from \('id' is left out: 30 texts in 30 rows\); give one"
    with pytest.raises(ValueError, match=message):
        fitted(pd.DataFrame(table())[["id"]])
    with pytest.raises(ValueError, match="'a' is left out: no values, 'b' is left out: no values"):
        fitted(pd.DataFrame({"a": ["NA"], "b": [None]}))


CALLS = {
    "fit": lambda X, y: DenseNetRegressor((2,), n_estimators=1, max_iter=1).fit(X, y),
    "a search": lambda X, y: cross_val_score(
        DenseNetRegressor((2,), n_estimators=1, max_iter=1), X, y, cv=2
    ),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("call", CALLS)
def test_the_warning_is_at_the_line_of_the_user(call):
    with pytest.warns(UserWarning, match="X is used without 'id'") as caught:
        CALLS[call](pd.DataFrame(table(60)), np.arange(60.0))
    assert {warning.filename for warning in caught} == {__file__}
