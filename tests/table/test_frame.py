"""A table in any form, as a list of columns."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from raw_tables import NAN, fitted, numbers_of, served
from scipy import sparse
from typed_columns import OwnFrame

from skdense._table.cells.column import Content
from skdense._table.frame import Frame, frame_of, loader_of

CELLS = {"a": [1.0, 2.0], "b": ["x", "y"]}


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame(CELLS),
        pd.DataFrame(CELLS, index=[7, 7]),
        pl.DataFrame(CELLS),
        pa.table(CELLS),
        OwnFrame(CELLS),
        OwnFrame({name: np.array(cells) for name, cells in CELLS.items()}),
        OwnFrame({name: pl.Series(cells) for name, cells in CELLS.items()}),
    ],
)
def test_frames_of_any_library(X):
    frame = frame_of(X)
    assert frame.names == ["a", "b"]
    assert frame.n_rows == 2
    assert [column.label for column in frame.columns] == ["'a'", "'b'"]
    assert [column.cells for column in frame.columns] == list(CELLS.values())
    assert frame.holding(Content.TEXT) == [frame.columns[1]]
    np.testing.assert_array_equal(numbers_of(X), [[1, 0], [2, 1]])


BATCH = pa.RecordBatch.from_pydict(CELLS)


@pytest.mark.parametrize(
    "X", [BATCH, pa.RecordBatchReader.from_batches(BATCH.schema, [BATCH[:1], BATCH[1:]])]
)
def test_batches_of_arrow_are_a_table(X):
    estimator, _, numbers = fitted(X)
    np.testing.assert_array_equal(numbers, [[1, 0], [2, 1]])
    assert estimator.feature_names_in_.tolist() == ["a", "b"]
    np.testing.assert_array_equal(served(pa.table(CELLS), BATCH), numbers)


@pytest.mark.parametrize(
    "X",
    [
        np.ones((2, 2)),
        [[1, 2]],
        sparse.csr_array(np.eye(3)),
        pd.Series([1]),
        pl.Series([1]),
        None,
        {},
    ],
)
def test_what_is_no_frame(X):
    assert frame_of(X) is None


@pytest.mark.parametrize(
    ("X", "method"),
    [(pl.LazyFrame(CELLS), "collect"), (pl.LazyFrame(CELLS).filter(pl.col("a") > 1), "collect")],
)
def test_a_lazy_table_is_refused(X, method):
    message = rf"^X is a lazy LazyFrame; .* into memory first, for example by X.{method}\(\).$"
    with pytest.raises(ValueError, match=message):
        fitted(X)
    assert numbers_of(getattr(X, method)()).shape[1] == 2


@pytest.mark.parametrize(
    ("methods", "loader"),
    [(["df", "to_arrow"], "df"), (["collect", "toPandas"], "toPandas"), (["collect"], "collect")],
)
def test_what_loads_a_lazy_table_is_a_method_that_it_has(methods, loader):
    assert loader_of(type("Lazy", (), dict.fromkeys(methods))) == loader


@pytest.mark.parametrize(
    ("X", "named"),
    [
        (pd.DataFrame(np.ones((2, 3)), columns=list("aba")), "'a' 2 times"),
        (pd.DataFrame(np.ones((2, 4)), columns=list("abab")), "'a' 2 times, 'b' 2 times"),
        (pd.DataFrame(np.ones((2, 2)), columns=[0, 0]), "'0' 2 times"),
        (pa.table([[1], [2]], names=["a", "a"]), "'a' 2 times"),
        (pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("x", "p")] * 2)), "2 times"),
    ],
)
def test_one_name_twice_is_refused(X, named):
    with pytest.raises(
        ValueError, match="^X has several columns of one name .*; rename"
    ) as caught:
        fitted(X)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "columns",
    [
        [0, 1],
        [5.0, 7.0],
        pd.MultiIndex.from_tuples([("x", "p"), ("x", "q")]),
        pd.to_datetime(["2020", "2021"]),
    ],
)
def test_names_that_are_no_text_are_no_names(columns):
    X = pd.DataFrame([[1.0, "x"], [2.0, "y"]], columns=columns)
    estimator, _, numbers = fitted(X)
    np.testing.assert_array_equal(numbers, [[1, 0], [2, 1]])
    assert not hasattr(estimator, "feature_names_in_")
    with pytest.raises(ValueError, match="X holds lists in column") as caught:
        fitted(pd.DataFrame([[[1], [2]]], columns=columns))
    assert repr(columns[0]) in str(caught.value)


@pytest.mark.parametrize("names", [[0, "b"], [True, "b"], [("x",), "b"]])
def test_names_of_which_some_are_text_are_refused(names):
    X = pd.DataFrame([[1.0, "x"], [2.0, "y"]])
    X.columns = pd.Index(names, dtype=object, tupleize_cols=False)
    with pytest.raises(TypeError, match=r"X.columns = X.columns.astype\(str\)"):
        fitted(X)
    X.columns = X.columns.astype(str)
    assert numbers_of(X).shape == (2, 2)


def test_a_sparse_frame_is_a_sparse_matrix():
    matrix = sparse.random(5, 3, density=0.5, random_state=0, format="csr")
    numbers = numbers_of(pd.DataFrame.sparse.from_spmatrix(matrix))
    assert sparse.issparse(numbers)
    np.testing.assert_array_equal(numbers.toarray(), matrix.toarray())


@pytest.mark.parametrize("filled", [NAN, 1.0])
def test_a_sparse_frame_that_is_not_filled_by_0_is_dense(filled):
    dtype = pd.SparseDtype(float, filled)
    numbers = numbers_of(pd.DataFrame({"a": [0.0, 1.0, NAN], "b": [1.0, 1.0, 2.0]}, dtype=dtype))
    np.testing.assert_array_equal(numbers, [[0, 1], [1, 1], [NAN, 2]])


def test_columns_of_an_array_are_known_by_their_positions():
    frame = Frame.of_array(np.array([[1, "a"], [None, "b"]], object))
    assert frame.names is None
    assert [column.label for column in frame.columns] == ["0", "1"]
    assert [column.content for column in frame.columns] == [Content.NUMBERS, Content.TEXT]


def test_named_columns_may_hold_anything():
    frame = Frame.of_named(["a", "b"], [[[1], [2]], np.array(["2020", "NaT"], "M8[ns]")])
    assert frame.n_rows == 2
    assert [column.content for column in frame.columns] == [Content.LISTS, Content.DATES]
