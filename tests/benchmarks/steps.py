"""What the time of a training step goes into, at the six sizes of the topic speed.

    python -m tests.benchmarks --only steps

Microseconds a step, of the thread that has the most to do. "products": the matrix products of
its shards alone, by BLAS on one thread; "rest of the shards": activations, loss, gathering, sums,
and Python; "update": adding up the shards, and the optimizer; "waiting": what the whole step takes
longer than these three do by themselves, as threads wake each other, and wait for each other and
for Python's interpreter. The last column is the share of the step that products take.
"""

from math import ceil

import numpy as np

from skdense.engine import Adam, Data, Dense, Network, Plan, Relu, SquaredError, TrainState
from skdense.engine.optim.plan import StepRates
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.loop import prepare
from skdense.engine.training.run import Run, batches_for
from skdense.engine.training.shards import CHUNK, fractions_of
from skdense.engine.training.threaded_source import source_of_batches
from tests.benchmarks.speed import WORKS
from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds, repeated

COLUMNS = ["products", "rest of the shards", "update", "waiting", "step", "products' share"]


def run_of(work):
    """Steps of a network of this size; squared error, whatever the work's loss is."""
    X = np.random.default_rng(0).standard_normal((work.n_rows, work.n_features), np.float32)
    layers = [layer for n in work.hidden_layer_sizes for layer in (Dense(n), Relu())]
    n_outputs = work.n_classes if work.n_classes > 2 else 1
    network = Network([*layers, Dense(n_outputs)], work.n_features, np.float32)
    network.initialize(np.random.RandomState(0))
    state = TrainState(network, Adam(), np.random.RandomState(0))
    # a rate so small that the network stays as it is
    plan = Plan(work.batch_size, max_iter=1, learning_rate_init=1e-9)
    data = Data(X, np.repeat(X[:, :1], n_outputs, axis=1))
    prepare(state, data, plan)
    batches = batches_for(state, data, plan)
    source = source_of_batches(network, data, SquaredError(), work.batch_size, is_alone=True)
    return Run(state, data, plan, batches, source)


def products_of(network, n_rows):
    """A function that does the matrix products of `n_rows` rows, forward and backward."""
    tasks = []
    for i, views in enumerate(network.views):
        if "coef" in views:
            coef, grads = views["coef"], np.empty_like(views["coef"])
            x = np.ones((n_rows, coef.shape[0]), coef.dtype)
            out = np.ones((n_rows, coef.shape[1]), coef.dtype)
            tasks += [(x, coef, out.copy()), (x.T, out, grads)]
            if i > 0:
                tasks.append((out, coef.T, x.copy()))

    def multiply():
        for task in tasks:
            np.dot(*task)

    return multiply


def microseconds(run, rounds, n):
    """Of products, shards, update and all of a step, by their names."""
    network, source, updater = run.state.network, run.source, run.updater
    n_threads = source.team.n_threads
    order = np.random.default_rng(0).permutation(run.n_rows)
    fractions = fractions_of(order[run.batches[0]], source.n_shards)
    n_rows, factor = len(fractions[0]), np.float32(1e-6)
    chunk = min(CHUNK, n_rows)
    per_thread = ceil(len(fractions) / n_threads)
    run.epoch(1, 0)

    def update():
        for i in range(0, len(updater.parts), n_threads):
            updater._collect(i, 0, factor)
            updater._move(i, 0, StepRates(1e-9))

    with one_blas_thread:
        alone = {
            "products": repeated(products_of(network, chunk), n),
            "shards": repeated(lambda: source.shards[0].learn(fractions[0], factor, 1.0), n),
            "update": repeated(update, n),
        }
        times = {name: time / n for name, time in least_seconds(alone, rounds).items()}
    times["products"] *= per_thread * n_rows / chunk
    times["shards"] *= per_thread
    epoch = {"step": lambda: run.epoch(1, 0)}
    times["step"] = least_seconds(epoch, rounds)["step"] / len(run.batches)
    return {name: 1e6 * time for name, time in times.items()}


def measure(toy, rounds, peers):
    table = Table("Microseconds of a step", COLUMNS)
    for name, work in WORKS.items():
        run = run_of(work.toy() if toy else work)
        t = microseconds(run, rounds, 2 if toy else 30)
        run.source.close()
        rest, waiting = t["shards"] - t["products"], t["step"] - t["shards"] - t["update"]
        share = t["products"] / t["step"]
        table.rows[name] = [t["products"], rest, t["update"], waiting, t["step"], share]
    yield table
