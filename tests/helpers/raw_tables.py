"""One raw table in every library, and its numbers."""

import numpy as np
import pandas as pd
import polars as pl
from sklearn.base import BaseEstimator

from skdense._input.features import check_X, learn_X

NAN = np.nan
CITIES = ["Ulm", None, "Bonn", "Ulm", "Kiel", "Bonn"]
AGES = [20.0, 30.0, None, 50.0, 60.0, 70.0]
CODES = [2, 3, 0, 2, 1, 0]


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


def fitted(X, categorical_features="auto"):
    """An estimator, the table that it learnt, and the numbers."""
    estimator = Estimator()
    return estimator, *learn_X(estimator, X, categorical_features)


FRAME = pandas_table().assign(city=CITIES)
ARRAY = np.ones((3, 2))


def learned(X, categorical_features="auto"):
    """The table alone, without its numbers."""
    return fitted(X, categorical_features)[1]


def numbers_of(X, categorical_features="auto"):
    """The numbers of a first table."""
    return fitted(X, categorical_features)[2]


def served(first, later, categorical_features="auto"):
    """The numbers of a later table."""
    estimator, table, _ = fitted(first, categorical_features)
    return check_X(estimator, later, table)
