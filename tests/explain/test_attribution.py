"""Contributions add up, and are what other ways of computing them find."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from scipy.stats import spearmanr

from skdense import DenseNetClassifier, DenseNetRegressor
from skdense._explain import attribution
from skdense._explain.attribution import attribute
from skdense._explain.path import link_slopes
from skdense.engine import LogLoss, Quantile

N = 400
QUICK = {"max_iter": 4, "n_estimators": 2, "random_state": 0}
SMOOTH = {
    "numeric_embedding": None,
    "feature_scaling": "standard",
    "dropout": 0.0,
    "activation": "tanh",
    "dtype": "float64",
    "early_stopping": False,
}


def mixed_table():
    """Columns of every kind, most with missing values."""
    rng = np.random.RandomState(0)
    letters = np.array(list("abcdefghijkl"))
    frame = pd.DataFrame(
        {
            "number": rng.standard_normal(N),
            "holed": np.where(rng.uniform(size=N) < 0.2, np.nan, rng.standard_normal(N)),
            "two": rng.choice(["yes", "no"], N),
            "few": rng.choice(["red", "green", "blue", None], N),
            "embedded": rng.choice(letters, N),
            "many": [f"street {i}" for i in rng.randint(40, size=N)],
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.randint(500, size=N), "D"),
            "constant": 1.0,
        }
    )
    effect = frame["number"] ** 2 + 2 * (frame["two"] == "yes") + frame["embedded"].map(ord) / 4
    return frame, (effect + frame["holed"].fillna(1) + 0.1 * rng.standard_normal(N)).to_numpy()


FRAME, Y = mixed_table()
POSITIVE = np.exp(Y / Y.std() - Y.mean() / Y.std())
CODES = np.digitize(Y, np.quantile(Y, [0.3, 0.6]))
LOSSES = ["squared_error", "absolute_error", "huber", "poisson", "gamma", "tweedie", "gaussian"]
TARGETS = {
    "binary": (CODES == 1, {}),
    "classes": (CODES, {}),
    "two classes behind a softmax": (CODES == 1, {"output_activation": "softmax"}),
    "one against the rest": (CODES, {"output_activation": "logistic"}),
    "several outputs": (np.column_stack([CODES, CODES == 1]), {}),
    "labels": (np.column_stack([CODES == 1, CODES == 2]).astype(int), {}),
    "focal": (CODES == 1, {"loss": "focal"}),
}


def assert_adds_up(explanation, prediction):
    found = explanation.base_values + explanation.values.sum(axis=1)
    prediction = np.asarray(prediction).reshape(found.shape)
    assert np.abs(found - prediction).max() < 1e-3 * prediction.std(axis=0).min()


@pytest.mark.parametrize("loss", LOSSES)
def test_contributions_add_up_to_a_prediction(loss):
    regressor = DenseNetRegressor(loss=loss, **QUICK).fit(FRAME, POSITIVE)
    prediction = regressor.predict(FRAME)
    has_log_link = loss in ("poisson", "gamma", "tweedie")
    explanation = regressor.explain(FRAME)
    assert explanation.values.shape == FRAME.shape
    assert_adds_up(explanation, np.log(prediction) if has_log_link else prediction)


@pytest.mark.parametrize("kind", TARGETS)
def test_contributions_add_up_to_the_score_of_each_class(kind):
    y, settings = TARGETS[kind]
    classifier = DenseNetClassifier(**settings, **QUICK).fit(FRAME, y)
    target = classifier._predictor.target
    if target.out_activation == "softmax":
        scores = classifier.predict_log_proba(FRAME)
        scores = np.hstack(scores) if isinstance(scores, list) else scores
    else:
        scores = classifier.decision_function(FRAME)
    assert_adds_up(classifier.explain(FRAME), scores)


def test_contributions_to_several_outputs_and_quantiles_add_up():
    both = np.column_stack([Y, -POSITIVE])
    settings = {"loss": "quantile", "quantile": [0.1, 0.5, 0.9], **QUICK}
    regressor = DenseNetRegressor(**settings).fit(FRAME, both)
    explanation = regressor.explain(FRAME)
    assert explanation.output_names[:2] == ["output 0, quantile 0.1", "output 0, quantile 0.5"]
    assert_adds_up(explanation, regressor.predict(FRAME).reshape(N, 6))


@pytest.mark.parametrize("normalization", ["batch", "layer"])
@pytest.mark.parametrize("activation", ["relu", "parametric_selu", "gelu"])
def test_contributions_add_up_through_every_layer(activation, normalization):
    layers = {"activation": activation, "normalization": normalization}
    regressor = DenseNetRegressor(**layers, **QUICK).fit(FRAME, Y)
    assert_adds_up(regressor.explain(FRAME), regressor.predict(FRAME))


def straight(value, start, end, n=200):
    """Integrated gradients of a function of rows on lines, by differences and the trapezoid."""
    found, step = np.zeros_like(end), 1e-4
    at = (np.arange(n) + 0.5) / n
    for column in range(end.shape[1]):
        move = np.zeros(end.shape[1])
        move[column] = step
        for fraction in at:
            point = start + fraction * (end - start)
            slope = (value(point + move) - value(point - move)) / (2 * step)
            found[:, column] += slope * (end - start)[:, column] / n
    return found


def paths_by_predictions(value, X, background):
    """The same on the two lines by way of the mean of the background, averaged over it."""
    mean = background.mean(axis=0)
    there = straight(value, np.broadcast_to(mean, background.shape), background)
    return straight(value, np.broadcast_to(mean, X.shape), X) - there.mean(axis=0)


@pytest.fixture
def many_points(monkeypatch):
    monkeypatch.setattr(attribution, "N_NODES", (100,))


@pytest.mark.parametrize("n_background", [1, 12])
@pytest.mark.usefixtures("many_points")
def test_a_regressor_is_explained_as_by_numerical_integration(n_background, rng):
    X = rng.standard_normal((200, 4)) * [1, 10, 0.1, 1] + [0, 5, 0, 0]
    y = X[:, 0] * X[:, 1] + np.sin(20 * X[:, 2])
    regressor = DenseNetRegressor((16, 16), n_estimators=3, max_iter=20, **SMOOTH).fit(X, y)
    found = regressor.explain(X[:30], background=X[-n_background:])
    wanted = paths_by_predictions(regressor.predict, X[:30], X[-n_background:])
    np.testing.assert_allclose(found.values, wanted, atol=0.001 * regressor.predict(X).std())


@pytest.mark.usefixtures("many_points")
def test_a_classifier_is_explained_as_by_numerical_integration(rng):
    X = rng.standard_normal((200, 3))
    settings = {"n_estimators": 1, "max_iter": 20, **SMOOTH}
    classifier = DenseNetClassifier((16,), **settings).fit(X, X[:, 0] * X[:, 1] > 0)
    found = classifier.explain(X[:30], background=X[-10:])
    wanted = paths_by_predictions(classifier.decision_function, X[:30], X[-10:])
    spread = classifier.decision_function(X).std()
    np.testing.assert_allclose(found.values, wanted, atol=0.001 * spread)


def test_contributions_to_a_linear_model_are_its_coefficients_times_the_changes(rng):
    X = rng.standard_normal((100, 3)) * [1, 5, 100]
    y = X @ [1.0, -2.0, 0.1]
    regressor = DenseNetRegressor((), **SMOOTH, max_iter=30, input_scale=False).fit(X, y)
    slopes = [regressor.predict(row[None]) - regressor.predict(X[:1] * 0) for row in np.eye(3)]
    found = regressor.explain(X, background=X)
    np.testing.assert_allclose(found.values, (X - X.mean(axis=0)) * np.ravel(slopes), atol=1e-6)
    np.testing.assert_allclose(found.base_values, regressor.predict(X).mean())


def shapley(value, X, background):
    """Exact Shapley values: columns that are not in a set have the values of the background."""
    n = X.shape[1]
    worth = {}
    for size in range(n + 1):
        for present in combinations(range(n), size):
            rows = np.repeat(X[:, None], len(background), axis=1)
            absent = [column for column in range(n) if column not in present]
            rows[:, :, absent] = background[:, absent]
            worth[present] = value(rows.reshape(-1, n)).reshape(len(X), -1).mean(axis=1)
    found = np.zeros_like(X)
    for column in range(n):
        for present in worth:
            if column not in present:
                size = len(present)
                share = factorial(size) * factorial(n - size - 1) / factorial(n)
                joined = tuple(sorted((*present, column)))
                found[:, column] += share * (worth[joined] - worth[present])
    return found


@pytest.mark.parametrize("embedding", [None, "pbld", "piecewise_linear"])
def test_contributions_are_ordered_as_exact_shapley_values(embedding, rng):
    X = rng.standard_normal((500, 5))
    y = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + 0.5 * X[:, 3]
    settings = {"numeric_embedding": embedding, "random_state": 0, "max_iter": 30}
    regressor = DenseNetRegressor((32, 32), n_estimators=2, **settings).fit(X, y)
    found = regressor.explain(X[:60], background=X[-40:]).values
    wanted = shapley(regressor.predict, X[:60], X[-40:])
    assert spearmanr(found.ravel(), wanted.ravel()).statistic > 0.9


def test_a_column_without_effect_contributes_nothing(rng):
    X = rng.standard_normal((100, 3))
    X[:, 1] = 7
    regressor = DenseNetRegressor(**QUICK).fit(X, X[:, 0])
    assert (regressor.explain(X).values[:, 1] == 0).all()
    constant = FRAME.columns.get_loc("constant")
    regressor = DenseNetRegressor(**QUICK).fit(FRAME, Y)
    assert (regressor.explain(FRAME).values[:, constant] == 0).all()


def test_a_single_row_is_compared_with_itself():
    regressor = DenseNetRegressor(**QUICK).fit(FRAME, Y)
    found = regressor.explain(FRAME[:3], background=FRAME[:1])
    assert np.abs(found.values[0]).max() < 1e-5
    np.testing.assert_allclose(found.base_values, regressor.predict(FRAME[:1])[0], rtol=1e-6)


def test_only_columns_that_differ_contribute():
    regressor = DenseNetRegressor(**QUICK).fit(FRAME, Y)
    row = FRAME[FRAME["holed"].notna()].iloc[:1]
    changed = row.assign(holed=np.nan, embedded="l", few=None)
    values = regressor.explain(changed, background=row).values[0]
    differ = FRAME.columns.isin(["holed", "embedded", "few"])
    assert (values[~differ] == 0).all()
    assert (values[differ] != 0).all()


@pytest.mark.parametrize("n_raw", [1, 3])
def test_the_slopes_of_the_link_add_up(n_raw, rng):
    loss = LogLoss().logistic() if n_raw == 1 else LogLoss().softmax((3,))
    start, ends = rng.standard_normal((4, 1, n_raw)), 3 * rng.standard_normal((4, 20, n_raw))
    slopes = link_slopes(loss, start, ends, n_raw)
    found = np.einsum("vmnr,mnr->nv", slopes, ends - start)
    np.testing.assert_allclose(found, loss.additive(ends) - loss.additive(start), atol=1e-8)


def test_the_slopes_of_quantiles_add_up(rng):
    loss = Quantile([0.1, 0.5, 0.9])
    start, ends = rng.standard_normal((2, 1, 6)), 3 * rng.standard_normal((2, 20, 6))
    found = np.einsum("vmnr,mnr->nv", link_slopes(loss, start, ends, 6), ends - start)
    np.testing.assert_allclose(found, loss.additive(ends) - loss.additive(start), atol=1e-8)


def test_log_odds_are_those_of_the_mean_probability():
    y = CODES == 1
    classifier = DenseNetClassifier(**QUICK).fit(FRAME, y)
    found = classifier.explain(FRAME, background=FRAME)
    wanted = logit(classifier.predict_proba(FRAME)[:, 1].astype(float)).mean()
    np.testing.assert_allclose(found.base_values, wanted, rtol=1e-4)


def test_integrals_that_are_far_off_are_warned_of(monkeypatch):
    regressor = DenseNetRegressor(activation="relu", **QUICK).fit(FRAME, Y)
    predictor = regressor._predictor
    read = predictor.background
    monkeypatch.setattr(attribution, "N_NODES", (1,))
    with pytest.warns(UserWarning, match="integrals are off by up to .* with 1 points"):
        found = attribute(predictor, read, read, FRAME.shape[1])
    assert np.isfinite(found.values).all()


def test_rows_that_are_far_off_get_more_points(monkeypatch, rng):
    X = rng.standard_normal((300, 3))
    regressor = DenseNetRegressor(**QUICK).fit(X, X[:, 0] * X[:, 1])
    exact = attribute(regressor._predictor, X, X[:50], 3).values
    monkeypatch.setattr(attribution, "N_NODES", (108,))
    many = attribute(regressor._predictor, X, X[:50], 3).values
    assert np.abs(exact - many).max() < 0.02 * regressor.predict(X).std()


def test_chunks_and_threads_change_nothing_but_roundings(monkeypatch):
    regressor = DenseNetRegressor(**QUICK).fit(FRAME, Y)
    whole = regressor.explain(FRAME).values
    monkeypatch.setattr(attribution, "CHUNK", 32)
    monkeypatch.setattr(attribution, "n_threads", lambda: 2)
    np.testing.assert_allclose(regressor.explain(FRAME).values, whole, atol=1e-4 * Y.std())
