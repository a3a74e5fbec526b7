"""From numbers, codes and holes to the network's matrix."""

import pickle
from copy import deepcopy

import numpy as np
import pytest
from matrices import F32, F64, KINDS, NAN, SCALED, fitted, matrix, squeezed, with_holes
from scipy import sparse
from sklearn.preprocessing import RobustScaler, StandardScaler

from skdense._arrays import quantiles
from skdense._arrays.missing import CELLS
from skdense._arrays.moments import CHUNK, fit_scaler
from skdense._columns.scaled import COLUMNS


def test_standard_ignores_what_is_missing(rng):
    X = with_holes(rng, (300, 3))
    expected = StandardScaler().fit_transform(X)
    out = matrix("standard", X)
    np.testing.assert_allclose(out[:, :3], np.nan_to_num(expected), rtol=1e-12)
    assert (out[:, :3][np.isnan(X)] == 0).all()
    flags = StandardScaler().fit_transform(np.isnan(X))
    np.testing.assert_allclose(out[:, 3:], flags, rtol=1e-10)


@pytest.mark.parametrize("n_rows", [101, 100, 99, 98, 1, 2])
def test_robust_is_robust_scaler_but_for_the_squeeze(n_rows, rng, monkeypatch):
    # of 4k + 1 numbers all definitions of a quartile agree
    X = with_holes(rng, (n_rows, 19), 0.0)
    monkeypatch.setattr(quantiles, "BLOCK", 16)
    monkeypatch.setattr(quantiles, "BLOCK_CELLS", 1)
    columns = fitted("robust", X)
    expected = RobustScaler().fit(X)
    if n_rows % 4 == 1 and n_rows > 1:
        np.testing.assert_allclose(columns.center, expected.center_, rtol=1e-12)
        np.testing.assert_allclose(columns.scale, expected.scale_, rtol=1e-12)
        out = columns.transform(X, F64)
        np.testing.assert_allclose(out, squeezed(expected.transform(X)), rtol=1e-10, atol=1e-14)
    low, median, high = np.quantile(X, [0.25, 0.5, 0.75], axis=0, method="averaged_inverted_cdf")
    np.testing.assert_allclose(columns.center, median, rtol=1e-14)
    if n_rows > 1:
        np.testing.assert_allclose(columns.scale, high - low, rtol=1e-12)


def test_robust_ignores_what_is_missing(rng):
    X = with_holes(rng, (500, 4))
    columns = fitted("robust", X)
    np.testing.assert_allclose(columns.center[:4], np.nanmedian(X, axis=0), rtol=1e-14)
    low, high = np.nanquantile(X, [0.25, 0.75], axis=0)
    np.testing.assert_allclose(columns.scale[:4], high - low, rtol=0.02)
    assert (columns.transform(X, F64)[:, :4][np.isnan(X)] == 0).all()


def test_robust_falls_back_on_the_range():
    X = np.array([[0, 5], [0, 5], [0, 5], [0, 5], [0, 5], [8, 5]], float)
    columns = fitted("robust", X)
    np.testing.assert_array_equal(columns.center, [0, 5])
    np.testing.assert_array_equal(columns.scale, [4, np.inf])
    np.testing.assert_allclose(columns.transform(X, F64)[-1], [squeezed(2), 0])


def test_robust_stays_within_its_bounds(rng):
    X = rng.standard_cauchy((1000, 2))
    X[0] = 1e12
    for X_ in (X, X.astype(np.float32)):
        out = matrix("robust", X_, dtype=F32)
        assert np.abs(out).max() <= np.float32(3)
        assert out[0].min() > 2.999


@pytest.mark.parametrize("kind", SCALED)
def test_a_weight_of_two_is_two_rows(kind, rng):
    X = np.round(with_holes(rng, (200, 5)), 1)
    weight = rng.randint(1, 5, 200)
    weighted = fitted(kind, X, weight=weight.astype(float))
    repeated = fitted(kind, np.repeat(X, weight, axis=0))
    exact = {"rtol": 0} if kind == "robust" else {"rtol": 1e-12}
    np.testing.assert_allclose(weighted.center, repeated.center, **exact)
    np.testing.assert_allclose(weighted.scale, repeated.scale, **exact)


def test_quantiles_of_equal_weights_are_those_of_none(rng):
    X = with_holes(rng, (123, 3))
    plain, weighted = fitted("robust", X), fitted("robust", X, weight=np.full(123, 2.0))
    np.testing.assert_array_equal(plain.center, weighted.center)
    np.testing.assert_array_equal(plain.scale, weighted.scale)


@pytest.mark.parametrize("kind", SCALED)
@pytest.mark.parametrize("value", [0.0, 7.0, 0.1, 1e30, NAN])
@pytest.mark.parametrize("dtype", [F32, F64])
def test_constant_columns_give_zero_whatever_comes(kind, value, dtype, rng):
    X = np.column_stack([rng.standard_normal(100), np.full(100, value)]).astype(dtype)
    columns = fitted(kind, X)
    later = np.array([[0.0, 123.0], [NAN, -1e20], [1.0, NAN], [1.0, value]], dtype)
    for dtype_out in (F32, F64):
        assert (columns.transform(X, dtype_out)[:, 1] == 0).all()
        assert (columns.transform(later, dtype_out)[:, 1] == 0).all()
    assert columns.scale[1] == np.inf


@pytest.mark.parametrize("value", [7.0, NAN])
def test_a_stream_learns_a_column_that_begins_to_vary(value, rng):
    first = np.column_stack([rng.standard_normal(50), np.full(50, value)])
    second = rng.standard_normal((60, 2))
    columns = fitted("standard", first)
    columns.update(second, None)
    both = StandardScaler().fit(np.vstack([first, second]))
    np.testing.assert_allclose(columns.center[:2], both.mean_, rtol=1e-12)
    np.testing.assert_allclose(columns.scale[:2], both.scale_, rtol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_a_batch_in_which_all_is_missing_changes_nothing(weighted, rng):
    X = rng.standard_normal((50, 2))
    weight = rng.uniform(size=50) if weighted else None
    columns = fitted("standard", X, weight=weight)
    center, scale = columns.center.copy(), columns.scale.copy()
    columns.update(np.column_stack([X[:, 0], np.full(50, NAN)]), weight)
    np.testing.assert_allclose(columns.center, center, rtol=1e-10)
    np.testing.assert_allclose(columns.scale, scale, rtol=1e-10)
    columns.update(X, weight)
    assert np.isfinite(columns.transform(X, F64)).all()


def test_a_stream_goes_on_learning_if_standard_and_keeps_its_units_if_robust(table, rng):
    X, levels = table
    for kind in SCALED:
        columns = fitted(kind, X[:100], levels)
        before = columns.center.copy()
        columns.update(X[100:] + np.array([1, 0, 1, 0, 0, 0, 0]), None)
        assert np.array_equal(before, columns.center) == (kind == "robust")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [F32, F64])
@pytest.mark.parametrize("dtype_out", [F32, F64])
def test_chunks_and_types_make_no_difference(kind, dtype, dtype_out, rng):
    X = with_holes(rng, (CELLS // 20 + CHUNK, 20), 0.001).astype(dtype)
    columns = fitted(kind, X)
    out = columns.transform(X, dtype_out)
    assert out.dtype == dtype_out
    rows = [0, 5, len(X) - 1]
    alone = np.vstack([columns.transform(X[[row]].astype(F64), F64) for row in rows])
    np.testing.assert_allclose(out[rows], alone, rtol=1e-5, atol=1e-6)
    assert np.isfinite(out).all()


@pytest.mark.parametrize("kind", SCALED)
def test_float32_does_not_round_a_large_centre_away(kind, rng):
    X = (1e6 + rng.standard_normal((500, 3))).astype(np.float32)
    columns = fitted(kind, X)
    np.testing.assert_allclose(
        columns.transform(X, F32), columns.transform(X.astype(F64), F64), atol=1e-5
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_sparse_tables_are_only_divided(kind, weighted, rng):
    dense = rng.standard_normal((300, 4)) * (rng.uniform(size=(300, 4)) < 0.3)
    dense[:, 3] = 0
    weight = rng.uniform(size=300) if weighted else None
    X = sparse.csr_array(dense)
    columns = fitted(kind, X, weight=weight)
    assert (columns.n_numeric, columns.n_out, columns.n_embedded) == (0, 4, ())
    expected = dense
    if kind is not None:
        scale = StandardScaler(with_mean=False).fit(X, sample_weight=weight).scale_
        expected = dense / scale
    expected = squeezed(expected) if kind == "robust" else expected
    for dtype in (F32, F64):
        out = columns.transform(X, dtype)
        assert sparse.issparse(out)
        assert out.nnz == X.nnz
        assert out.dtype == dtype
        np.testing.assert_allclose(out.toarray(), expected, rtol=1e-6)
        np.testing.assert_allclose(columns.transform(dense, dtype), expected, rtol=1e-6)
    assert np.array_equal(X.toarray(), dense)


def test_sparse_constant_columns_give_zero(rng):
    X = sparse.csr_array(np.column_stack([rng.standard_normal(50), np.full(50, 5.0)]))
    for kind in SCALED:
        assert not matrix(kind, X).toarray()[:, 1].any()


@pytest.mark.parametrize("kind", KINDS)
def test_sparse_rows_for_what_learnt_from_dense_ones(kind, rng):
    X = with_holes(rng, (50, 3))
    columns = fitted(kind, X)
    rows = np.array([[0, 1.0, 0], [2, 0, 0]])
    out = columns.transform(sparse.csr_array(rows), F64)
    np.testing.assert_array_equal(out, columns.transform(rows, F64))


def test_standard_refuses_a_change_between_sparse_and_dense(rng):
    X = rng.standard_normal((5, 2))
    with pytest.raises(ValueError, match="X changed between sparse and dense"):
        fitted("standard", X).update(sparse.csr_array(X), None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("copy", [deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_copies_transform_alike(kind, copy, table):
    X, levels = table
    columns = fitted(kind, X, levels)
    again = copy(columns)
    for dtype in (F32, F64):
        np.testing.assert_array_equal(
            again.transform(X.astype(dtype), dtype), columns.transform(X.astype(dtype), dtype)
        )
    np.testing.assert_array_equal(again.scale, columns.scale)
    copy(COLUMNS[kind](X, levels)).update(X, None)  # nothing learnt yet


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_beyond_the_dtype_are_refused(kind, rng):
    X = rng.standard_normal((100, 2))
    columns = fitted(kind, X)
    with pytest.raises(ValueError, match="X is beyond the range of float32, .* check its scale"):
        columns.transform(X * 1e200, F32)


@pytest.mark.parametrize(("unit", "remedy"), [(1e308, "divide"), (1e-310, "multiply")])
def test_robust_units_beyond_float64_are_refused(unit, remedy):
    X = np.array([[-1.0, -1], [-1, -1], [1, 1], [1, 1]]) * [1, unit]
    with pytest.raises(ValueError, match=f"the spread of column 1 is beyond .*; {remedy} X by"):
        fitted("robust", X)


def test_errors_name_the_column_of_the_table(rng):
    X = np.column_stack([rng.randint(2, size=(50, 2)), rng.standard_normal(50) * 1e200])
    with pytest.raises(ValueError, match="the variance of column 2 is beyond"):
        fitted("standard", X, (2, 2, 0))


def test_a_scaler_of_targets_takes_no_more_than_before(rng):
    scaler, y = StandardScaler(), rng.standard_normal((CHUNK + 10, 1))
    fit_scaler(scaler, y, None, "y")
    np.testing.assert_allclose(scaler.mean_, y.mean(axis=0), rtol=1e-10)
    np.testing.assert_allclose(scaler.scale_, y.std(axis=0), rtol=1e-10)
