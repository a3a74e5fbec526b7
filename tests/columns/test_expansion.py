"""The layout of the network's matrix: numbers, codes, flags of missing values."""

import numpy as np
import pytest
from matrices import F32, F64, KINDS, NAN, fitted, squeezed, with_holes
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder

from skdense._columns.expansion import ONE_HOT_LEVELS, RARE_ROWS, Expansion


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
        is_known = ~np.isnan(X[:, [position]])
        return np.where(is_known, encoder.fit_transform(X[:, [position]]), 1 / levels[position])

    expected = [
        X[:, 0],
        np.nan_to_num(X[:, 2]),
        np.nan_to_num(2 * X[:, 1] - 1),
        *flags(3).T,
        *flags(5).T,
        np.isnan(X[:, 2]),
        np.nan_to_num(X[:, 4], nan=10),
        np.nan_to_num(X[:, 6], nan=13),
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
    columns = fitted(kind, np.array([[1.0, 1.0], [1.0, 2.0]]), (1, 0))
    assert columns.names(["c", "x"], [np.array([])]) == ["x", "c=missing", "c is missing"]
    constant = columns.transform(np.array([[1.0, 1.0]]), F64)[:, 1:]
    np.testing.assert_array_equal(constant, [[1, 1]] if kind is None else [[0, 0]])


@pytest.fixture
def missing_and_unknown(rng):
    """Columns of 2, 4 and 9 levels: all levels, then a row of missing and one of unknown ones."""
    levels = (2, 4, 9)
    known = np.array([np.arange(36) % n for n in levels], float).T
    return np.vstack([known, [levels], np.full((1, 3), NAN)]), levels


def test_missing_and_unknown_levels_are_apart(missing_and_unknown):
    X, levels = missing_and_unknown
    columns = fitted(None, X[:-1], levels)
    names = columns.names(list("abc"), [list("01"), list("0123"), list("012345678")])
    flags = ["a=1", "b=0", "b=1", "b=2", "b=3"]
    assert names == [*flags, "a is missing", "b is missing", "c"]
    missing, unknown = columns.transform(X[-2:], F64)
    np.testing.assert_array_equal(missing, [0, *[1 / 4] * 4, 1, 1, 9])
    np.testing.assert_array_equal(unknown, [0, *[1 / 4] * 4, 0, 0, 10])
    known = columns.transform(X[:36], F64)
    np.testing.assert_allclose(known[:, :5].mean(axis=0), unknown[:5], atol=1e-15)


def test_what_is_missing_is_unknown_if_fit_saw_none(missing_and_unknown):
    X, levels = missing_and_unknown
    columns = fitted(None, X[:36], levels)
    missing, unknown = columns.transform(X[-2:], F64)
    np.testing.assert_array_equal(missing, unknown)
    np.testing.assert_array_equal(unknown, [0, *[1 / 4] * 4, 10])


def test_rare_levels_share_a_code(rng):
    counts = RARE_ROWS + np.array([0, 1, -1, 2, 1 - RARE_ROWS])
    X = rng.permutation(np.repeat(np.arange(5.0), counts))[:, None]
    later = np.array([0.0, 1, 2, 3, 4, 5, NAN])[:, None]
    expansion = Expansion(X, (12,), pooled=[0])
    assert expansion.n_codes == [4]
    # no row of fit has the levels 5 to 11
    np.testing.assert_array_equal(expansion.codes(later)[:, 0], [0, 1, 3, 2, 3, 3, 3])


def test_one_rare_level_keeps_its_vector():
    X = np.repeat(np.arange(9.0), RARE_ROWS)[:-1, None]
    expansion = Expansion(X, (9,), pooled=[0])
    assert expansion.n_codes == [9]
    np.testing.assert_array_equal(expansion.codes(np.array([[8.0], [NAN]]))[:, 0], [8, 10])


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
