"""What a table may be: served as the same numbers in float64."""

import warnings

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from plain import PlainClassifier, PlainRegressor
from scipy import sparse
from small_tables import SPARSE, X, Y, plain, read_only

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
FORMATS = ("csr", "csc", "coo", "bsr", "dia", "dok", "lil")


def with_int64_indices(matrix):
    matrix = sparse.csr_array(matrix)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int64), matrix.indptr.astype(np.int64)
    return matrix


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


@pytest.mark.pitfall(37)
@pytest.mark.parametrize("kind", SERVED)
def test_a_table_of_any_kind_predicts_as_plain_float64(kind):
    table = SERVED[kind]()
    net = PlainRegressor(dtype="float64", max_iter=5, random_state=0)
    expected = net.fit(plain(table), Y).predict(plain(table))
    np.testing.assert_allclose(net.fit(table, Y).predict(table), expected, rtol=1e-12)


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


def test_duplicate_entries_of_a_sparse_table_add_up():
    halves, columns = np.repeat(X / 2, 2), np.tile([0, 0, 1, 1, 2, 2], 40)
    doubled = sparse.csr_array((halves, columns, np.arange(0, 241, 6)), shape=X.shape)
    assert not doubled.has_canonical_format
    net = PlainRegressor(max_iter=3, random_state=0)
    expected = net.fit(sparse.csr_array(X), Y).predict(X)
    np.testing.assert_allclose(net.fit(doubled, Y).predict(doubled), expected, rtol=1e-10)
    assert doubled.nnz == 240
