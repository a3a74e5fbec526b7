"""Time of an epoch of training: the same network, batches and Adam, at six sizes.

    python -m tests.benchmarks --only speed --peers sklearn,torch,jax

skdense, by `from_sklearn`, torch and jax compute in float32, scikit-learn's MLP in float32 and in
float64; no scaling, penalty or stopping. Each fit begins anew, and its start counts.
"""

from functools import partial

import numpy as np

from tests.benchmarks import jax_network, torch_network
from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds, matrix_peak
from tests.benchmarks.work import Work

WORKS = {
    "tiny": Work(1_000, 10, (32,), 100, n_classes=2, epochs=100),
    "small": Work(5_000, 20, (100,), 200, n_classes=3, epochs=40),
    "tabular": Work(40_000, 50, (256, 256), 256, n_classes=2, epochs=3),
    "wide": Work(20_000, 784, (512, 512), 256, n_classes=10, epochs=2),
    "deep": Work(20_000, 50, (128,) * 6, 256, epochs=4),
    "bigbatch": Work(100_000, 100, (256, 256), 4096, epochs=3),
}
COLUMNS = {
    "sklearn": ["MLP float32", "MLP float64"],
    "torch": ["torch"],
    "jax": ["jax"],
    "onnxruntime": [],
}


def trainers(work, peers):
    """Functions that train for so many epochs, by the name of their column."""

    def fits(make, dtype):
        X, y = work.table(dtype)
        return lambda epochs: make(epochs).fit(X, y)

    train = {"skdense": fits(work.dense, np.float32)}
    if "sklearn" in peers:
        train["MLP float32"] = fits(work.mlp, np.float32)
        train["MLP float64"] = fits(work.mlp, np.float64)
    if "torch" in peers:
        train["torch"] = torch_network.trainer(work)
    if "jax" in peers:
        train["jax"] = jax_network.trainer(work)
    return train


def seconds_an_epoch(work, rounds, peers):
    train = trainers(work, peers)
    for fit in train.values():
        fit(1)  # what is imported, compiled or allocated once
    calls = {name: partial(fit, work.epochs) for name, fit in train.items()}
    times = least_seconds(calls, rounds)
    return np.array([time / work.epochs for time in times.values()])


def ratios(times):
    """skdense over each peer, and the geometric means."""
    rows = {name: row[0] / row[1:] for name, row in times.items()}
    return rows | {"geometric mean": np.exp(np.log([*rows.values()]).mean(axis=0))}


def measure(toy, rounds, peers):
    works = {name: work.toy() if toy else work for name, work in WORKS.items()}
    peak = matrix_peak(toy)
    times = {name: seconds_an_epoch(work, rounds, peers) for name, work in works.items()}
    columns = ["skdense", *(column for peer in peers for column in COLUMNS[peer])]

    def table(title, value):
        return Table(title, columns, {name: value(works[name], times[name]) for name in works})

    yield table("Milliseconds an epoch", lambda work, time: time * 1e3)
    yield table("Microseconds a step", lambda work, time: time / work.n_steps * 1e6)
    share = "Matrix products of an epoch, percent of what the machine's peak does in that time"
    yield table(share, lambda work, time: work.operations / time / peak * 100)
    if columns[1:]:
        yield Table("skdense over its peer: 0.5 is half the time", columns[1:], ratios(times))
