"""Statistics of the target for each level, against scikit-learn and against brute force."""

import numpy as np
import pytest
from matrices import F64, KINDS, NAN
from sklearn.preprocessing import TargetEncoder

from skdense._columns.level_statistics import FOLDS, folds_of
from skdense._columns.scaled import COLUMNS
from skdense._columns.target_encoding import MANY_LEVELS, TargetEncoding

LEVELS = (0, 40, 3, 60)
MANY = [1, 3]


@pytest.fixture
def X(rng):
    columns = [rng.randint(n, size=500) if n else rng.standard_normal(500) for n in LEVELS]
    return np.column_stack(columns).astype(float)


def means_of(view, n_rows, n_means):
    """The means for each of the two columns, beside one another as in `TargetEncoder`."""
    own = view[:][:, len(LEVELS) :].reshape(n_rows, len(MANY), n_means + 1)
    return own[:, :, :n_means].reshape(n_rows, -1), own[:, :, n_means]


@pytest.mark.parametrize("kind", ["binary", "multiclass", "continuous"])
def test_means_are_those_of_target_encoder(kind, X, rng):
    y = {"binary": rng.randint(2, size=500), "multiclass": rng.randint(3, size=500)}.get(kind)
    y = 1e6 + X[:, 1] + rng.standard_normal(500) if y is None else y
    values = (y[:, None] == np.arange(3)) * 1.0 if kind == "multiclass" else y[:, None] * 1.0
    encoding = TargetEncoding(LEVELS, values.shape[1], 1)
    encoding.learn(X, values, None, [None])
    encoder = TargetEncoder(target_type=kind).fit(X[:, MANY], y)
    later = X.copy()
    later[::7, 1] = NAN  # an unknown level
    expected = encoder.transform(np.where(np.isnan(later), -1, later)[:, MANY])
    means, _ = means_of(encoding.of_new(later), 500, values.shape[1])
    np.testing.assert_allclose(means, expected, rtol=1e-12, atol=1e-15)


def test_a_row_that_is_trained_on_has_the_statistics_of_the_other_folds(X, rng):
    y, folds = X[:, 1] + rng.standard_normal(500), folds_of(None, 500)
    view = TargetEncoding(LEVELS, 1, 1).learn(X, y[:, None], None, [None])
    means, log_counts = means_of(view, 500, 1)
    for fold in range(FOLDS):
        mine, others = folds == fold, folds != fold
        encoder = TargetEncoder(target_type="continuous").fit(X[others][:, MANY], y[others])
        np.testing.assert_allclose(means[mine], encoder.transform(X[mine][:, MANY]), rtol=1e-12)
        for j, position in enumerate(MANY):
            counts = [(X[others, position] == level).sum() for level in X[mine, position]]
            np.testing.assert_allclose(np.expm1(log_counts[mine, j]), counts, atol=1e-12)


def test_folds_are_of_equal_size_and_follow_from_the_number_of_rows():
    folds = folds_of(np.arange(3, 48), 50)
    np.testing.assert_array_equal(np.bincount(folds), [9, 9, 9, 9, 9, 5])
    np.testing.assert_array_equal(folds, folds_of(np.arange(3, 48), 50))


def test_a_weight_of_two_is_two_rows(X, rng):
    y, weight = X[:, [1]] + rng.standard_normal((500, 2)), rng.randint(1, 5, 500)
    weighted, repeated = (TargetEncoding(LEVELS, 2, 1) for _ in range(2))
    weighted.learn(X, y, weight.astype(float), [None])
    repeated.learn(np.repeat(X, weight, axis=0), np.repeat(y, weight, axis=0), None, [None])
    for one, other in zip(weighted.statistics, repeated.statistics, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_missing_is_a_level_and_unknown_has_the_mean_of_all(X, rng):
    X[::4, 1] = LEVELS[1]
    y = (X[:, 1] == LEVELS[1]) * 5.0 + 0.1 * rng.standard_normal(500)
    encoding = TargetEncoding(LEVELS, 1, 1)
    encoding.learn(X, y[:, None], None, [None])
    known, missing, unknown = np.zeros((3, 4))
    missing[MANY], unknown[MANY] = (LEVELS[1], LEVELS[3]), NAN
    found = encoding.of_new(np.array([known, missing, unknown]))[:][:, 4:]
    assert found[1, 0] == pytest.approx(5, abs=0.1)
    np.testing.assert_allclose(found[2], [y.mean(), 0, y.mean(), 0], atol=1e-12)
    # where none was missing, it is like an unknown one
    np.testing.assert_array_equal(found[1, 2:], found[2, 2:])
    shrunk = np.log1p(125 * (FOLDS - 1) / FOLDS)
    assert found[1, 1] == pytest.approx(shrunk)


def test_a_block_depends_on_its_own_rows_alone(X, rng):
    y = rng.standard_normal((500, 1))
    kept = [np.arange(450), np.arange(50, 500)]
    before, after = (TargetEncoding(LEVELS, 1, 2) for _ in range(2))
    first = before.learn(X, y, None, kept)[:]
    y[450:] = 1e6 * rng.standard_normal((50, 1))
    second = after.learn(X, y, None, kept)[:]
    own = slice(4, 4 + before.n_own)
    np.testing.assert_array_equal(first[:, own], second[:, own])
    assert not np.array_equal(first[:, own.stop :], second[:, own.stop :])
    # rows that are held out are like new rows
    np.testing.assert_array_equal(first[450:, own], before.of_new(X)[450:][:, own])


def test_networks_that_share_a_block_use_the_rows_that_all_train_on(X, rng):
    y, kept = rng.standard_normal((500, 1)), [np.arange(450), np.arange(50, 500)]
    shared, alone = (TargetEncoding(LEVELS, 1, 1) for _ in range(2))
    shared.learn(X, y, None, kept)
    alone.learn(X, y, None, [np.arange(50, 450)])
    for one, other in zip(shared.statistics, alone.statistics, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("scale", [1e-200, 1e-30, 1e150, 1e200])
def test_targets_of_any_scale(scale, X, rng):
    y = rng.standard_normal((500, 1))
    means = []
    for unit in (1.0, scale):
        encoding = TargetEncoding(LEVELS, 1, 1)
        encoding.learn(X, unit * y, None, [None])
        means.append(means_of(encoding.of_new(X), 500, 1)[0] / unit)
    np.testing.assert_allclose(*means, rtol=1e-9, atol=1e-12)


def test_a_constant_target_and_a_single_row(X):
    for rows in (500, 1):
        encoding = TargetEncoding(LEVELS, 1, 1)
        view = encoding.learn(X[:rows], np.full((rows, 1), 3.0), None, [None])
        np.testing.assert_array_equal(means_of(view, rows, 1)[0], 3)
        np.testing.assert_array_equal(means_of(encoding.of_new(X), 500, 1)[0], 3)


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_number_columns_of_the_matrix(kind, X, rng):
    y, n_blocks = rng.standard_normal((500, 1)), 2
    encoding = TargetEncoding(LEVELS, 1, n_blocks)
    columns = COLUMNS[kind](X, LEVELS, encoding)
    view = encoding.learn(X, y, None, [np.arange(400), np.arange(100, 500)])
    columns.update(view, None)
    names = columns.names(list("abcd"), [[str(i) for i in range(n)] for n in LEVELS if n])
    assert names[:3] == ["a", "b: mean of target, network 1", "b: log of count, network 1"]
    assert names[8] == "d: log of count, network 2"
    matrix = columns.matrix(view, F64)
    assert matrix.shape == (500, len(names))
    assert (columns.n_numeric, columns.n_out) == (1, len(names))
    if kind is None:
        np.testing.assert_array_equal(matrix[:, 1:9], view[:][:, 4:])
    # new rows have the statistics of all of them
    new = columns.transform(X, F64)
    np.testing.assert_array_equal(new[:100, 5:9], matrix[:100, 5:9])
    assert not np.array_equal(new[100:, 5:9], matrix[100:, 5:9])
    rows = [columns.transform(X[[i]], F64) for i in (3, 77)]
    np.testing.assert_allclose(np.vstack(rows), new[[3, 77]], rtol=1e-12)


def test_only_columns_of_many_levels(X):
    for n_levels in (MANY_LEVELS, MANY_LEVELS + 1):
        encoding = TargetEncoding((0, n_levels), 2, 1)
        assert encoding.n_columns == (3 if n_levels > MANY_LEVELS else 0)
    assert TargetEncoding((0, MANY_LEVELS), 2, 1).of_new(X) is X
