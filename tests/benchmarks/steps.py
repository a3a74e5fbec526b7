"""What the time of a training step goes into, at the six sizes of the topic speed.

    python -m tests.benchmarks --only steps

Microseconds a step, of the thread that has the most to do. "products": the matrix products of
its lanes alone, by BLAS on one thread; "rest of the lanes": activations, loss, gathering, sums,
and Python; "update": adding up the lanes, and the optimizer; "waiting": what the whole step takes
longer than these three do by themselves, as threads wake each other, and wait for each other and
for Python's interpreter. The last column is the share of the step that products take.
"""

from math import ceil

import numpy as np

from skdense.engine import Adam, Data, Dense, Network, Plan, Relu, SquaredError, TrainState
from skdense.engine.optim.plan import Pace
from skdense.engine.threads import one_blas_thread
from skdense.engine.training.shards import CHUNK
from skdense.engine.training.step import Stepper
from tests.benchmarks.speed import WORKS
from tests.benchmarks.tables import Table
from tests.benchmarks.timing import least_seconds, repeated

COLUMNS = ["products", "rest of the lanes", "update", "waiting", "step", "products' share"]


def stepper_of(work):
    """Steps of a network of this size; squared error, whatever the work's loss is."""
    X = np.random.default_rng(0).standard_normal((work.n_rows, work.n_features), np.float32)
    layers = [layer for n in work.hidden_layer_sizes for layer in (Dense(n), Relu())]
    n_outputs = work.n_classes if work.n_classes > 2 else 1
    network = Network([*layers, Dense(n_outputs)], work.n_features, np.float32)
    network.initialize(np.random.RandomState(0))
    state = TrainState(network, Adam(), np.random.RandomState(0))
    state.optimizer.prepare(network.params)
    data = Data(X, np.repeat(X[:, :1], n_outputs, axis=1))
    return Stepper(state, data, SquaredError(), Plan(work.batch_size, max_iter=1), is_alone=True)


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


def microseconds(stepper, rounds, n):
    """Of products, lanes, update and all of a step, by their names."""
    network, shares, n_threads = stepper.state.network, stepper.shares[0], stepper.team.n_threads
    order = np.random.default_rng(0).permutation(shares[-1].stop)
    factor, now = np.float32(1e-6), stepper.optimizer.begin_step(1e-9)
    n_rows = shares[0].stop - shares[0].start
    chunk = min(CHUNK, n_rows)
    per_thread = ceil(len(shares) / n_threads)
    paces = [Pace(1e-9)] * stepper.n_steps
    stepper.epoch(None, paces)

    def update():
        stepper.now = now
        for i in range(0, len(stepper.parts), n_threads):
            stepper._add_up(i, 0, len(shares), factor)
            stepper._move(i, 0, 0)

    with one_blas_thread:
        alone = {
            "products": repeated(products_of(network, chunk), n),
            "lanes": repeated(lambda: stepper.lanes[0].learn(order[shares[0]], factor, 1.0), n),
            "update": repeated(update, n),
        }
        times = {name: time / n for name, time in least_seconds(alone, rounds).items()}
    times["products"] *= per_thread * n_rows / chunk
    times["lanes"] *= per_thread
    rows = np.random.default_rng(0).permutation(stepper.shares[-1][-1].stop)
    epoch = {"step": lambda: stepper.epoch(rows, paces)}
    times["step"] = least_seconds(epoch, rounds)["step"] / stepper.n_steps
    return {name: 1e6 * time for name, time in times.items()}


def measure(toy, rounds, peers):
    table = Table("Microseconds of a step", COLUMNS)
    for name, work in WORKS.items():
        stepper = stepper_of(work.toy() if toy else work)
        t = microseconds(stepper, rounds, 2 if toy else 30)
        stepper.close()
        rest, waiting = t["lanes"] - t["products"], t["step"] - t["lanes"] - t["update"]
        share = t["products"] / t["step"]
        table.rows[name] = [t["products"], rest, t["update"], waiting, t["step"], share]
    yield table
