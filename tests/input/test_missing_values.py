"""Missing values and categories, from any table through an estimator."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from plain import PlainClassifier, PlainRegressor
from small_tables import CATEGORIES, HOLED, LETTERS, NAN, X, Y, columns

import skdense

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
ROBUST = {"feature_scaling": "robust", "input_scale": True}
RECIPES = {
    "plain": {},
    "unscaled": {"feature_scaling": None, "early_stopping": True},
    "lbfgs": {"solver": "lbfgs", "numeric_embedding": "pbld", **ROBUST},
    "adam": {"numeric_embedding": "piecewise_linear", **ROBUST},
}


@pytest.mark.pitfall(37)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("kind", [*HOLED, *CATEGORIES])
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_holes_and_categories_are_served(kind, recipe, cls):
    table = {**HOLED, **CATEGORIES}[kind]()
    net = cls(max_iter=3, random_state=0, **RECIPES[recipe])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Training ended after|L-BFGS ended")
        net.fit(table, Y, X_val=table, y_val=Y)
    prediction = net.predict(table)
    assert prediction.shape == (40,)
    assert np.isfinite(prediction).all()
    assert np.isfinite(net.validation_loss_curve_).all()
    # row by row, some without holes and categories that were there before
    rows = [net.predict(table[i : i + 1]) for i in range(4)]
    np.testing.assert_allclose(np.concatenate(rows), prediction[:4], rtol=1e-5)


@pytest.mark.parametrize("kind", [*HOLED, *CATEGORIES])
@pytest.mark.parametrize("cls", [skdense.DenseNetClassifier, skdense.DenseNetRegressor])
def test_the_defaults_serve_holes_and_categories(kind, cls):
    table = {**HOLED, **CATEGORIES}[kind]()
    prediction = cls(max_iter=2, random_state=0).fit(table, Y).predict(table)
    assert prediction.shape == (40,)
    assert np.isfinite(prediction).all()


@pytest.mark.parametrize("kind", [*HOLED, *CATEGORIES])
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_a_stream_may_have_holes_and_categories(kind, cls):
    table, net = {**HOLED, **CATEGORIES}[kind](), cls(random_state=0)
    classes = {"classes": [0, 1]} if cls is PlainClassifier else {}
    net.partial_fit(table, Y, **classes).partial_fit(table[:7], Y[:7])
    assert np.isfinite(net.predict(table)).all()


@pytest.mark.parametrize("kind", HOLED)
def test_what_is_missing_in_any_table_is_nan(kind):
    table = HOLED[kind]()
    numbers = pd.DataFrame(table) if isinstance(table, list) else table
    if hasattr(numbers, "to_numpy"):
        numbers = pd.DataFrame({i: pd.to_numeric(list(c)) for i, c in enumerate(columns(numbers))})
    # booleans are categories by "auto"
    features = None if "booleans" in kind else "auto"
    settings = {"dtype": "float64", "max_iter": 5, "random_state": 0}
    net = PlainRegressor(**settings, categorical_features=features)
    expected = net.fit(np.asarray(numbers, float), Y).predict(np.asarray(numbers, float))
    np.testing.assert_allclose(net.fit(table, Y).predict(table), expected, rtol=1e-12)


def test_a_hole_that_fit_did_not_see_counts_as_the_mean():
    net = PlainRegressor(max_iter=5, random_state=0).fit(X, Y)
    holed, filled = X.copy(), X.copy()
    holed[3:9, 1], filled[3:9, 1] = NAN, X[:, 1].mean()
    np.testing.assert_allclose(net.predict(holed), net.predict(filled), rtol=1e-9)


def test_a_hole_that_fit_saw_may_say_something():
    table = X.copy()
    table[Y == 1, 2] = NAN
    net = PlainClassifier(learning_rate_init=0.01, max_iter=100, random_state=0)
    assert net.fit(table[:, 2:], Y).score(table[:, 2:], Y) == 1


@pytest.mark.parametrize("kind", CATEGORIES)
def test_categories_are_those_of_the_cells(kind):
    table = CATEGORIES[kind]()
    net = PlainRegressor(max_iter=5, random_state=0)
    expected = net.fit(table, Y).predict(table)
    cells = [list(table[name]) for name in table.columns]
    frame = pd.DataFrame({i: pd.Series(column, dtype=object) for i, column in enumerate(cells)})
    is_category = [name != "b" for name in table.columns]
    net.set_params(categorical_features=is_category)
    np.testing.assert_array_equal(net.fit(frame, Y).predict(frame), expected)


OF_NUMBERS = ("pandas numbers", "pandas of many")


@pytest.mark.filterwarnings("ignore:X has feature names")
@pytest.mark.parametrize("kind", OF_NUMBERS)
def test_categories_of_numbers_are_served_where_fit_saw_numbers(kind):
    table = CATEGORIES[kind]()
    net = PlainRegressor(max_iter=3, random_state=0).fit(X[:, : table.shape[1]], Y)
    np.testing.assert_array_equal(net.predict(table), net.predict(np.asarray(table, float)))


@pytest.mark.filterwarnings("ignore:X has feature names")
@pytest.mark.parametrize("kind", sorted(set(CATEGORIES) - set(OF_NUMBERS)))
def test_categories_of_text_are_refused_where_fit_saw_numbers(kind):
    table = CATEGORIES[kind]()
    net = PlainRegressor(max_iter=3, random_state=0).fit(X[:, : table.shape[1]], Y)
    before = dict(vars(net))
    message = (
        r"X holds categories in column 'a', where fit saw numbers, first 'x' in row 0; turn it"
    )
    for method, arguments in (("predict", []), ("partial_fit", [Y])):
        with pytest.raises(ValueError, match=message):
            getattr(net, method)(table, *arguments)
    assert dict(vars(net)) == before


@pytest.mark.parametrize("kind", CATEGORIES)
def test_categories_are_refused_by_none(kind):
    message = "X holds categories in .*, but .*=None takes numbers only; set .*='auto', or turn"
    with pytest.raises(ValueError, match=message):
        PlainRegressor(categorical_features=None).fit(CATEGORIES[kind](), Y)


@pytest.mark.parametrize("container", [pd.Series, pl.Series])
def test_categories_that_fit_did_not_see_are_served(container):
    frame = {pd.Series: pd.DataFrame, pl.Series: pl.DataFrame}[container]
    net = PlainClassifier(max_iter=3, random_state=0)
    net.fit(frame({"a": container(LETTERS, dtype=CATEGORY[container])}), Y)
    later = frame({"a": container(["x", "new", None], dtype=CATEGORY[container])})
    proba = net.predict_proba(later)
    np.testing.assert_array_equal(proba[1], proba[2])
    assert np.isfinite(proba).all()


CATEGORY = {pd.Series: "category", pl.Series: pl.Categorical}
