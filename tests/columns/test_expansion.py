"""The layout of the network's matrix: numbers, codes, flags of missing values."""

import numpy as np
import pytest
from matrices import F32, F64, KINDS, NAN, fitted, squeezed, with_holes
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder

from skdense._columns.expansion import ONE_HOT_LEVELS


@pytest.mark.parametrize("dtype", [F32, F64])
def test_layout(table, dtype):
    X, levels = table
    columns = fitted(None, X, levels)
    out = columns.transform(X, dtype)
    assert out.dtype == dtype
    assert out.flags.c_contiguous
    assert out.shape == (200, columns.n_out)
    assert (columns.n_numeric, columns.n_embedded, columns.n_out) == (2, (9, 12), 11)

    def flags(position):
        encoder = OneHotEncoder(
            categories=[np.arange(levels[position])], handle_unknown="ignore", sparse_output=False
        )
        return encoder.fit_transform(X[:, [position]])

    expected = [
        X[:, 0],
        np.nan_to_num(X[:, 2]),
        np.nan_to_num(2 * X[:, 1] - 1),
        *flags(3).T,
        *flags(5).T,
        np.isnan(X[:, 2]),
        np.nan_to_num(X[:, 4], nan=9),
        np.nan_to_num(X[:, 6], nan=12),
    ]
    np.testing.assert_array_equal(out, np.array(expected, dtype).T)


def test_names(table):
    X, levels = table
    categories = [
        [f"{c}{i}" for i in range(n)] for c, n in zip("bdefg", (2, 4, 9, 1, 12), strict=True)
    ]
    columns = fitted("standard", X, levels)
    names = columns.names(list("abcdefg"), categories)
    flags = ["b=b1", "d=d0", "d=d1", "d=d2", "d=d3", "f=f0"]
    assert names == ["a", "c", *flags, "c is missing", "e", "g"]
    assert len(names) == columns.n_out


def test_names_of_plain_columns_are_those_of_the_table(rng):
    assert fitted(None, rng.standard_normal((5, 2))).names(["a", "b"]) == ["a", "b"]


@pytest.mark.parametrize("kind", KINDS)
def test_levels_without_a_name(kind):
    columns = fitted(kind, np.array([[NAN, 1.0], [NAN, 2.0]]), (1, 0))
    assert columns.names(["c", "x"], [np.array([])]) == ["x", "c=missing"]
    assert (columns.transform(np.array([[NAN, 1.0]]), F64)[:, 1] == 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_all_but_codes_are_scaled(kind, table):
    X, levels = table
    columns = fitted(kind, X, levels)
    numbers = fitted(None, X, levels).transform(X, F64)
    out = columns.transform(X, F64)
    np.testing.assert_array_equal(out[:, -2:], numbers[:, -2:])
    assert len(columns.center) == len(columns.scale) == columns.n_out - 2
    known = numbers[:, :-2].copy()
    known[np.isnan(X[:, 2]), 1] = columns.center[1]  # what is missing is at the centre
    scaled = (known - columns.center) / columns.scale
    scaled = squeezed(scaled) if kind == "robust" else scaled
    np.testing.assert_allclose(out[:, :-2], scaled, rtol=1e-12, atol=1e-15)


def test_the_first_table_sets_the_layout(rng):
    X = rng.standard_normal((20, 2))
    columns = fitted("standard", X)
    X[0, 1] = NAN
    columns.update(X, None)
    assert columns.transform(X, F64).shape == (20, 2)
    assert columns.transform(X, F64)[0, 1] == 0


def test_plain_tables_are_not_copied(rng):
    for container in (np.asarray, sparse.csr_array):
        X = container(rng.standard_normal((10, 2)))
        columns = fitted(None, X)
        out = columns.transform(X, F64)
        assert np.shares_memory(getattr(out, "data", out), getattr(X, "data", X))


def test_holes_are_not_filled_in_the_users_table(rng):
    X = with_holes(rng, (10, 2))
    X[0, 0] = 1
    columns = fitted(None, np.ones((2, 2)))
    before = X.copy()
    np.testing.assert_array_equal(columns.transform(X, F64), np.nan_to_num(before))
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("n_levels", range(1, ONE_HOT_LEVELS + 3))
def test_only_many_levels_are_embedded(n_levels):
    X = np.arange(n_levels, dtype=float)[:, None]
    columns = fitted(None, X, (n_levels,))
    assert columns.n_numeric == 0
    assert columns.n_embedded == ((n_levels,) if n_levels > ONE_HOT_LEVELS else ())
    assert columns.n_out == (1 if n_levels in (1, 2) or n_levels > ONE_HOT_LEVELS else n_levels)
