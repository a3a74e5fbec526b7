"""Networks trained together, and apart."""

from itertools import cycle

import numpy as np

from skdense.engine.training import loop as training_module
from skdense.engine.training import threaded_source

N = 3
QUICK = {"max_iter": 4, "learning_rate_init": 0.01, "dtype": "float64"}


def sources(seed=0):
    """Of three networks: that of all, and those that it draws the seeds of."""
    first = np.random.RandomState(seed)
    return [first, *map(np.random.RandomState, first.choice(2**31 - 1, N - 1))]


def trained_apart(cls, settings, fit):
    own, embeddings = dict(settings), settings.get("numeric_embedding", [None])
    apart = []
    for source, embedding in zip(sources(), cycle(embeddings)):
        own["numeric_embedding"] = embedding
        apart.append(fit(cls(n_estimators=1, random_state=source, **own)))
    return apart


def use_threads(monkeypatch, n):
    for module in (threaded_source, training_module):
        monkeypatch.setattr(module, "n_threads", lambda: n)


def each_params(net):
    return [network.params for network in net.networks_]


def assert_same_bits(some, others):
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one, other)


EMBEDDINGS = {"numeric_embedding": ["pbld", "piecewise_linear"]}
RECIPE = {"max_iter": 3, "early_stopping": False, "dtype": "float64", **EMBEDDINGS}
