"""Which columns are categories, and which cannot be."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from raw_tables import ARRAY, FRAME, learned, numbers_of
from scipy import sparse


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
    table = learned(X, features)
    assert numbers_of(table, X) is X
    assert table.is_categorical is None
    assert table.n_levels == ()
    assert table.categories == []


WRONG_FEATURES = {
    "another string": (FRAME, "city", "categorical_features must be None, .* got 'city'"),
    "a number": (FRAME, 1, "categorical_features must be None, .* got 1"),
    "floats": (FRAME, [1.0], "categorical_features must be None, .* got a list of float"),
    "mixed types": (FRAME, ["city", 1], "got a list of int, str"),
    "a bool among numbers": (FRAME, [True, 1], "got a list of bool, int"),
    "an unknown name": (FRAME, ["town"], "names 'town', which is not a column of X; .*'city'"),
    "names without names": (ARRAY, ["city"], "names columns, first 'city', but X has no column"),
    "a position too far": (ARRAY, [2], "has position 2, but the columns of X are numbered 0 to 1"),
    "a negative position": (ARRAY, [-1], "has position -1"),
    "a short mask": (ARRAY, [True], "has 1 bools and X has 2 columns; give one for each"),
    "a sparse table": (
        sparse.csr_array(ARRAY),
        [0],
        "X is sparse, but categorical_features needs",
    ),
    "mixed cells": (np.array([["a"], [1]], object), [0], "category column 0 .int, str.; convert"),
    "lists": (pd.DataFrame({"a": [[1], [2]]}), ["a"], "cannot be sorted in .* 'a' .*unhashable"),
}


@pytest.mark.parametrize("kind", WRONG_FEATURES)
def test_categorical_features_that_fit_no_table(kind):
    X, features, message = WRONG_FEATURES[kind]
    with pytest.raises(ValueError, match=message) as caught:
        learned(X, features)
    assert "\n" not in str(caught.value)
