"""Tables as they come, through the whole of an estimator at its defaults."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skdense import DenseNetClassifier, DenseNetRegressor

QUICK = {"hidden_layer_sizes": (16,), "n_estimators": 2, "max_iter": 12, "random_state": 0}
CITIES = [f"city {i:02d}" for i in range(12)]


def table(n=400):
    """Numbers with holes, two levels, three levels, twelve levels, a constant."""
    rng = np.random.RandomState(0)
    frame = pd.DataFrame(
        {
            "age": np.where(rng.rand(n) < 0.1, np.nan, rng.normal(40, 10, n)),
            "sex": pd.Categorical(rng.choice(["f", "m"], n)),
            "class": pd.Categorical(rng.choice(["first", "second", "third"], n)),
            "city": pd.Categorical(rng.choice(CITIES, n)),
            "still": 7.0,
        }
    )
    y = 2.0 * (frame["sex"] == "m") + frame["class"].cat.codes + 0.3 * frame["city"].cat.codes
    return frame, y.to_numpy() + 0.05 * frame["age"].fillna(40).to_numpy()


# without any known category in a column of many rows
UNKNOWN = pytest.mark.filterwarnings("ignore:X has no category that fit saw")


@pytest.fixture(scope="module")
def fitted():
    X, y = table()
    settings = QUICK | {"hidden_layer_sizes": (32,), "max_iter": 48}
    return DenseNetRegressor(**settings).fit(X, y)


def test_what_categories_and_holes_say_is_learnt(fitted):
    X, y = table()
    assert fitted.score(X, y) > 0.95


def test_the_encoding_is_shown(fitted):
    np.testing.assert_array_equal(fitted.is_categorical_, [False, True, True, True, False])
    assert [len(levels) for levels in fitted.categories_] == [2, 3, 12]
    assert fitted.input_names_ == [
        "age",
        "still",
        "sex=m",
        "class=first",
        "class=second",
        "class=third",
        "age is missing",
        "city",
    ]
    assert len(fitted.input_center_) == len(fitted.input_scale_) == 7
    assert np.isinf(fitted.input_scale_[1])
    np.testing.assert_array_equal(fitted.feature_names_in_, table()[0].columns)


def without(X, kind):
    """The table with unknown or missing levels in all its columns of categories."""
    cells = {"unseen": pd.Categorical(["another"] * len(X)), "missing": [None] * len(X)}[kind]
    return X.assign(**dict.fromkeys(("sex", "class", "city"), cells))


@UNKNOWN
def test_missing_levels_are_unknown_ones_where_fit_saw_none(fitted):
    X, y = table()
    full = X[X.notna().all(axis=1)]
    net = DenseNetRegressor(**QUICK).fit(full, y[full.index])
    unseen, missing = (net.predict(without(full, kind)) for kind in ("unseen", "missing"))
    np.testing.assert_array_equal(unseen, missing)
    assert not np.allclose(unseen, net.predict(full))


@UNKNOWN
def test_missing_levels_have_a_meaning_of_their_own_where_fit_saw_some(fitted):
    X, y = table()
    y = y + 0.0
    hidden = np.arange(len(X)) % 5 == 0
    y[hidden] += 10 * y.std()
    for name in ("sex", "city"):
        holed = X.assign(**{name: X[name].where(~hidden)})
        net = DenseNetRegressor(**QUICK).fit(holed, y)
        assert net.predict(holed)[hidden].mean() > y[~hidden].max()
        unseen = net.predict(holed.assign(**{name: "another"}))
        assert unseen.mean() < net.predict(holed)[hidden].mean() - 5 * y[~hidden].std()


def test_a_constant_column_says_nothing(fitted):
    X, _ = table(20)
    np.testing.assert_array_equal(fitted.predict(X.assign(still=-1e9)), fitted.predict(X))


def test_levels_count_by_value_and_not_by_position(fitted):
    X, _ = table(20)
    other = X.assign(sex=X["sex"].cat.reorder_categories(["m", "f"]))
    np.testing.assert_array_equal(fitted.predict(other), fitted.predict(X))


def test_columns_in_another_order_are_refused(fitted):
    X, _ = table(20)
    with pytest.raises(ValueError, match="same order"):
        fitted.predict(X[X.columns[::-1]])
    with pytest.raises(ValueError, match="still"):
        fitted.predict(X.drop(columns="still"))


def test_polars_says_the_same():
    X, y = table()
    levels = pl.col("sex", "class", "city").cast(pl.Categorical)
    other = pl.DataFrame({name: X[name].tolist() for name in X}).with_columns(levels)
    networks = [DenseNetRegressor(**QUICK).fit(frame, y) for frame in (X, other)]
    np.testing.assert_array_equal(networks[0].predict(X), networks[1].predict(other))


def test_positions_say_what_dtypes_do():
    X, y = table()
    codes = X.assign(**{name: X[name].cat.codes for name in ("sex", "class", "city")})
    by_dtype = DenseNetRegressor(**QUICK).fit(X, y)
    by_position = DenseNetRegressor(**QUICK, categorical_features=[1, 2, 3])
    by_position.fit(codes.to_numpy(), y)
    np.testing.assert_array_equal(by_position.predict(codes.to_numpy()), by_dtype.predict(X))


def test_weights_count_in_the_units():
    X, y = table(60)
    weight = np.arange(60) % 3
    rows = np.repeat(np.arange(60), weight)
    weighted = DenseNetRegressor(**QUICK).fit(X, y, sample_weight=weight)
    repeated = DenseNetRegressor(**QUICK).fit(X.iloc[rows], y[rows])
    np.testing.assert_array_equal(weighted.input_center_, repeated.input_center_)
    np.testing.assert_array_equal(weighted.input_scale_, repeated.input_scale_)


@pytest.mark.whole
def test_pipelines_searches_clones_and_pickles():
    X, y = table()
    pipeline = make_pipeline(FunctionTransformer(), DenseNetClassifier(**QUICK))
    grid = {"densenetclassifier__n_estimators": [1, 2]}
    search = GridSearchCV(pipeline, grid, cv=2, n_jobs=2).fit(X, y > np.median(y))
    assert search.best_score_ > 0.8
    copy = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(copy.predict_proba(X), search.predict_proba(X))
    assert not hasattr(clone(search.best_estimator_[-1]), "networks_")


@pytest.mark.parametrize("scoring", ["neg_log_loss", "loss", None])
def test_held_out_rows_are_scored_as_numbers(scoring):
    X, y = table()
    network = DenseNetClassifier(**QUICK, scoring=scoring).fit(X, y > np.median(y))
    assert len(network.validation_scores_) == 12


@UNKNOWN
def test_a_stream_keeps_the_levels_of_its_first_batch():
    X, y = table()
    stream = DenseNetRegressor(**QUICK).partial_fit(X[:200], y[:200])
    stream.partial_fit(X[200:].assign(city=pd.Categorical(["another"] * 200)), y[200:])
    assert len(stream.categories_[2]) == 12
    assert np.isfinite(stream.predict(X)).all()


def test_a_fit_to_categories_alone():
    X, y = table()
    X = X[["sex", "class", "city"]]
    assert DenseNetRegressor(**QUICK).fit(X, y).score(X, y) > 0.5
