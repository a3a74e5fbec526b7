"""ONNX models read numbers in any unit, missing values and categories as the estimators do."""

import warnings

import numpy as np
import pandas as pd
import pytest
from onnx_models import as_inputs, assert_same_classes, assert_same_numbers, check, quick, run
from scipy import sparse

import skdense
from skdense._columns.scaled import COLUMNS
from skdense.onnx import to_onnx

pytestmark = [
    pytest.mark.whole,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


def test_large_numbers_keep_their_digits(rng):
    X = rng.normal([1e7, 0], size=(200, 2))
    y = X[:, 0] + X[:, 1] ** 2 + 1e8
    net = quick(skdense.DenseNetRegressor, {"dtype": "float32"}).fit(X, y)
    outputs = run(to_onnx(net, dtype="float64"), {"X": X})
    error = outputs["variable"][:, 0] - net.predict(X)
    assert np.abs(error).max() < 1e-5 * y.std()


def test_a_float32_table_far_from_zero(rng):
    X = (rng.normal(size=(200, 2)) * [100, 1] + [1e5, 0]).astype(np.float32)
    y = X[:, 0] + 100 * X[:, 1] ** 2 - 1e5
    for scaling in ("robust", "standard"):
        net = quick(skdense.DenseNetRegressor, {"feature_scaling": scaling}).fit(X, y)
        check(net, X, y.std())


def test_what_a_sparse_table_taught(rng):
    X = sparse.random(200, 12, density=0.3, random_state=rng, format="csr")
    y = np.asarray(X.sum(axis=1)).ravel()
    for scaling in COLUMNS:
        net = quick(skdense.DenseNetRegressor, {"feature_scaling": scaling}).fit(X, y)
        check(net, X.toarray(), y.std())


@pytest.mark.parametrize("scaling", COLUMNS)
def test_holes(scaling, table):
    X, y = table[0] / 10, table[1]
    X[::3, 1] = X[::4, 4] = np.nan
    net = quick(skdense.DenseNetRegressor, {"feature_scaling": scaling}).fit(X, y)
    # also where fit saw none
    X[::5] = np.nan
    check(net, X, y.std())


@pytest.mark.parametrize("scaling", COLUMNS)
def test_a_raw_table_with_text(scaling, flats):
    X, y = flats
    settings = {"feature_scaling": scaling, "n_estimators": 2}
    net = quick(skdense.DenseNetRegressor, settings).fit(X, y)
    texts = ["balcony", "district", "street", "owner"]
    new = X.astype(dict.fromkeys(texts, object))
    new.loc[::4, texts[1:]] = "a new one"
    new.loc[::5, ["district", "rooms", "area"]] = None
    new = new.astype({"area": np.float32, "rooms": np.float32})
    feed = as_inputs(new, texts)
    outputs = run(to_onnx(net), feed)
    assert_same_numbers(net, outputs, new, y.std())


@pytest.mark.parametrize(
    "columns", [["street"], ["district"], ["area", "street"], ["balcony"], ["owner"]]
)
def test_columns_of_a_raw_table_alone(columns, flats):
    X, y = flats[0][columns], np.where(flats[1] > 900, "dear", "cheap")
    net = quick(skdense.DenseNetClassifier, {}).fit(X, y)
    feed = as_inputs(X, {"street", "district", "balcony", "owner"})
    assert_same_classes(net, run(to_onnx(net), feed), X)


def test_categories_that_are_numbers(rng):
    X = np.column_stack(
        [rng.normal(size=200), rng.randint(0, 2, 200), rng.choice([0.1, 7.5, 9], 200),
         rng.randint(100, 130, 200), np.full(200, np.nan)]
    )  # fmt: skip
    y = X[:, 0] + X[:, 1] + X[:, 2] / 9
    X[::7, 1:4] = np.nan
    net = quick(skdense.DenseNetRegressor, {"categorical_features": [1, 2, 3, 4]}).fit(X, y)
    X[::5, 1:] = 77
    outputs = run(to_onnx(net), {"X": X.astype(np.float32)})
    # the estimator is asked in float64, as to it 0.1 in float32 is not what fit saw
    np.testing.assert_allclose(outputs["variable"][:, 0], net.predict(X), atol=1e-5 * y.std())
    check(net, X, y.std(), dtype="float64")


@pytest.mark.parametrize("n_classes", [2, 3])
def test_statistics_of_many_levels(n_classes, rng):
    X = np.column_stack([rng.randint(50, size=400), rng.randint(200, size=400)]).astype(float)
    X[::9, 1] = np.nan
    net = quick(skdense.DenseNetClassifier, {"categorical_features": [0, 1], "n_estimators": 3})
    net.fit(X, (X[:, 0] % n_classes).astype(int))
    X[::5, 0] = X[::7, 1] = 1000
    X[::11] = np.nan
    assert isinstance(net.network_.layers[0], skdense.engine.Block)
    check(net, X)


def test_text_without_names(rng):
    X = np.empty((100, 2), object)
    X[:, 0], X[:, 1] = rng.normal(size=100).astype(np.float32), rng.choice(list("abc"), 100)
    net = quick(skdense.DenseNetRegressor, {"categorical_features": [1]}).fit(X, X[:, 0])
    feed = {"x0": X[:, :1].astype(np.float32), "x1": X[:, 1:]}
    assert_same_numbers(net, run(to_onnx(net, dtype="float32"), feed), X)


def days_of(column):
    """Dates as days since 1970, durations as seconds."""
    unit = np.timedelta64(1, "D" if column.dtype.kind == "M" else "s")
    epoch = np.datetime64(0, "D") if column.dtype.kind == "M" else np.timedelta64(0, "s")
    return ((column.to_numpy() - epoch) / unit)[:, None]


@pytest.mark.parametrize("has_text", [False, True])
def test_dates_and_durations_are_numbers(has_text, rng):
    hours = rng.randint(-4_000_000, 4_000_000, 400)
    when = pd.Series(np.datetime64("1970-01-01") + hours.astype("timedelta64[h]"))
    when[::7] = pd.NaT
    X = pd.DataFrame({"a": rng.normal(size=400).astype(np.float32), "when": when})
    X["lasts"] = pd.to_timedelta(rng.randint(0, 10_000, 400), unit="s")
    if has_text:
        X["day"] = when.dt.day_name().astype(object)
        X["note"] = [f"note {i}" for i in range(400)]
    y = 10.0 * (when.dt.month == 2) + (when.dt.hour > 11) + (when.dt.day_of_week == 0)
    net = quick(skdense.DenseNetRegressor, {})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="X is used without")
        net.fit(X, y)
    parts = {f"when: {part}" for part in ("year", "month", "weekday", "hour")}
    assert parts <= set(net.input_names_)
    feed = as_inputs(X.drop(columns=["when", "lasts"]), ["day", "note"])
    feed |= {name: days_of(X[name]) for name in ("when", "lasts")}
    assert_same_numbers(net, run(to_onnx(net), feed), X, y.std())
