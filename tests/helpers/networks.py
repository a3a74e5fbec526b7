"""Small networks and their data, for tests of the engine."""

import numpy as np

from skdense.engine import Data, Dense, Network, Relu, Tanh, TrainState

FOREVER = {"patience": np.inf, "tol": 0.0}


def small_network(rng, dtype=np.float64):
    network = Network([Dense(6), Tanh(), Dense(4), Relu(), Dense(2)], 3, dtype)
    network.initialize(rng)
    return network


def data_for(rng, n_rows=40, dtype=np.float64):
    X = rng.standard_normal((n_rows, 3)).astype(dtype)
    return Data(X, np.column_stack([X[:, 0], X[:, 1] * X[:, 2]]).astype(dtype))


def small_state(optimizer, seed=0, layers=None):
    network = Network(layers or [Dense(6), Tanh(), Dense(2)], 3)
    network.initialize(np.random.RandomState(seed))
    return TrainState(network, optimizer, np.random.RandomState(seed))


def small_data(n_rows=40):
    X = np.random.RandomState(1).standard_normal((n_rows, 3))
    return Data(X, np.column_stack([X[:, 0], X[:, 1] * X[:, 2]]))
