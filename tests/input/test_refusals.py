"""What is refused, by one sentence that names the argument, and leaves the estimator as it was."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from plain import PlainClassifier, PlainRegressor
from scipy import sparse
from sklearn.exceptions import NotFittedError
from small_tables import DATES, X, Y

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
REFUSED = {
    "strings": (
        lambda: X.astype(str).astype(object) + "a",
        r"X holds text in the columns 0, 1, 2; make it a table by pandas.DataFrame\(X\), whose",
    ),
    "one name twice": (
        lambda: pd.DataFrame(X, columns=["a", "b", "a"]),
        r"X has several columns of one name \('a' 2 times\); rename",
    ),
    "infinity": (lambda: np.where(X > 2, np.inf, X), "Input X contains infinity"),
    "NaN in a sparse table": (
        lambda: sparse.csr_array(np.where(X > 2, np.nan, X)),
        "X contains NaN, which a sparse table must not contain; fill missing values",
    ),
    "infinity in a sparse table": (
        lambda: sparse.csr_array(np.where(X > 2, np.inf, X)),
        "Input X contains infinity",
    ),
    "infinity in a frame with holes": (
        lambda: pd.DataFrame(np.where(X > 2, np.inf, X)).mask(X < -2),
        "Input X contains infinity",
    ),
    "NA among objects": (
        lambda: np.array([[1], [pd.NA]] * 20, dtype=object),
        "X holds NA among objects; make them numbers by convert_dtypes",
    ),
    "an integer beyond float64": (
        lambda: pd.DataFrame({"a": [1, 10**400] * 20}, dtype=object),
        "Input X contains infinity in column 'a'; clip",
    ),
    "masked": (lambda: np.ma.masked_greater(X, 2), "X is a masked array with masked entries"),
    "complex": (lambda: X + 1j, "Complex data not supported"),
    "complex in a frame": (
        lambda: pd.DataFrame(X + 1j),
        "X holds complex numbers in column 0; give their real and imaginary parts",
    ),
    "bytes": (
        lambda: pd.DataFrame({"a": [b"a"] * 40}),
        r"X holds bytes in column 'a'; decode them to text, in pandas by .str.decode\('utf-8'\)",
    ),
    "lists": (
        lambda: pd.DataFrame({"a": [[1, 2]] * 40}),
        "X holds lists in column 'a'; give a column for each of their items, or drop the column",
    ),
    "arrays": (lambda: pd.DataFrame({"a": [np.ones(2)] * 40}), "X holds lists in column 'a'"),
    "records": (
        lambda: pl.DataFrame({"a": [{"q": 1}] * 40}),
        "X holds records in column 'a'; give a column for each of their fields, or drop",
    ),
    "a lazy table": (
        lambda: pl.LazyFrame({"a": range(40)}),
        r"X is a lazy LazyFrame; load it into memory first, for example by X.collect\(\)",
    ),
    "own text alone": (
        lambda: pd.DataFrame({"a": [f"text {i}" for i in range(40)]}),
        r"X has no column to learn from \('a' is left out: 40 texts in 40 rows\); give one",
    ),
    "date array": (lambda: np.arange(40).astype("M8[D]")[:, None], "X holds dates"),
    "durations": (lambda: np.arange(40).astype("m8[D]")[:, None], "X holds durations"),
    "no rows": (lambda: X[:0], "X has no rows; .*Found array with 0 sample"),
    "no columns": (lambda: X[:, :0], "X has no columns; .*0 feature"),
    "an empty list": (list, "X has no rows; give at least one"),
    "a frame without columns": (lambda: pd.DataFrame(index=range(40)), "X has no columns; give"),
    "one dimension": (
        lambda: X[:, 0],
        r"Expected 2D array, got 1D array instead: X has shape \(40,\). Reshape your data by",
    ),
    "Series": (lambda: pd.Series(X[:, 0]), r"X is a Series, .*; give a table .* X.to_frame\(\)"),
    "polars Series": (lambda: pl.Series(X[:, 0]), r"X is a Series, .*X.to_frame\(\)"),
    "dicts": (lambda: [{"a": 1}] * 40, "X is a list of dicts; make it .* by pandas.DataFrame"),
    "a dict": (lambda: {"a": [1] * 40}, "X is a dict; make it a table by pandas.DataFrame"),
    "a generator": (lambda: (row for row in X), "X is a generator; make it a list of rows"),
    "a set": (lambda: {1, 2}, "X is a set; make it a list of rows"),
    "three dimensions": (lambda: X[None], "Found array with dim 3"),
    "another length": (lambda: X[:30], "y has 40 rows and X has 30; give one value for each"),
    "beyond float64": (lambda: X * 1e200, "X cannot be standardized: the variance of column 0"),
    "nothing": (lambda: None, "X is None; give a table of rows and columns"),
    "digits as text": (lambda: [["1", "2"]] * 40, "X holds text in the columns 0, 1"),
    "digits as objects": (lambda: X.astype(str).astype(object), "text in the columns 0, 1, 2"),
    "digits as bytes": (lambda: X.astype("S8"), "X holds bytes in the columns 0, 1, 2; make it a"),
    "text in many columns": (
        lambda: np.full((40, 8), "x"),
        "X holds text in the columns 0, 1, 2, 3, 4 and 3 more; make it a table",
    ),
    "text": (lambda: "table.csv", "X is a str; read the table first, .* by pandas.read_csv"),
}


# scikit-learn warns of names that fit did not see; what counts here is the values
NAMES_ASIDE = pytest.mark.filterwarnings("ignore:X has feature names")


@NAMES_ASIDE
@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_refused_and_left_as_it_was(kind, method, cls, capsys):
    make, message = REFUSED[kind]
    net = cls(max_iter=3, random_state=0)
    extra = {"classes": [0, 1]} if (method, cls) == ("partial_fit", PlainClassifier) else {}
    with pytest.raises((ValueError, TypeError), match=message):
        getattr(net, method)(make(), Y, **extra)
    assert vars(net) == vars(cls(max_iter=3, random_state=0))
    net.fit(X, Y)
    before, prediction = dict(vars(net)), net.predict(X)
    with pytest.raises((ValueError, TypeError)):
        getattr(net, method)(make(), Y, **extra)
    assert dict(vars(net)) == before
    np.testing.assert_array_equal(net.predict(X), prediction)
    assert capsys.readouterr() == ("", "")


@NAMES_ASIDE
@pytest.mark.pitfall(37)
@pytest.mark.parametrize(
    "kind", [k for k in REFUSED if k not in ("another length", "beyond float64")]
)
def test_refused_when_predicting(kind):
    make, message = REFUSED[kind]
    net = PlainClassifier(max_iter=3, random_state=0).fit(X, Y)
    # the number of columns comes before what they hold
    later = "|where fit saw numbers|is expecting 3 features"
    with pytest.raises((ValueError, TypeError), match=message + later):
        net.predict(make())


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("method", ["predict", "partial_fit"])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_another_number_of_columns_is_refused(container, method):
    net = PlainRegressor(max_iter=3, random_state=0).fit(X, Y)
    before, prediction = dict(vars(net)), net.predict(X)
    for wrong in (X[:, :2], np.hstack([X, X])):
        with pytest.raises(ValueError, match=rf"{wrong.shape[1]} features, .* 3 .*; give the"):
            getattr(net, method)(container(wrong), *([Y] if method == "partial_fit" else []))
    assert dict(vars(net)) == before
    np.testing.assert_array_equal(net.predict(X), prediction)


TIMES = {
    "an array": DATES.to_numpy()[:, None],
    "an array of durations": (DATES.to_numpy() - DATES.to_numpy()[0])[:, None],
    "list of dates": [[date] for date in DATES.to_numpy()],
    "list of date objects": [[date] for date in DATES.date],
    "date objects": pd.DataFrame({"x": X[:, 0], "t": DATES.date}).to_numpy(),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", TIMES)
def test_dates_in_an_array_are_refused(kind):
    with pytest.raises(
        ValueError, match="X holds (dates|durations).* in column .*turn them into numbers"
    ):
        PlainRegressor().fit(TIMES[kind], Y)


def test_no_prediction_is_ever_nan():
    net = PlainRegressor(dtype="float32", random_state=0).fit(X, Y)
    with pytest.raises(ValueError, match=r"X is beyond the range of float32, .* or too far from"):
        net.predict([[0, 0, 0], [1e308, -1e308, 1e308]])
    rates = PlainRegressor((), loss="poisson", solver="lbfgs", random_state=0).fit(X, Y)
    with pytest.raises(ValueError, match="overflows"):
        rates.predict([[1e6, 1e6, 1e6], [-1e6, -1e6, -1e6]])


@pytest.mark.pitfall(37)
def test_predicting_with_other_columns():
    frame = pd.DataFrame(X, columns=list("abc"))
    net = PlainClassifier(max_iter=3).fit(frame, Y)
    assert net.feature_names_in_.tolist() == ["a", "b", "c"]
    for wrong, message in (
        (frame[["b", "a", "c"]], "must be in the same order as they were in fit.\nGive X"),
        (frame.rename(columns={"a": "z"}), "unseen at fit time"),
        (frame[["a", "b"]], "missing:\n- c\nGive a table that has all columns of model.feature_n"),
        (frame.assign(z="text"), "unseen at fit time:\n- z\nGive X"),
        (
            frame.assign(a="x"),
            "X holds text in column 'a', where fit saw numbers, first 'x' in row",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            net.predict(wrong)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        net.predict(X)


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function", "score"]
)
def test_methods_before_fit(method):
    arguments = (X, Y) if method == "score" else (X,)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(PlainClassifier(), method)(*arguments)
    assert not hasattr(PlainClassifier(), "coefs_")
