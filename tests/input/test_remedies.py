"""What each refusal of a table tells users to do works: its code is pasted, its words followed."""

import ast
import traceback
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pandas
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch
from skrub import StringEncoder, TableVectorizer

import skdense
from skdense import DenseNetRegressor
from skdense._table.choice import selected

PACKAGE = Path(skdense.__file__).parent
Y = np.arange(4.0)
N = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0], [6.0, 9.0]])
NUMBERS = pd.DataFrame(N, columns=["n", "m"])
TEXT = NUMBERS.assign(c=list("abab"))
DATES = pd.DataFrame({"t": pd.date_range("2020", periods=4, freq="MS")})
IN_BERLIN = DATES.assign(t=DATES["t"].dt.tz_localize("Europe/Berlin"))
SPANS = pd.DataFrame({"t": pd.to_timedelta([1, 2, 3, 4], unit="h")})
OBJECTS = np.array([[1, "a"], [2, "b"], [3, "a"], [4, "b"]], object)
LISTS = NUMBERS.assign(c=[[1, 2]] * 4)
OWN = pd.DataFrame({"id": [f"text {i}" for i in range(40)]})


def network(features="auto"):
    return DenseNetRegressor(
        (2,), solver="lbfgs", n_estimators=1, random_state=0, categorical_features=features
    )


def drop(*names):
    return lambda X, message, model: X.drop(columns=list(names))


def give(X):
    return lambda _, message, model: X


def paste(X, code, model):
    """The value of what the message says."""
    return eval(code, {"X": X, "model": model, "pandas": pandas, "np": np, "numpy": np})


def set_features(value):
    return lambda X, message, model: (model.set_params(categorical_features=value), X)[1]


def with_columns(**columns):
    return lambda X, message, model: X.assign(**columns)


def reader():
    return pd.read_csv(StringIO("a\n1\n2\n3\n4"), chunksize=2)


# Of tables that are given to fit: categorical_features, X, what the message says, what to do.
FIT = {
    "bytes": (
        "auto",
        TEXT.assign(c=[b"a", b"b"] * 2),
        "by .str.decode",
        with_columns(c=lambda X: X["c"].str.decode("utf-8")),
    ),
    "lists": ("auto", LISTS, "a column for each of their items, or drop", drop("c")),
    "lists, a column for each": (
        "auto",
        LISTS,
        "items",
        lambda X, m, e: X.drop(columns="c").join(pd.DataFrame(X["c"].tolist()).add_prefix("c")),
    ),
    "records": (
        "auto",
        TEXT.assign(c=[{"q": i} for i in range(4)]),
        "each of their fields, or drop",
        drop("c"),
    ),
    "records, a column for each": (
        "auto",
        pl.DataFrame({"c": [{"q": i, "r": 1} for i in range(4)]}),
        "fields",
        lambda X, m, e: X.unnest("c"),
    ),
    "complex": (
        "auto",
        NUMBERS.assign(c=[1j, 2, 3, 4]),
        "real and imaginary parts as two",
        lambda X, m, e: X.assign(c=np.real(X["c"]), d=np.imag(X["c"])),
    ),
    "from_dtype": (
        "from_dtype",
        TEXT,
        "set categorical_features='auto', or turn",
        set_features("auto"),
    ),
    "None": (
        None,
        TEXT.astype({"c": "category"}),
        "set categorical_features='auto'",
        set_features("auto"),
    ),
    "one name twice": (
        "auto",
        pd.DataFrame(N, columns=["a", "a"]),
        "rename all but one",
        lambda X, m, e: X.set_axis(["a", "b"], axis=1),
    ),
    "lazy": ("auto", pl.LazyFrame({"a": Y}), "X.collect()", paste),
    "own text": (
        "auto",
        OWN,
        "name those that are categories in categorical_features",
        set_features(["id"]),
    ),
    "own text into numbers": (
        "auto",
        OWN,
        "or turn text into numbers first",
        with_columns(id=lambda X: X["id"].str.len()),
    ),
    "a category that has no text": (
        ["c"],
        TEXT.assign(c=[object()] * 4),
        "turn them into text or num",
        with_columns(c=list("abab")),
    ),
    "a category that cannot be one": (
        ["c"],
        LISTS,
        "turn them into text, or drop",
        with_columns(c=lambda X: X["c"].astype(str)),
    ),
    "zones of some": (
        "auto",
        pd.DataFrame({"t": pd.Series([*DATES["t"][:2], *IN_BERLIN["t"][2:]], dtype=object)}),
        "give all of them one, or none",
        give(IN_BERLIN),
    ),
    "text in an array": ("auto", OBJECTS, "pandas.DataFrame(X)", paste),
    "text in a list": ("auto", OBJECTS.tolist(), "pandas.DataFrame(X)", paste),
    "text in an array of text": ("auto", OBJECTS.astype(str), "pandas.DataFrame(X)", paste),
    "bytes in an array": (
        "auto",
        OBJECTS.astype("S2"),
        "pandas.DataFrame(numpy.array(X).astype(str))",
        paste,
    ),
    "bytes in objects": (
        "auto",
        OBJECTS.astype("S2").astype(object),
        "pandas.DataFrame(numpy.array(X).astype(str))",
        paste,
    ),
    "bytes in a list": (
        "auto",
        [[1, b"a"]] * 4,
        "pandas.DataFrame(numpy.array(X).astype(str))",
        paste,
    ),
    "text of a transformer": (
        "auto",
        make_column_transformer((SimpleImputer(), ["n"]), remainder="passthrough").fit_transform(
            TEXT
        ),
        "set_output(transform='pandas')",
        lambda X, m, e: (
            make_column_transformer((SimpleImputer(), ["n"]), remainder="passthrough")
            .set_output(transform="pandas")
            .fit_transform(TEXT)
        ),
    ),
    "dates in objects": ("auto", DATES.astype(object).to_numpy(), "pandas.DataFrame(X)", paste),
    "durations in objects": (
        "auto",
        np.array([[timedelta(i)] for i in range(4)]),
        "pandas.DataFrame(X)",
        paste,
    ),
    "dates in an array": (
        "auto",
        DATES.to_numpy(),
        "turn them into numbers",
        lambda X, m, e: X.astype("M8[Y]").astype(int),
    ),
    "the other column of an array": (
        [0],
        OBJECTS,
        "give its position in categorical_features",
        set_features([0, 1]),
    ),
    "the other column, as a table": ([0], OBJECTS, "pandas.DataFrame(X)", paste),
    "a name alone": ("c", TEXT, "did you mean ['c']?", set_features(["c"])),
    "floats as a parameter": ([1.5], TEXT, "a list of column names, positions", set_features([0])),
    "another mask": ([True], TEXT, "give one for each column", set_features([False, False, True])),
    "names of an array": (["c"], N, "give positions", set_features([0])),
    "names of an array, as a table": (
        ["c"],
        OBJECTS,
        "make X a DataFrame",
        lambda X, m, e: pd.DataFrame(X, columns=["n", "c"]),
    ),
    "an unknown name": (
        ["d"],
        TEXT,
        "give some of its columns ['n', 'm', 'c']",
        set_features(["n", "m", "c"]),
    ),
    "another position": (
        [9],
        TEXT,
        "numbered 0 to 2; give positions in this range",
        set_features([0, 2]),
    ),
    "a sparse table": ([0], sparse.csr_array(N), "give a dense one", lambda X, m, e: X.toarray()),
    "a sparse table and None": (
        [0],
        sparse.csr_array(N),
        "set categorical_features=None and fit",
        set_features(None),
    ),
    "NaN in a sparse table": (
        "auto",
        sparse.csr_array(np.where(N > 8, np.nan, N)),
        "by SimpleImputer",
        lambda X, m, e: SimpleImputer().fit_transform(X),
    ),
    "infinity": (
        "auto",
        np.where(N > 8, np.inf, N),
        "clip such numbers",
        lambda X, m, e: np.clip(X, -1e9, 1e9),
    ),
    "an integer beyond float64": (
        "auto",
        NUMBERS.astype(object).assign(m=10**400),
        "clip such",
        with_columns(m=lambda X: X["m"].clip(upper=10**9)),
    ),
    "masked": (
        "auto",
        np.ma.masked_greater(N, 8),
        "fill or drop them",
        lambda X, m, e: X.filled(0),
    ),
    "a dict of columns": ("auto", {"a": Y.tolist()}, "pandas.DataFrame(X)", paste),
    "a list of dicts": ("auto", [{"a": y} for y in Y], "pandas.DataFrame(X)", paste),
    "a Series": ("auto", pd.Series(Y, name="a"), "X.to_frame()", paste),
    "a Series of polars": ("auto", pl.Series("a", Y), "X.to_frame()", paste),
    "one dimension": ("auto", Y, "np.reshape(X, (-1, 1))", paste),
    "a range": ("auto", range(4), "np.reshape(X, (-1, 1))", paste),
    "a column of Arrow": ("auto", pa.array(Y), "np.reshape(X, (-1, 1))", paste),
    "a structured array": (
        "auto",
        TEXT.to_records(index=False),
        "pandas.DataFrame(numpy.atleast_1d(X))",
        paste,
    ),
    "what is no table": ("auto", NUMBERS.style, "such as a pandas.DataFrame", give(NUMBERS)),
    "a reader of parts": ("auto", reader, "X.read()", paste),
    "a dict of tables": ("auto", Bunch(data=TEXT, target=Y), "X['data']", paste),
    "three dimensions": (
        "auto",
        N[None],
        "give a table of rows and columns",
        lambda X, m, e: X[0],
    ),
    "no rows": ("auto", N[:0], "give at least one", give(N)),
    "an empty list": ("auto", [], "give at least one", give(N)),
    "no columns": ("auto", N[:, :0], "give at least one", give(N)),
    "None for a table": ("auto", None, "give a table of rows and columns", give(N)),
    "a file's name": ("auto", "table.csv", "by pandas.read_csv", give(TEXT)),
    "a generator": (
        "auto",
        (row for row in N.tolist()),
        "make it a list of rows",
        lambda X, m, e: list(X),
    ),
    "names of which some are text": (
        "auto",
        pd.DataFrame(N, columns=[0, "b"]),
        "X.columns = X.columns.astype(str)",
        lambda X, m, e: X.set_axis(X.columns.astype(str), axis=1),
    ),
    "text in objects of an array": (
        "auto",
        np.array([[{}]] * 4),
        "encode its columns first",
        lambda X, m, e: np.arange(4.0)[:, None],
    ),
}
# Of tables that are given to predict: the first table, X, what the message says, what to do.
PREDICT = {
    "text for numbers": (
        NUMBERS,
        NUMBERS.assign(m="x"),
        "turn it into a number or None",
        with_columns(m=None),
    ),
    "some text for numbers": (
        NUMBERS,
        NUMBERS.assign(m=["1", "x", None, "2"]),
        "pandas.to_numeric(X['m'], errors='coerce')",
        lambda X, code, e: X.assign(m=paste(X, code, e)),
    ),
    "a number for text": (
        NUMBERS,
        NUMBERS.assign(m="3,5"),
        "turn it into a number",
        with_columns(m=lambda X: X["m"].str.replace(",", ".")),
    ),
    "dates for numbers": (
        NUMBERS,
        NUMBERS.assign(m=date(2020, 1, 1)),
        "turn them into numbers",
        with_columns(m=5),
    ),
    "numbers for dates": (
        DATES,
        DATES.assign(t=5),
        "give dates, or ISO text such as '2024-12-31'",
        with_columns(t="2024-12-31"),
    ),
    "text for dates": (
        DATES,
        DATES.assign(t="x"),
        "ISO text such as '2024-12-31', or None",
        with_columns(t=None),
    ),
    "numbers among dates": (
        DATES,
        DATES.assign(t=[1, *["2020-01-01"] * 3]),
        "give dates, ISO text",
        with_columns(t="2024-12-31"),
    ),
    "numbers for durations": (
        SPANS,
        SPANS.assign(t=5.0),
        "give durations or",
        with_columns(t=lambda X: pd.to_timedelta(X["t"], unit="s")),
    ),
    "text for durations": (
        SPANS,
        SPANS.assign(t="noon"),
        "text such as '12:30:00', or None",
        with_columns(t=["12:30:00", None, "12:30:00", None]),
    ),
    "a zone": (
        DATES,
        IN_BERLIN,
        "X['t'] = pandas.to_datetime(X['t']).dt.tz_localize(None)",
        with_columns(t=lambda X: pandas.to_datetime(X["t"]).dt.tz_localize(None)),
    ),
    "no zone": (
        IN_BERLIN,
        DATES,
        "X['t'] = pandas.to_datetime(X['t']).dt.tz_localize('Europe/Berlin')",
        with_columns(t=lambda X: pandas.to_datetime(X["t"]).dt.tz_localize("Europe/Berlin")),
    ),
    "lists for categories": (
        TEXT,
        LISTS,
        "turn them into text, or drop",
        with_columns(c=lambda X: X["c"].astype(str)),
    ),
    "objects for categories": (
        TEXT,
        TEXT.assign(c=[object()] * 4),
        "turn them into text",
        with_columns(c="a"),
    ),
    "other columns": (TEXT, TEXT.assign(z=1), "X[list(model.feature_names_in_)]", paste),
    "another order": (TEXT, TEXT[["c", "m", "n"]], "X[list(model.feature_names_in_)]", paste),
    "a column that lacks": (
        TEXT,
        TEXT[["n", "m"]],
        "has all columns of model.feature_names_in_",
        with_columns(c="a"),
    ),
    "fewer columns of an array": (
        N,
        N[:, :1],
        "give the columns that fit had, in their order",
        give(N),
    ),
    "a sparse table": (
        pd.DataFrame(OBJECTS),
        sparse.csr_array(N),
        "give a dense one",
        lambda X, m, e: X.toarray(),
    ),
    "a record that lacks a value": (
        TEXT,
        {"n": 1, "m": 2},
        "None where it is missing",
        lambda X, m, e: {**X, "c": None},
    ),
    "a record of too many values": (
        TEXT,
        {**dict.fromkeys("nmcz", 1)},
        "give those of model",
        lambda X, m, e: {name: X[name] for name in e.feature_names_in_},
    ),
    "a record of lists and values": (
        TEXT,
        {"n": [1, 2], "m": 1, "c": "a"},
        "a single value, or a list",
        lambda X, m, e: {**X, "n": 1},
    ),
    "a record without names": (
        N,
        {"n": 1, "m": 2},
        "pandas.DataFrame([X])",
        lambda X, code, e: paste(X, code, e).to_numpy(),
    ),
    "one row": (N, N[0], "np.reshape(X, (1, -1))", paste),
    "a row as a Series": (
        N,
        NUMBERS.iloc[0],
        "X.to_frame().T",
        lambda X, code, e: paste(X, code, e).to_numpy(),
    ),
    "a row that lacks a value": (
        TEXT,
        TEXT.iloc[0][["n", "c"]],
        "X has no value for 'm'; give one for each of model.feature_names_in_",
        give(TEXT.iloc[0]),
    ),
    "a row of another name": (
        TEXT,
        TEXT.iloc[0].rename({"c": "d"}),
        "X has no value for 'c'",
        lambda X, m, e: X.rename({"d": "c"}),
    ),
    "a dict of dicts": (
        TEXT,
        TEXT.to_dict(),
        "X.to_dict('records')",
        lambda X, m, e: TEXT.to_dict("records"),
    ),
    "a structured row": (
        TEXT,
        TEXT.to_records(index=False)[0],
        "pandas.DataFrame(numpy.atleast_1d(X))",
        paste,
    ),
}


def refused(call):
    """The message of a refusal, and the lines of the package that it came through."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    lines, error = set(), caught.value
    while error is not None:
        lines |= {(f.filename, f.lineno) for f in traceback.extract_tb(error.__traceback__)}
        error = error.__cause__
    return str(caught.value), lines


def try_fit(kind):
    features, X, says, remedy = FIT[kind]
    model = network(features)
    # what is read once is made for each try
    X = (row for row in N.tolist()) if kind == "a generator" else X
    X = X() if X is reader else X
    message, lines = refused(lambda: model.fit(X, Y))
    assert says in message
    mended = remedy(X, says, model)
    y = np.arange(mended.shape[0] if hasattr(mended, "shape") else len(mended))
    assert np.isfinite(model.fit(mended, y).predict(mended)).all()
    return lines


def try_predict(kind):
    first, X, says, remedy = PREDICT[kind]
    model = network().fit(first, Y)
    message, lines = refused(lambda: model.predict(X))
    assert says in message
    assert np.isfinite(model.predict(remedy(X, says, model))).all()
    return lines


@pytest.mark.parametrize("kind", FIT)
def test_what_fit_tells_to_do_works(kind):
    assert try_fit(kind)


@pytest.mark.parametrize("kind", PREDICT)
def test_what_predict_tells_to_do_works(kind):
    assert try_predict(kind)


# Checked elsewhere: y and weights, which are no tables.
NO_TABLES = {"target.py", "values.py", "weights.py", "rows.py"}
OF_Y = {"check_is_vector", "refuse_missing", "clear_errors", "iso", "_parts", "_moment"}


def raises():
    """Where the package raises an error: the file, and the first and the last line."""
    for folder in ("_table", "_input"):
        for path in (PACKAGE / folder).rglob("*.py"):
            functions = [
                n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)
            ]
            for function in functions:
                if path.name in NO_TABLES or function.name in OF_Y:
                    continue
                for node in ast.walk(function):
                    if isinstance(node, ast.Raise):
                        yield str(path), node.lineno, node.end_lineno


def test_every_refusal_of_a_table_is_tried():
    tried = set().union(*map(try_fit, FIT), *map(try_predict, PREDICT))
    tried |= refused(lambda: selected(3, None, 1))[1]  # parameters are checked before
    left = [
        f"{Path(path).name}:{first}"
        for path, first, last in raises()
        if not any(name == path and first <= line <= last for name, line in tried)
    ]
    assert left == []


WORDS = [f"{a} {b} {c}" for a in ("red", "blue", "old") for b in "abcdefg" for c in ("car", "bus")]
ENCODER = StringEncoder(n_components=8, random_state=0)
BEFORE = {
    "skrub.StringEncoder": make_column_transformer((ENCODER, "text"), remainder="passthrough"),
    "skrub.TableVectorizer": TableVectorizer(high_cardinality=ENCODER),
}


@pytest.mark.filterwarnings("ignore:L-BFGS ended")
@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("encoder", BEFORE)
def test_own_text_is_served_behind_skrub(encoder, library):
    X = library({"x": np.arange(42.0), "text": WORDS})
    y = [text.startswith("red") + 0.0 for text in WORDS]
    with pytest.warns(UserWarning, match="X is used without 'text'") as caught:
        network().fit(X, y)
    assert any(encoder in str(warning.message) for warning in caught)
    pipeline = make_pipeline(BEFORE[encoder], network()).fit(X, y)
    assert pipeline.score(X, y) > 0.9
    assert pipeline[-1].n_features_in_ == 9
