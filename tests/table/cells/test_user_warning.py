"""Warnings at the line of the user, and once in a search."""

import warnings

import numpy as np
import pandas as pd
import pytest
from plain import PlainRegressor
from sklearn.model_selection import cross_val_score

X = pd.DataFrame({"a": np.arange(80.0), "name": [f"text {i}" for i in range(80)]})
NET = PlainRegressor((2,), max_iter=2, random_state=0)


def reported(act, action="always"):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("ignore")
        warnings.filterwarnings(action, "X is used without")
        act()
    return found


def test_a_search_reports_once_and_each_fit_of_the_user_does():
    first = reported(lambda: cross_val_score(NET, X, X["a"], cv=4))
    assert [one.filename for one in first] == [__file__]
    assert len(reported(lambda: [NET.fit(X, X["a"]) for _ in range(2)])) == 2


def test_an_error_is_raised_in_every_fit():
    def search():
        return cross_val_score(NET, X, X["a"], cv=4, error_score="raise")

    for _ in range(2):
        with pytest.raises(UserWarning, match="X is used without 'name'"):
            reported(search, "error")
