"""A batch in shards, each learnt by one of several threads."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from large_networks import FOREVER, large, trained

from skdense.engine import (
    Adam,
    Data,
    Dense,
    Dropout,
    Layer,
    Network,
    Plan,
    Relu,
    SquaredError,
    Stopping,
    TrainState,
    train,
)
from skdense.engine.training import threaded_source, updates
from skdense.engine.training.threaded_source import source_of_batches


@pytest.mark.parametrize("batch_size", [255, 256, 700, 1_300])
def test_shards_learn_what_one_does(batch_size, rng, monkeypatch):
    settings = {"batch_size": batch_size, "max_grad_norm": 5.0}
    several, curve = trained(rng, monkeypatch, 2, **settings)
    monkeypatch.setattr("skdense.engine.training.shards.MIN_PRODUCTS", np.inf)
    one, losses = trained(rng, monkeypatch, 1, chunk=10_000, **settings)
    np.testing.assert_allclose(several, one, rtol=1e-3, atol=2e-5)
    np.testing.assert_allclose(curve, losses, rtol=1e-5)


def test_what_a_layer_tracks_is_written_by_one_thread(rng):
    @dataclass(frozen=True)
    class Largest(Relu):
        tracked = ("largest",)

        def shapes(self, n_in):
            return {"largest": (n_in,)}

    network, data = large(rng, [Largest()])
    source = source_of_batches(network, data, SquaredError(), 1_300, is_alone=True)
    assert (source.n_shards, source.team.n_threads) == (1, 1)


def test_a_layer_of_ones_own_draws_in_training(rng):
    @dataclass(frozen=True)
    class Noise(Layer):
        def forward(self, frame):
            drawn.append(frame.rng.normal())
            frame.out[...] = frame.x

        def backward(self, frame):
            frame.d_in[...] = frame.d_out

    drawn = []
    network = Network([Dense(2), Noise()], 60)
    state = TrainState(network, Adam(), rng)
    data = Data(rng.standard_normal((40, 60)), np.zeros((40, 2)))
    train([state], data, SquaredError(), Plan(batch_size=10, max_iter=2), Stopping(**FOREVER))
    assert len(set(drawn)) == 8


def test_shards_follow_from_the_sizes(rng):
    network, data = large(rng)
    for n_rows, n in ((100, 1), (200, 2), (1_300, 2), (4_096, 4), (20_000, 8)):
        source = source_of_batches(network, data, SquaredError(), n_rows, is_alone=True)
        source.close()
        assert source.n_shards == n
    small = Network([Dense(5), Relu(), Dense(2)], 60, np.float32)
    assert source_of_batches(small, data, SquaredError(), 1_300, is_alone=True).n_shards == 1


def test_a_batch_with_fewer_rows_than_shards(rng, monkeypatch):
    # 1,281 rows: the last batch has a single one
    monkeypatch.setattr(threaded_source, "n_threads", lambda: 2)
    network, data = large(rng, n_rows=1_281)
    state = TrainState(network, Adam(), rng)
    plan = Plan(batch_size=256, max_iter=1, shuffle=False)
    epochs = train([state], data, SquaredError(), plan, Stopping(**FOREVER))
    assert state.n_steps == 6
    assert np.isfinite(epochs[0].loss)


def test_parts_cover_every_parameter_once():
    for width in (10, 300, 3_000):
        network = Network([Dense(width), Relu(), Dense(width)], 60, np.float32)
        ends = [(part.start, part.stop) for part in updates.parts_of(network.params.size, 2)]
        assert ends[0][0] == 0
        assert ends[-1][1] == network.params.size
        assert all(one[1] == other[0] for one, other in pairwise(ends))
        assert max(stop - start for start, stop in ends) <= updates.PART


def test_dropout_draws_anew_in_each_epoch_and_shard(rng, monkeypatch):
    network, data = large(rng, [Dropout(0.5)])
    source = source_of_batches(network, data, SquaredError(), 256, is_alone=True)
    rng, drawn = np.random.RandomState(0), []
    for _ in range(2):
        source.begin_epoch(rng)
        drawn += [shard.rng.bytes(8) for shard in source.shards]
    source.close()
    assert len(set(drawn)) == 4
