"""The same training in jax: an epoch is one compiled scan over its batches, Adam included."""

from itertools import pairwise
from math import sqrt

import numpy as np

BETA_1, BETA_2, EPSILON, RATE = 0.9, 0.999, 1e-8, 1e-3


def initial_state(work):
    """Parameters, both moments and the number of steps."""
    import jax

    rng = np.random.default_rng(0)
    widths = [work.n_features, *work.hidden_layer_sizes, work.n_classes or 1]
    params = [
        (rng.standard_normal(pair, np.float32) * sqrt(2 / pair[0]), np.zeros(pair[1], np.float32))
        for pair in pairwise(widths)
    ]
    zeros = jax.tree.map(np.zeros_like, params)
    return jax.tree.map(jax.numpy.asarray, (params, zeros, zeros, np.float32(0)))


def loss(params, X, y):
    import jax

    *hidden, (coef, intercept) = params
    for its_coef, its_intercept in hidden:
        X = jax.nn.relu(X @ its_coef + its_intercept)
    raw = X @ coef + intercept
    if raw.shape[1] == 1:
        return ((raw[:, 0] - y) ** 2).mean()
    return -jax.nn.log_softmax(raw)[jax.numpy.arange(len(y)), y].mean()


def step(state, X, y):
    """The state after a step of Adam."""
    import jax

    params, means, squares, t = state
    gradients, t = jax.grad(loss)(params, X, y), t + 1
    means = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, means, gradients)
    squares = jax.tree.map(lambda s, g: BETA_2 * s + (1 - BETA_2) * g**2, squares, gradients)
    rate = RATE * jax.numpy.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)

    def moved(param, m, s):
        return param - rate * m / (jax.numpy.sqrt(s) + EPSILON)

    return jax.tree.map(moved, params, means, squares), means, squares, t


def compiled_epoch(work, X, y):
    """A function of the state and the order of the rows."""
    import jax

    n_in_full_batches = work.n_rows // work.batch_size * work.batch_size

    def take(state, rows):
        return step(state, X[rows], y[rows]), None

    def epoch(state, order):
        full, rest = order[:n_in_full_batches], order[n_in_full_batches:]
        state, _ = jax.lax.scan(take, state, full.reshape(-1, work.batch_size))
        return take(state, rest)[0] if len(rest) else state

    return jax.jit(epoch)


def trainer(work):
    """What trains a new network for so many epochs."""
    import jax

    X, y = map(jax.numpy.asarray, work.table())
    epoch = compiled_epoch(work, X, y)

    def train(epochs):
        state, rng = initial_state(work), np.random.default_rng(0)
        for _ in range(epochs):
            state = epoch(state, rng.permutation(work.n_rows))
        jax.block_until_ready(state)

    return train
