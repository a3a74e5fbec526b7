"""How the time of an epoch grows with rows, batches and threads.

    python -m tests.benchmarks --only scaling

Rows and batches: 50 columns in float32, hidden layers of 128 and 128, regression. Threads:
those of BLAS are limited to one or two, and parameters and predictions are compared to the bit.
"""

from dataclasses import replace

from threadpoolctl import threadpool_limits

from tests.benchmarks import speed
from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds
from tests.benchmarks.work import Work

WORK = Work(20_000, 50, (128, 128), 256, epochs=3)
N_ROWS = [10_000, 20_000, 40_000, 80_000]
BATCH_SIZES = [32, 64, 128, 256, 512, 1024, 2048, 4096]
THREADED = ["small", "tabular", "wide", "bigbatch"]


def fit_of(work, n_threads=None):
    """A function that fits; with `n_threads` of None, by as many threads as there are."""
    X, y = work.table()

    def fit():
        with threadpool_limits(n_threads, "blas"):
            return work.dense(work.epochs).fit(X, y)

    return fit


def epochs_of(works, rounds):
    """By name: milliseconds an epoch, microseconds a step, microseconds a row."""
    fits = {name: fit_of(work) for name, work in works.items()}
    next(iter(fits.values()))()  # what is imported or allocated once
    rows = {}
    for name, time in least_seconds(fits, rounds).items():
        work, time = works[name], time / works[name].epochs
        rows[name] = [time * 1e3, time / work.n_steps * 1e6, time / work.n_rows * 1e6]
    return rows


def predicted(model, X, n_threads):
    predict = getattr(model, "predict_proba", model.predict)
    with threadpool_limits(n_threads, "blas"):
        return predict(X)


def is_same(one, two):
    return "the same bits" if one.tobytes() == two.tobytes() else "other bits"


def threads(work, rounds):
    """Milliseconds an epoch by one thread and by two, and what they agree in."""
    fits = {n_threads: fit_of(work, n_threads) for n_threads in (1, 2)}
    one, two = (fit() for fit in fits.values())
    times = [time / work.epochs * 1e3 for time in least_seconds(fits, rounds).values()]
    params = is_same(one.network_.params, two.network_.params)
    X, _ = work.table()
    predictions = is_same(predicted(one, X, 1), predicted(one, X, 2))
    return [*times, times[0] / times[1], params, predictions]


def measure(toy, rounds, peers):
    base, sizes, batch_sizes = WORK, N_ROWS, BATCH_SIZES
    if toy:
        base, sizes, batch_sizes = WORK.toy(), [200, 400], [32, 64]
    columns = ["ms an epoch", "us a step", "us a row"]
    works = {f"{n:,} rows": replace(base, n_rows=n) for n in sizes}
    yield Table("An epoch by the number of rows", columns, epochs_of(works, rounds))
    works = {f"{n:,} a batch": replace(base, batch_size=n) for n in batch_sizes}
    yield Table("An epoch by the rows of a batch", columns, epochs_of(works, rounds))
    works = {name: speed.WORKS[name] for name in THREADED}
    rows = {name: threads(work.toy() if toy else work, rounds) for name, work in works.items()}
    columns = ["1 thread, ms", "2 threads, ms", "times as fast", "parameters", "predictions"]
    yield Table("An epoch by the threads of BLAS", columns, rows)
