"""One raw table in every library, and its numbers."""

import numpy as np
import pandas as pd
import polars as pl
from sklearn.base import BaseEstimator

from skdense._input.categories import Table
from skdense._input.features import check_X

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


def fitted(X, categorical_features="from_dtype"):
    """An estimator, the table that it learnt, and the numbers."""
    estimator, table = Estimator(), learned(X, categorical_features)
    return estimator, table, check_X(estimator, X, table, reset=True)


FRAME = pandas_table().assign(city=CITIES)
ARRAY = np.ones((3, 2))


def learned(X, categorical_features):
    """The table alone, without the codes of its columns."""
    return Table.learn(X, categorical_features)[0]


def numbers_of(table, X):
    """A table as numbers, without the checks of an estimator."""
    return X if table.is_categorical is None else table.read(table.cells(X))
