"""Where gradients come from: any source that sums them in the same order gives the same bits."""

import threading

import numpy as np
import pytest

from skdense.engine import (
    Adam,
    Data,
    Dense,
    Dropout,
    GradientSource,
    Network,
    Plan,
    Relu,
    SquaredError,
    Stopping,
    TrainState,
    Workspace,
    minimize_lbfgs,
    train,
)
from skdense.engine.training import threaded_source
from skdense.engine.training.batches import Gather
from skdense.engine.training.shards import cut, fractions_of, n_rows_of

FOREVER = {"patience": np.inf, "tol": 0.0}


class Plain(GradientSource):
    """All rows at once, in the calling thread."""

    def __init__(self, network, data, loss):
        self.loss, self.workspace = loss, Workspace(network)
        self.gather, self.grads = Gather(data, data.n_rows), self.workspace.grads
        self.closed = False

    def add_up(self, rows, factor, strength):
        return self.workspace.loss_and_gradient(*self.gather(rows), self.loss, factor)

    def close(self):
        self.closed = True


class Halves(GradientSource):
    """The sum of two sources, as if each were on a machine of its own."""

    def __init__(self, network, data, loss):
        self.sources = [Plain(network, data, loss) for _ in range(2)]
        self.grads = self.sources[0].grads

    def add_up(self, rows, factor, strength):
        fractions = fractions_of(rows, 2)
        pairs = zip(self.sources, fractions, strict=False)
        value = sum(source.add_up(own, factor, strength) for source, own in pairs)
        for other in self.sources[1 : len(fractions)]:
            self.grads += other.grads
        return value


def problem(n_rows=100, n_units=8, dtype=np.float64):
    rng = np.random.RandomState(3)
    network = Network([Dense(n_units), Relu(), Dense(n_units), Relu(), Dense(1)], 20, dtype)
    network.initialize(rng)
    X = rng.standard_normal((n_rows, 20)).astype(dtype)
    data = Data(X, X[:, :1] * X[:, 1:2], rng.uniform(0.5, 2, n_rows).astype(dtype))
    return network, data


def trained(source, plan, **sizes):
    network, data = problem(**sizes)
    state = TrainState(network, Adam(), np.random.RandomState(0))
    epochs = train([state], data, SquaredError(), plan, Stopping(**FOREVER), source=source)
    return network.params, [epoch.loss for epoch in epochs]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"shuffle": False},
        {"alpha": 0.1, "weight_decay": 0.1, "max_grad_norm": 0.5, "ema_decay": 0.9},
    ],
    ids=["plain", "no shuffle", "penalty, decay, clipping, average"],
)
def test_a_source_of_ones_own_gives_the_same_bits(settings):
    plan = Plan(batch_size=30, max_iter=3, **settings)
    expected, losses = trained(None, plan)
    params, curve = trained(Plain, plan)
    np.testing.assert_array_equal(params, expected)
    assert curve == losses


def test_a_source_that_sums_shards_in_order_gives_the_same_bits(monkeypatch):
    # the last batch has a single row; one chunk a shard, so that both multiply the same rows
    monkeypatch.setattr(threaded_source.shards, "CHUNK", 600)
    sizes = {"n_rows": 1_201, "n_units": 130, "dtype": np.float32}
    plan = Plan(batch_size=600, max_iter=2, shuffle=False)
    network, data = problem(**sizes)
    source = threaded_source.source_of_batches(network, data, SquaredError(), 600, is_alone=True)
    source.close()
    assert source.n_shards == 2
    params, curve = trained(Halves, plan, **sizes)
    expected, losses = trained(None, plan, **sizes)
    np.testing.assert_array_equal(params, expected)
    np.testing.assert_allclose(curve, losses, rtol=1e-12)


def test_sources_are_closed_also_after_an_error():
    made = []

    class Failing(Plain):
        def __init__(self, *problem):
            super().__init__(*problem)
            made.append(self)

        def add_up(self, rows, factor, strength):
            if len(made) == 2:
                raise ArithmeticError("no gradient")
            return super().add_up(rows, factor, strength)

    trained(Failing, Plan(batch_size=30, max_iter=1))
    with pytest.raises(ArithmeticError, match="no gradient"):
        trained(Failing, Plan(batch_size=30, max_iter=1))
    network, data = problem()
    minimize_lbfgs(network, data, SquaredError(), max_iter=2, source=Failing)
    assert [source.closed for source in made] == [True] * 3


def test_a_threaded_source_adds_up_what_the_network_has():
    network, data = problem(3_000, 130, np.float32)
    whole, rows = Plain(network, data, SquaredError()), slice(100, 2_900)
    expected = whole.add_up(rows, np.float32(0.5), 1.0)
    source = threaded_source.source_of_batches(network, data, SquaredError(), 2_800, is_alone=True)
    for picked in (rows, np.arange(100, 2_900)):
        assert source.add_up(picked, np.float32(0.5), 1.0) == pytest.approx(expected, rel=1e-5)
        np.testing.assert_allclose(source.grads, whole.grads, rtol=1e-3, atol=1e-2)
    source.close()


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("n_shards", [1, 2, 3, 8])
def test_fractions_are_all_rows_in_order(n, n_shards):
    for n_rows in range(1, 30, n):
        for rows in (slice(5, 5 + n_rows), np.arange(5, 5 + n_rows)):
            fractions = fractions_of(rows, n_shards)
            assert 0 < len(fractions) <= n_shards
            assert all(n_rows_of(own) > 0 for own in fractions)
            indices = [i for own in fractions for i in np.arange(100)[own]]
            assert indices == list(range(5, 5 + n_rows))


def test_cuts_end_with_the_rows():
    assert cut(slice(3, 8), 2, 9) == slice(5, 8)
    np.testing.assert_array_equal(cut(np.arange(3, 8), 2, 9), [5, 6, 7])


# L-BFGS


def test_lbfgs_takes_a_source():
    network, data = problem()
    other, _ = problem()
    epochs, _ = minimize_lbfgs(network, data, SquaredError(), alpha=0.1, max_iter=5)
    curve, _ = minimize_lbfgs(other, data, SquaredError(), alpha=0.1, max_iter=5, source=Plain)
    np.testing.assert_array_equal(network.params, other.params)
    assert epochs == curve


@pytest.mark.parametrize("n_rows", [4_096, 4_097, 9_000])
def test_lbfgs_uses_several_threads_which_change_no_bit(n_rows, monkeypatch):
    class WatchedError(SquaredError):
        def rows(self, raw, y, gradient_out):
            seen.add(threading.current_thread().name)
            return super().rows(raw, y, gradient_out)

    results, before = [], threading.active_count()
    for n in (1, 2, 3):
        monkeypatch.setattr(threaded_source, "n_threads", lambda n=n: n)
        seen = set()
        network, data = problem(n_rows, 100, np.float32)
        epochs, _ = minimize_lbfgs(network, data, WatchedError(), max_iter=3)
        assert len(seen) == (1 if n_rows == 4_096 else min(n, 2))
        results.append((network.params, [epoch.loss for epoch in epochs]))
    for params, curve in results[1:]:
        np.testing.assert_array_equal(params, results[0][0])
        assert curve == results[0][1]
    assert threading.active_count() == before


def test_lbfgs_sums_chunks_in_double_precision():
    network, data = problem(9_000, 40, np.float32)
    source = threaded_source.source_of_all_rows(network, data, SquaredError(), 4_096)
    assert source.grads.dtype == np.float64
    source.close()


def test_lbfgs_switches_random_layers_off():
    results = []
    for layers in ([Dropout(0.5)], []):
        network = Network([Dense(5), *layers, Relu(), Dense(1)], 20)
        network.initialize(np.random.RandomState(0))
        _, data = problem()
        minimize_lbfgs(network, data, SquaredError(), max_iter=5)
        results.append(network.params)
    np.testing.assert_array_equal(*results)
