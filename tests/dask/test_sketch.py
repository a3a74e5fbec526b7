"""Quantiles from partitions, against those of all rows at once."""

import itertools

import numpy as np
import pytest
from dask_clusters import Immediate

from skdense._arrays.quantiles import QUANTILES, quantiles
from skdense.dask import sketch
from skdense.dask.sketch import POINTS, Sketch


def merged(X, weight, n_parts):
    cuts = np.linspace(0, len(X), n_parts + 1).astype(int)
    parts = [
        Sketch.of(X[a:b], None if weight is None else weight[a:b])
        for a, b in itertools.pairwise(cuts)
    ]
    return Immediate().together(Sketch.together, parts)


@pytest.mark.parametrize("weighted", [False, True])
def test_few_rows_are_exact(weighted, rng):
    X = np.where(rng.random_sample((POINTS, 3)) < 0.1, np.nan, rng.standard_normal((POINTS, 3)))
    weight = rng.randint(1, 5, POINTS) / 4 if weighted else None
    np.testing.assert_array_equal(merged(X, weight, 7).quantiles(), quantiles(X, weight))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("order", ["random", "sorted"])
def test_ranks_are_off_by_at_most_a_thousandth(weighted, order, rng):
    n = 600_000
    # heavy tails, ties, and a column that is mostly missing
    X = np.column_stack([rng.standard_cauchy(n), rng.randint(0, 50, n), rng.random_sample(n)])
    X[rng.random_sample(n) < 0.9, 2] = np.nan
    if order == "sorted":
        X.sort(axis=0)
    weight = rng.exponential(size=n) if weighted else None
    # more than two rounds of merging
    found = merged(X, weight, 300).quantiles()
    weights = np.ones(n) if weight is None else weight
    for column, own in zip(X.T, found, strict=True):
        there = ~np.isnan(column)
        column, of = column[there], weights[there]
        for level, value in zip(QUANTILES, own, strict=True):
            below, at_most = of[column < value].sum(), of[column <= value].sum()
            assert below / of.sum() - 0.001 <= level <= at_most / of.sum() + 0.001
        assert own[0] == column.min()
        assert own[-1] == column.max()


def test_a_column_without_numbers_is_zero(rng):
    X = np.full((10, 1), np.nan)
    np.testing.assert_array_equal(merged(X, None, 2).quantiles(), quantiles(X, None))


def test_the_bound_counts_the_rounds_of_merging():
    # of 16 at a time, which is enough for 65,536 partitions
    assert (1 + 4) / (2 * sketch.POINTS) < 0.001
