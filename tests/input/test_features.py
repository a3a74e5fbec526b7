"""What a table may be: served, or refused by one sentence that names the argument."""

import warnings

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from plain import PlainClassifier, PlainRegressor
from scipy import sparse
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

import skdense

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.RandomState(0)
X = RNG.standard_normal((40, 3))
Y = (X[:, 0] > 0).astype(int)
SPARSE = X * (RNG.uniform(size=X.shape) < 0.5)
FORMATS = ("csr", "csc", "coo", "bsr", "dia", "dok", "lil")


def with_int64_indices(matrix):
    matrix = sparse.csr_array(matrix)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int64), matrix.indptr.astype(np.int64)
    return matrix


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


SERVED = {
    "list": lambda: X.tolist(),
    "Fortran order": lambda: np.asfortranarray(X),
    "read-only": lambda: read_only(X),
    "negative strides": lambda: X[::-1, ::-1][::-1, ::-1],
    "zero strides": lambda: np.broadcast_to(X[:1], X.shape),
    "big-endian": lambda: X.astype(">f8"),
    "float16": lambda: X.astype(np.float16),
    "float32": lambda: X.astype(np.float32),
    "longdouble": lambda: X.astype(np.longdouble),
    "bool": lambda: X > 0,
    "int8": lambda: (X * 10).astype(np.int8),
    "big-endian integers": lambda: np.abs(X * 10).astype(">u2"),
    "uint64": lambda: np.abs(X * 10).astype(np.uint64),
    "object of numbers": lambda: X.astype(object),
    "masked without masked entries": lambda: np.ma.masked_array(X, mask=False),
    "frame": lambda: pd.DataFrame(X, columns=list("abc")),
    "frame of mixed types": lambda: pd.DataFrame(X, columns=list("abc")).assign(d=Y, e=Y > 0),
    "frame of nullable types": lambda: pd.DataFrame(X).convert_dtypes(),
    "polars": lambda: pl.DataFrame(X, schema=list("abc")),
    "constant columns": lambda: X * [1, 0, 0] + [0, 1e-30, 1e30],
    "1e-30": lambda: X * 1e-30,
    "1e25": lambda: X * 1e25,
    "1e25 in float32, 1e-3 beside it": lambda: (X * [1e15, 1e-3, 1]).astype(np.float32),
    "one feature": lambda: X[:, :1],
    **{f"sparse {f} matrix": lambda f=f: getattr(sparse, f"{f}_matrix")(SPARSE) for f in FORMATS},
    **{f"sparse {f} array": lambda f=f: getattr(sparse, f"{f}_array")(SPARSE) for f in FORMATS},
    "sparse with int64 indices": lambda: with_int64_indices(SPARSE),
    "sparse without entries": lambda: sparse.csr_array((40, 3)),
    "sparse float32": lambda: sparse.csr_array(SPARSE.astype(np.float32)),
    "sparse integers": lambda: sparse.csr_array((SPARSE * 10).astype(int)),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", SERVED)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_served(kind, cls):
    table = SERVED[kind]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="Training ended after max_iter")
        net = cls(max_iter=3, random_state=0).fit(table, Y)
        assert np.isfinite(net.predict(table)).all()
        for settings in ({"early_stopping": True}, {"solver": "lbfgs"}, {"feature_scaling": None}):
            if kind not in ("1e25", "constant columns", "1e25 in float32, 1e-3 beside it"):
                with warnings.catch_warnings():
                    warnings.filterwarnings("ignore", message="L-BFGS ended")
                    net = cls(max_iter=3, random_state=0, **settings).fit(table, Y)
                assert np.isfinite(net.predict(table)).all()


def plain(table):
    """The same numbers in float64, dense or CSR."""
    is_sparse = sparse.issparse(table)
    return sparse.csr_array(table).astype(float) if is_sparse else np.asarray(table, float)


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", SERVED)
def test_a_table_of_any_kind_predicts_as_plain_float64(kind):
    table = SERVED[kind]()
    net = PlainRegressor(dtype="float64", max_iter=5, random_state=0)
    expected = net.fit(plain(table), Y).predict(plain(table))
    np.testing.assert_allclose(net.fit(table, Y).predict(table), expected, rtol=1e-12)


VECTORS = {
    "list": lambda v: v.tolist(),
    "read-only": read_only,
    "negative strides": lambda v: v[::-1].copy()[::-1],
    "zero strides": lambda v: np.broadcast_to(v[1], v.shape),
    "big-endian": lambda v: v.astype(">f8"),
    "big-endian integers": lambda v: v.astype(">i2"),
    "float16": lambda v: v.astype(np.float16),
    "longdouble": lambda v: v.astype(np.longdouble),
    "bool": lambda v: v > 1,
    "uint8": lambda v: v.astype(np.uint8),
    "object of numbers": lambda v: v.astype(object),
    "masked without masked entries": lambda v: np.ma.masked_array(v, mask=False),
    "pandas with its own index": lambda v: pd.Series(v, index=range(900, 940)),
    "pandas nullable integers": lambda v: pd.Series(v, dtype="Int64"),
    "pandas nullable floats": lambda v: pd.Series(v, dtype="Float32"),
    "polars": pl.Series,
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", VECTORS)
def test_a_target_and_weights_of_any_kind_train_as_plain_float64(kind):
    vector = VECTORS[kind](1 + np.arange(40) % 3)
    net = PlainRegressor(max_iter=5, random_state=0)
    expected = net.fit(X, plain(vector), plain(vector)).predict(X)
    np.testing.assert_allclose(net.fit(X, vector, vector).predict(X), expected, rtol=1e-12)


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("unit", [1e-150, 1e-30, 1e25, 1e150])
def test_a_target_of_any_scale_is_served(unit):
    net = PlainRegressor(solver="lbfgs", random_state=0).fit(X, X[:, 0] * unit)
    assert net.score(X, X[:, 0] * unit) > 0.99


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_sparse_equals_dense_where_nothing_is_centred(solver):
    net = PlainClassifier(solver=solver, feature_scaling=None, max_iter=10, random_state=0)
    dense = net.fit(SPARSE, Y).predict_proba(SPARSE)
    mixed = net.predict_proba(sparse.csc_matrix(SPARSE))
    fitted_sparse = net.fit(sparse.csr_array(SPARSE), Y).predict_proba(SPARSE)
    np.testing.assert_allclose(mixed, dense, rtol=1e-12)
    np.testing.assert_allclose(fitted_sparse, dense, rtol=1e-9)


@pytest.mark.pitfall(37)
def test_one_row():
    for cls in (PlainClassifier, PlainRegressor):
        assert cls(max_iter=3).fit(X[:1], Y[:1]).predict(X[:1]).shape == (1,)


@pytest.mark.pitfall(32, 37)
def test_memory_mapped_tables_are_served(tmp_path):
    joblib.dump((X, Y), tmp_path / "data")
    mapped_X, mapped_y = joblib.load(tmp_path / "data", mmap_mode="r")
    net = PlainClassifier(max_iter=3, random_state=0)
    expected = net.fit(X, Y).predict_proba(X)
    np.testing.assert_array_equal(net.fit(mapped_X, mapped_y).predict_proba(mapped_X), expected)
    net.partial_fit(mapped_X, mapped_y)


REFUSED = {
    "strings": (
        lambda: X.astype(str).astype(object) + "a",
        "X holds text in the columns 0, 1, 2: to make them categories, give the positions in cat",
    ),
    "one name twice": (
        lambda: pd.DataFrame(X, columns=["a", "b", "a"]),
        "X has several columns named 'a'; rename",
    ),
    "infinity": (lambda: np.where(X > 2, np.inf, X), "Input X contains infinity"),
    "NaN in a sparse table": (
        lambda: sparse.csr_array(np.where(X > 2, np.nan, X)),
        "X contains NaN, which a sparse table must not; fill the holes",
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
        lambda: pd.DataFrame({"a": [1, pd.NA] * 20}, dtype=object),
        "X holds NA among objects; make them numbers by convert_dtypes",
    ),
    "masked": (lambda: np.ma.masked_greater(X, 2), "X is a masked array with masked entries"),
    "complex": (lambda: X + 1j, "Complex data not supported"),
    "dates": (lambda: pd.DataFrame({"day": pd.date_range("2020", periods=40)}), "X holds dates"),
    "date array": (lambda: np.arange(40).astype("M8[D]")[:, None], "X holds dates"),
    "durations": (lambda: np.arange(40).astype("m8[D]")[:, None], "X holds dates or durations"),
    "no rows": (lambda: X[:0], "X has no rows; .*Found array with 0 sample"),
    "no columns": (lambda: X[:, :0], "X has no columns; .*0 feature"),
    "an empty list": (list, "X has no rows; give at least one"),
    "a frame without columns": (lambda: pd.DataFrame(index=range(40)), "X has no columns; give"),
    "one dimension": (
        lambda: X[:, 0],
        r"Expected 2D array, got 1D array instead: X has the shape \(40,\). Reshape your data by",
    ),
    "Series": (lambda: pd.Series(X[:, 0]), r"X is a Series, .*; give a table .*, X.to_frame\(\)"),
    "polars Series": (lambda: pl.Series(X[:, 0]), r"X is a Series, .*X.to_frame\(\)"),
    "dicts": (lambda: [{"a": 1}] * 40, "X is a list of dicts; make it .* by pandas.DataFrame"),
    "a dict": (lambda: {"a": [1] * 40}, "X is a dict; make it a table by pandas.DataFrame"),
    "a generator": (lambda: (row for row in X), "X is a generator; make it a list of rows"),
    "a set": (lambda: {1, 2}, "X is a set; make it a list of rows"),
    "three dimensions": (lambda: X[None], "Found array with dim 3"),
    "another length": (lambda: X[:30], "y has 40 rows and X has 30; give one for each"),
    "beyond float64": (lambda: X * 1e200, "X cannot be standardized: the variance of column 0"),
    "nothing": (lambda: None, "X is None; give a table of rows and columns"),
    "digits as text": (lambda: [["1", "2"]] * 40, "X holds text in the columns 0, 1"),
    "digits as objects": (lambda: X.astype(str).astype(object), "text in the columns 0, 1, 2"),
    "digits as bytes": (lambda: X.astype("S8"), "X holds text in the columns 0, 1, 2"),
    "text in many columns": (
        lambda: pd.DataFrame({f"c{i}": ["x"] * 40 for i in range(8)}),
        r"text in 8 columns, first 'c0', 'c1', 'c2', 'c3', 'c4'",
    ),
    "pandas strings": (
        lambda: pd.DataFrame({"a": list("12") * 20}),
        "X holds text in column 'a'",
    ),
    "polars strings": (
        lambda: pl.DataFrame({"a": list("12") * 20}),
        "X holds text in column 'a'",
    ),
    "text": (lambda: "table.csv", "X is a str; read the table first, .* by pandas.read_csv"),
}


@pytest.mark.parametrize(
    ("frame", "dtypes"),
    [
        (pd.DataFrame, r"X.astype\(\{'a': 'category', 'b': 'category'\}\)"),
        (pl.DataFrame, r"X.cast\(\{'a': pl.Categorical, 'b': pl.Categorical\}\)"),
    ],
)
def test_every_column_of_text_is_named(frame, dtypes):
    table = frame({"a": list("xy") * 20, "n": range(40), "b": list("12") * 20})
    message = f"X holds text in the columns 'a', 'b': make them categories by {dtypes}"
    with pytest.raises(ValueError, match=message):
        PlainRegressor().fit(table, Y)


HOLED_TARGETS = {
    "floats": lambda y: np.where(y == "?", np.nan, 1.0),
    "nullable": lambda y: pd.Series(Y, dtype="Int64").mask(y == "?"),
    "strings": lambda y: pd.Series(y, dtype="string").mask(y == "?"),
    "NA among objects": lambda y: np.where(y == "?", pd.NA, y),
    "None among objects": lambda y: np.where(y == "?", None, y),
    "NaN among objects": lambda y: np.where(y == "?", np.nan, y),
    "categories": lambda y: pd.Categorical(np.where(y == "?", None, y)),
    "list of numbers": lambda y: [None if label == "?" else 1 for label in y],
    "list of text": lambda y: [None if label == "?" else label for label in y],
    "list of text and NaN": lambda y: [np.nan if label == "?" else label for label in y],
    "two columns": lambda y: np.where(np.arange(80).reshape(40, 2) % 32 == 11, np.nan, 1.0),
    "polars": lambda y: pl.Series([None if label == "?" else label for label in y]),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", HOLED_TARGETS)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_a_target_with_holes_is_refused(kind, cls):
    y = np.array(list("abab?aba?babab?b") + list("ab") * 12, dtype=object)
    y = HOLED_TARGETS[kind](y)
    message = r"Input y contains NaN: [23] missing values, the first in row [45]; drop these rows"
    with pytest.raises(ValueError, match=message):
        cls().fit(X, y)


LETTERS, NAN = list("xyxz") * 10, np.nan
NO_NUMBERS = pd.array([pd.NA] * 40, dtype="Int64")
HOLED = {
    "NaN": lambda: np.where(X > 1, NAN, X),
    "NaN in float32": lambda: np.where(X > 1, NAN, X).astype(np.float32),
    "NaN in a list": lambda: np.where(X > 1, NAN, X).tolist(),
    "NaN in a frame": lambda: pd.DataFrame(np.where(X > 1, NAN, X)),
    "pandas NA": lambda: pd.DataFrame(X).convert_dtypes().mask(X > 1),
    "pandas NA integers": lambda: pd.DataFrame({"a": pd.array([1, 2, pd.NA, 4] * 10)}),
    "pandas NA truth values": lambda: pd.DataFrame({"a": [True, pd.NA] * 20}, dtype="boolean"),
    "polars null": lambda: pl.DataFrame({"a": [1, None, 3, 5] * 10, "b": X[:, 0]}),
    "polars null truth values": lambda: pl.DataFrame({"a": [True, None, False, True] * 10}),
    "objects with None": lambda: [[1, None], [2, 3]] * 20,
    "objects with NaN": lambda: np.where(X > 1, NAN, X).astype(object),
    "a column of holes alone": lambda: np.column_stack([X, np.full(40, NAN)]),
    "a column of NA alone": lambda: pd.DataFrame({"a": X[:, 0], "b": NO_NUMBERS}),
    "holes alone": lambda: np.full((40, 2), NAN),
}
CATEGORIES = {
    "pandas": lambda: pd.DataFrame({"a": LETTERS}).astype("category"),
    "pandas numbers": lambda: pd.DataFrame(X.round()).astype("category"),
    "pandas with holes": lambda: pd.DataFrame({"a": pd.Categorical(["x", None, "y", "x"] * 10)}),
    "pandas beside numbers": lambda: pd.DataFrame({"a": pd.Categorical(LETTERS), "b": X[:, 0]}),
    "pandas of many": lambda: pd.DataFrame({"a": pd.Categorical(range(40)), "b": X[:, 0]}),
    "polars": lambda: pl.DataFrame({"a": LETTERS}).cast(pl.Categorical),
    "polars enum": lambda: pl.DataFrame({"a": LETTERS}).cast(pl.Enum(list("xyz"))),
    "polars with null": lambda: pl.DataFrame({"a": ["x", None] * 20}).cast(pl.Categorical),
}
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
    net = PlainRegressor(dtype="float64", max_iter=5, random_state=0)
    expected = net.fit(np.asarray(numbers, float), Y).predict(np.asarray(numbers, float))
    np.testing.assert_allclose(net.fit(table, Y).predict(table), expected, rtol=1e-12)


def columns(frame):
    """Of a frame, with NaN for what is missing."""
    for name in frame.columns:
        yield [NAN if cell is None or cell is pd.NA else float(cell) for cell in frame[name]]


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


@pytest.mark.filterwarnings("ignore:X has feature names")
@pytest.mark.parametrize("kind", CATEGORIES)
def test_categories_where_fit_saw_numbers_are_refused(kind):
    table = CATEGORIES[kind]()
    net = PlainRegressor(max_iter=3, random_state=0).fit(X[:, : table.shape[1]], Y)
    before = dict(vars(net))
    for method, arguments in (("predict", []), ("partial_fit", [Y])):
        with pytest.raises(ValueError, match=r"X holds categories in .*column.*, which fit takes"):
            getattr(net, method)(table, *arguments)
    assert dict(vars(net)) == before
    new = PlainRegressor(categorical_features=None)
    with pytest.raises(
        ValueError, match="set categorical_features='from_dtype' or name them there"
    ):
        new.fit(table, Y)


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
    later = "|where fit saw numbers; turn it into|is expecting 3 features"
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


DATES = pd.date_range("2020", periods=40)
TIMES = {
    "pandas": pd.DataFrame({"t": DATES}),
    "pandas with a zone": pd.DataFrame({"x": X[:, 0], "t": DATES.tz_localize("UTC")}),
    "pandas periods": pd.DataFrame({"t": DATES.to_period("D")}),
    "polars dates": pl.DataFrame({"x": X[:, 0], "t": pl.Series(DATES.to_numpy()).cast(pl.Date)}),
    "polars durations": pl.DataFrame({"t": pl.Series(DATES.to_numpy() - DATES.to_numpy()[0])}),
    "list of dates": [[date] for date in DATES.to_numpy()],
    "date objects": pd.DataFrame({"x": X[:, 0], "t": DATES.date}),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", TIMES)
def test_dates_of_any_library_are_refused(kind):
    with pytest.raises(ValueError, match="X holds dates or durations in column .*; turn them"):
        PlainRegressor().fit(TIMES[kind], Y)


@pytest.mark.pitfall(37)
def test_dates_are_no_target_and_no_weights():
    with pytest.raises(ValueError, match="y holds dates or durations"):
        PlainRegressor().fit(X, pd.Series(DATES.tz_localize("UTC")))
    with pytest.raises(ValueError, match="sample_weight holds dates or durations"):
        PlainRegressor().fit(X, Y, DATES.to_numpy())
    with pytest.raises(ValueError, match="sample_weight is a masked array"):
        PlainRegressor().fit(X, Y, np.ma.masked_array(np.ones(40), mask=Y))


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("unit", [1e155, 1e160, 1e200, 1e-170])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_variance_that_float64_cannot_hold_is_refused(unit, container):
    table = X.copy()
    table[:, 1] *= unit
    with pytest.raises(ValueError, match="X cannot be standardized: the variance of column 1"):
        PlainClassifier().fit(container(table), Y)
    with pytest.raises(ValueError, match="y cannot be standardized: the variance of column 0"):
        PlainRegressor().fit(X, X[:, 0] * unit)


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("unit", [1e-30, 1.0, 1e25])
def test_float32_has_the_scales_of_float64(unit):
    # squares of such numbers are none in float32
    nets = [
        PlainClassifier((), solver="lbfgs", alpha=1, random_state=0).fit(container(table), Y)
        for table in (SPARSE * unit, (SPARSE * unit).astype(np.float32))
        for container in (np.asarray, sparse.csr_array)
    ]
    for net, like in ((nets[2], nets[0]), (nets[3], nets[1])):
        np.testing.assert_allclose(net.coefs_[0], like.coefs_[0], rtol=1e-3)


def test_duplicate_entries_of_a_sparse_table_add_up():
    halves, columns = np.repeat(X / 2, 2), np.tile([0, 0, 1, 1, 2, 2], 40)
    doubled = sparse.csr_array((halves, columns, np.arange(0, 241, 6)), shape=X.shape)
    assert not doubled.has_canonical_format
    net = PlainRegressor(max_iter=3, random_state=0)
    expected = net.fit(sparse.csr_array(X), Y).predict(X)
    np.testing.assert_allclose(net.fit(doubled, Y).predict(doubled), expected, rtol=1e-10)
    assert doubled.nnz == 240


def test_numbers_beyond_float32_are_refused_where_it_computes():
    big = np.random.RandomState(0).standard_normal((1000, 2)) * 1e40
    for table in (big, sparse.csr_array(big)):
        with pytest.raises(ValueError, match="X is beyond the range of float32.*dtype='float64'"):
            PlainRegressor(feature_scaling=None, dtype="auto").fit(table, big[:, 0] / 1e40)
    with pytest.raises(ValueError, match="y is beyond the range of float32.*dtype='float64'"):
        PlainRegressor(target_scaling=None, dtype="auto").fit(big, big[:, 0])


def test_a_float64_target_keeps_its_digits_with_a_float32_table():
    y = 1e9 + X[:, 0]
    net = PlainRegressor(solver="lbfgs", random_state=0).fit(X.astype(np.float32), y)
    assert net.score(X.astype(np.float32), y) > 0.99
    huge = PlainRegressor(random_state=0).fit(X.astype(np.float32), y * 1e40)
    assert np.isfinite(huge.predict(X.astype(np.float32))).all()


@pytest.mark.parametrize("unit", [1e36, 1e300])
def test_huge_weights_are_served(unit):
    weight = np.random.RandomState(0).uniform(1, 2, 40)
    settings = {"alpha": 0, "dtype": "float32", "max_iter": 5, "random_state": 0}
    net = PlainClassifier(**settings)
    expected = net.fit(X, Y, weight).predict_proba(X)
    np.testing.assert_allclose(net.fit(X, Y, weight * unit).predict_proba(X), expected, rtol=1e-5)
    net.set_params(class_weight={0: unit, 1: unit})
    np.testing.assert_allclose(net.fit(X, Y, weight).predict_proba(X), expected, rtol=1e-5)


LABELS = {
    "mixed types": (np.array(["a", 1] * 20, dtype=object), "cannot be sorted as classes"),
    "objects": (Y.astype(object), None),
    "object truth values": (Y.astype(bool).astype(object), None),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", LABELS)
def test_labels_as_objects(kind):
    y, message = LABELS[kind]
    net = PlainClassifier(max_iter=3)
    if message is None:
        assert set(net.fit(X, y).predict(X)) <= set(y)
    else:
        with pytest.raises(ValueError, match=message):
            net.fit(X, y)


def test_two_values_that_are_no_indicator_are_classes():
    Y2 = np.column_stack([Y + 1, 2 - Y])
    net = PlainClassifier(random_state=0).fit(X, Y2)
    assert [classes.tolist() for classes in net.classes_] == [[1, 2], [1, 2]]
    assert net.score(X, Y2) > 0.9


@pytest.mark.pitfall(37)
def test_an_unseen_category_of_the_target_is_refused():
    colours = np.where(Y, "red", "blue")
    net = PlainClassifier(max_iter=3).fit(X, pd.Categorical(colours, ["blue", "red", "green"]))
    before, prediction = dict(vars(net)), net.predict(X)
    for make in (pd.Categorical, lambda y: pl.Series(y).cast(pl.Categorical)):
        with pytest.raises(ValueError, match=r"y has the classes \['green'\]"):
            net.partial_fit(X, make(np.where(Y, "green", "blue")))
        with pytest.raises(ValueError, match=r"y_val.*\['green'\].*; drop these rows, or fit"):
            net.fit(X, colours, X_val=X, y_val=make(np.where(Y, "green", "blue")))
    assert dict(vars(net)) == before
    np.testing.assert_array_equal(net.predict(X), prediction)


def test_unseen_labels_are_named_in_few_words():
    net = PlainClassifier(max_iter=3).partial_fit(X, Y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"y has the classes \['b', 'a'\]|\['a', 'b'\]"):
        net.partial_fit(X, np.where(Y, "a", "b"))
    with pytest.raises(ValueError, match="y has the classes") as caught:
        net.partial_fit(X, X[:, 0])
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "classes", [[], {0, 1}, [0, 1, np.nan], [None, 0, 1], [[0, 1], [0, 1]], 3, iter([0, 1])]
)
def test_classes_that_cannot_be(classes):
    with pytest.raises(ValueError, match="classes"):
        PlainClassifier().partial_fit(X, Y, classes=classes)


def test_scoring_checks_the_target():
    Y3 = (X > 0).astype(int)
    net = PlainClassifier(random_state=0).fit(X, Y3)
    for wrong, message in (
        (Y3.T, "y has 3 rows and X has 40"),
        (Y3.ravel(), "y has 120 rows"),
        (Y3[:, :2], "y has 2 outputs, but 3"),
        (None, "requires y to be passed"),
    ):
        with pytest.raises(ValueError, match=message):
            net.score(X, wrong)
    assert PlainClassifier(max_iter=3).fit(X, Y).score(X, np.full(40, "a")) == 0
    with pytest.raises(ValueError, match="at least one weight must be positive"):
        net.score(X, Y3, np.zeros(40))


BAD_TARGETS = {
    "NaN": (np.where(Y, np.nan, 1.0), "Input y contains NaN: .* drop these rows of X and y"),
    "set": ({1, 2}, "y is a set; give a list or an array, with an entry for each row"),
    "generator": (iter(Y), "y is a .*iterator; give a list or an array"),
    "infinity": (np.where(Y, np.inf, 1.0), "Input y contains infinity"),
    "missing": (None, "requires y to be passed"),
    "short": (Y[:-1], "y has 39 rows and X has 40"),
    "three dimensions": (np.zeros((40, 2, 2)), "y must have shape|dim 3|Found array"),
    "no outputs": (np.zeros((40, 0)), "y must have shape|0 feature"),
    "a number": (3.0, "y must have a value for each of the 40 rows of X, got 3.0"),
    "empty": ([], "y has 0 rows and X has 40"),
    "masked": (np.ma.masked_array(Y, mask=Y), "y is a masked array with masked entries"),
    "pandas NA": (pd.Series(Y, dtype="Int64").mask(Y == 1), "Input y contains NaN"),
    "dates": (DATES.to_numpy(), "y holds dates or durations"),
    "complex": (Y + 1j, "Complex data not supported"),
}


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", BAD_TARGETS)
@pytest.mark.parametrize("cls", [PlainClassifier, PlainRegressor])
def test_targets_that_are_refused(kind, cls):
    y, message = BAD_TARGETS[kind]
    net = cls(max_iter=3)
    with pytest.raises(ValueError, match=message):
        net.fit(X, y)
    assert not hasattr(net, "n_features_in_")
    before = dict(vars(net.fit(X, Y)))
    with pytest.raises(ValueError, match=message):
        net.partial_fit(X, y)
    assert dict(vars(net)) == before


@pytest.mark.pitfall(37)
def test_targets_of_the_other_kind_are_refused():
    with pytest.raises(ValueError, match=r"y holds .*Unknown label type: continuous.*DenseNetReg"):
        PlainClassifier().fit(X, X[:, 0])
    for text in (np.where(Y, "yes", "no"), Y.astype(str), np.where(Y, "a", "b").astype(object)):
        with pytest.raises(ValueError, match="y holds text .*; turn it into numbers"):
            PlainRegressor().fit(X, text)
    with pytest.raises(ValueError, match="legacy multi-label"):
        PlainClassifier().fit(X, np.array([[1], [1, 2]] * 20, dtype=object))
    with pytest.raises(ValueError, match="y cannot be standardized"):
        PlainRegressor().fit(X, X[:, 0] * 1e200)


WEIGHTS = {
    "negative": (-np.ones(40), "sample_weight must not be negative, got -1.0"),
    "zero": (np.zeros(40), "at least one weight must be positive"),
    "NaN": (np.full(40, np.nan), "Input sample_weight contains NaN: 40 .* row 0; give a weight"),
    "dict": ({0: 1.0}, "sample_weight is a dict; give a list or an array"),
    "infinite": (np.full(40, np.inf), "Input sample_weight contains infinity"),
    "overflowing": (np.full(40, 1e308), "sample_weight adds up to more than a float can hold"),
    "a word": ("balanced", "sample_weight holds text"),
    "empty": ([], r"sample_weight must have shape \(40,\).* got \(0,\)"),
    "short": (np.ones(39), r"sample_weight must have shape \(40,\).* got \(39,\)"),
    "two columns": (np.ones((40, 2)), r"sample_weight must have shape \(40,\).* got \(40, 2\)"),
    "text": (["a"] * 40, "sample_weight holds text .*; give a number for each row"),
}


@pytest.mark.pitfall(21, 37)
@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_weights_that_are_refused(kind, method):
    weight, message = WEIGHTS[kind]
    net = PlainRegressor(max_iter=3)
    with pytest.raises(ValueError, match=message):
        getattr(net, method)(X, Y, sample_weight=weight)
    assert not hasattr(net, "n_features_in_")


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
        (frame.assign(a="1"), "X holds text in column 'a', where fit saw numbers; .*to_numeric"),
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


@pytest.mark.parametrize("offset", [0.0, 1.0, -3e3, 1e6])
def test_scaling_in_float32_is_as_exact_as_in_float64(offset, rng):
    # whole numbers, which float32 holds exactly where a mean of theirs may not be
    table = (offset + rng.randint(-50, 50, size=(301, 4))).astype(np.float32)
    net = PlainRegressor(max_iter=2).fit(table, table[:, 0])
    scaled = net._model.columns.transform(table, np.dtype(np.float32))
    exact = StandardScaler().fit_transform(table.astype(np.float64))
    np.testing.assert_allclose(scaled, exact, rtol=3e-6, atol=3e-7)


def test_scaling_has_room_for_the_largest_numbers_of_float32():
    table = np.tile([[-3.3e38], [3.3e38]], (20, 1)).astype(np.float32)
    net = PlainRegressor(max_iter=2).fit(table, np.tile([0.0, 1.0], 20))
    assert np.isfinite(net.predict(table)).all()
