"""Networks of a size that several threads train."""

import numpy as np
from networks import FOREVER
from threadpoolctl import ThreadpoolController

from skdense.engine import (
    Adam,
    Data,
    Dense,
    Network,
    Plan,
    Relu,
    SquaredError,
    Stopping,
    TrainState,
    train,
)
from skdense.engine.training import threaded_source


def blas_threads():
    controller = ThreadpoolController().select(user_api="blas")
    return [library["num_threads"] for library in controller.info()]


def large(rng, layers=(), n_rows=1_300, dtype=np.float32):
    X = rng.standard_normal((n_rows, 60)).astype(dtype)
    network = Network([Dense(200), Relu(), *layers, Dense(200), Relu(), Dense(2)], 60, dtype)
    network.initialize(np.random.RandomState(0))
    weight = rng.uniform(0.5, 2, n_rows).astype(dtype)
    return network, Data(X, np.column_stack([X[:, 0], X[:, 1] ** 2]), weight)


def trained(rng, monkeypatch, n, layers=(), chunk=128, **plan):
    monkeypatch.setattr(threaded_source, "n_threads", lambda: n)
    # many shards, and several chunks in each, of few rows
    monkeypatch.setattr("skdense.engine.training.shards.SHARD_ROWS", 128)
    monkeypatch.setattr("skdense.engine.training.shards.CHUNK", chunk)
    network, data = large(np.random.RandomState(1), layers)
    state = TrainState(network, Adam(), np.random.RandomState(2))
    settings = {"batch_size": 256, "max_iter": 2, "alpha": 0.1} | plan
    epochs = train([state], data, SquaredError(), Plan(**settings), Stopping(**FOREVER))
    return network.params, [epoch.loss for epoch in epochs]
