"""Time of an epoch on a sparse table, such as words make it.

    python -m tests.benchmarks --only sparse

20,000 rows x 50,000 columns in float32 as CSR, 0.2% of them filled, two classes, a hidden layer
of 100, batches of 200, Adam; settings by `from_sklearn`. A step moves all of five million
parameters, however few columns its rows fill.
"""

from functools import partial

import numpy as np
import scipy.sparse

from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds
from tests.benchmarks.work import Work

WORK = Work(20_000, 50_000, (100,), 200, n_classes=2)
TOY = Work(200, 500, (100,), 100, n_classes=2)
DENSITY = 0.002


def sparse_table(work):
    rng = np.random.default_rng(0)
    shape = work.n_rows, work.n_features
    X = scipy.sparse.random(*shape, DENSITY, "csr", np.float32, random_state=rng)
    X.sort_indices()
    return X, rng.integers(work.n_classes, size=work.n_rows)


def measure(toy, rounds, peers):
    work = TOY if toy else WORK
    X, y = sparse_table(work)
    fits = {"skdense": partial(work.dense(epochs=1).fit, X, y)}
    if "sklearn" in peers:
        fits["MLP"] = partial(work.mlp(epochs=1).fit, X, y)
    times = least_seconds(fits, rounds)
    rows = {
        name: [time, time / work.n_steps * 1e3, times["skdense"] / time]
        for name, time in times.items()
    }
    columns = ["seconds an epoch", "ms a step", "skdense over it"]
    yield Table(f"An epoch on {X.shape[0]:,} x {X.shape[1]:,} sparse", columns, rows)
