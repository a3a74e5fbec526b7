"""Memory that a fit takes at most, beyond what was there before, and that of a long stream.

    python -m tests.benchmarks --only memory

A fit, in a new process: the peak of tracemalloc, to which NumPy reports its arrays (BLAS does not
report its few buffers), over the bytes of X, of the parameters and of a batch of X. 200,000 rows x
50 columns, hidden layers of 256 and 256, batches of 256. The stream has a file of its own.
"""

import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from tests.benchmarks import stream
from tests.benchmarks.tables import Table
from tests.benchmarks.work import Work

WORK = Work(200_000, 50, (256, 256), 256, n_classes=2, epochs=2)
COLUMNS = ["peak, MB", "over X", "over parameters", "over a batch"]


def from_sklearn(work, **changed):
    return work.dense(work.epochs, **changed)


def defaults(work, **changed):
    network = {"hidden_layer_sizes": work.hidden_layer_sizes, "batch_size": work.batch_size}
    settings = {"max_iter": work.epochs, "dtype": "auto", "random_state": 0}
    return work.dense_class(**network, **settings, **changed)


def mlp(work, **changed):
    return work.mlp(work.epochs, **changed)


FITS = {
    "from_sklearn, float32": (from_sklearn, np.float32),
    "defaults, float64": (defaults, np.float64),
    "MLP, float32": (mlp, np.float32),
    "MLP, float64": (mlp, np.float64),
}


def peak_of(model, X, y):
    """Bytes that a fit takes at most."""
    tracemalloc.start()
    model.fit(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def compare(make, work, dtype, early_stopping):
    """Peak of a fit in MB, and over the bytes of X, of the parameters and of a batch."""
    make(work.toy()).fit(*work.toy().table(dtype))  # what is imported once
    X, y = work.table(dtype)
    model = make(work, early_stopping=early_stopping)
    peak = peak_of(model, X, y)
    params = sum(array.nbytes for array in (*model.coefs_, *model.intercepts_))
    return [peak / 1e6, *(peak / size for size in (X.nbytes, params, X[: work.batch_size].nbytes))]


def fits(work, peers):
    table = Table("Memory that a fit takes at most", COLUMNS)
    for name, (make, dtype) in FITS.items():
        if make is mlp and "sklearn" not in peers:
            continue
        table.rows[name] = compare(make, work, dtype, early_stopping=False)
        table.rows[f"{name}, early_stopping"] = compare(make, work, dtype, early_stopping=True)
    return table


def in_new_process(function, *arguments):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure(toy, rounds, peers):
    yield in_new_process(fits, WORK.toy() if toy else WORK, peers)
    yield in_new_process(stream.measure, toy)
