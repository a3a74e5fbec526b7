"""The shares that a batch is cut into, so that threads can work on it side by side."""

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from scipy import sparse

from skdense.engine.losses.base import Loss
from skdense.engine.network import Network
from skdense.engine.training.batches import Data, Gather
from skdense.engine.training.workspace import Workspace
from skdense.engine.typing import Array, RandomSource

# Rows that pass the network at once: more of them leave the processor's cache.
CHUNK = 512


# Large batches have about so many rows a lane, and so many lanes at most: more lanes than threads
# only cost gradients, and small lanes more waiting.
LANE_ROWS, MAX_LANES = 1_024, 8


# A batch of fewer products (rows times coefficients) takes less time than waking a thread.
MIN_PRODUCTS = 8_000_000


class Lane:
    """A share of each batch, whose gradient is added up apart from that of the others.

    Parameters
    ----------
    network : Network
    data : Data
    loss : Loss
    n_rows : int
        Rows of the largest share.
    chunk : int
        Rows that pass the network at once.

    Attributes
    ----------
    value : float
        Sum of the losses of the epoch's rows so far.
    grads : ndarray of shape (n_params,)
        Sum of the gradients of the last share, times the factor asked for.
    """

    def __init__(self, network: Network, data: Data, loss: Loss, n_rows: int, chunk: int) -> None:
        self.loss, self.chunk, self.value = loss, chunk, 0.0
        self.rng = None
        if any(layer.is_random for layer in network.layers):
            self.rng = np.random.Generator(np.random.SFC64(0))
        self.gather = Gather(data, min(n_rows, chunk))
        self.workspace = Workspace(network, self.rng)
        # several chunks need a vector to add them up in
        self.grads = self.workspace.grads if n_rows <= chunk else self.workspace.grads.copy()

    def begin_epoch(self, rng: RandomSource) -> None:
        """Random layers get a stream of their own, so that no thread waits for another's."""
        self.value = 0.0
        if self.rng is not None:
            seed = int.from_bytes(rng.bytes(16), "little")
            self.rng.bit_generator.state = np.random.SFC64(seed).state

    def learn(self, rows: Array | slice, factor: Any, strength: float) -> None:
        """Add the loss of these rows to `value`; `grads` gets its gradient, times the factor.

        `strength` is that of random layers.
        """
        self.workspace.strength = strength
        if self.grads is self.workspace.grads:
            self._learn(rows, factor)
            return
        self.grads.fill(0)
        for chunk in _chunks(rows, self.chunk):
            self._learn(chunk, factor)
            self.grads += self.workspace.grads

    def _learn(self, rows: Array | slice, factor: Any) -> None:
        X, y, weight = self.gather(rows)
        self.value += self.workspace.loss_and_gradient(X, y, weight, self.loss, factor)


def _chunks(rows: Array | slice, size: int) -> Iterator[Any]:
    if isinstance(rows, slice):
        ends = [*range(rows.start, rows.stop, size), rows.stop]
        return map(slice, ends, ends[1:])
    return (rows[start : start + size] for start in range(0, len(rows), size))


def is_whole(network: Network) -> bool:
    """Whether a batch must not be cut: a layer joins its rows, or writes what it tracks."""
    return any(layer.joins_rows or layer.tracked for layer in network.layers)


def lanes_for(
    network: Network, data: Data, loss: Loss, n_rows: int, *, is_alone: bool
) -> list[Lane]:
    """Lanes for batches of at most `n_rows` rows; one if other networks keep the threads busy."""
    if is_whole(network):
        return [Lane(network, data, loss, n_rows, n_rows)]
    n = _n_lanes(n_rows, n_rows * _n_products(network, data.X)) if is_alone else 1
    return [Lane(network, data, loss, -(-n_rows // n), CHUNK) for _ in range(n)]


def _n_lanes(n_rows: int, n_products: float) -> int:
    if n_products < MIN_PRODUCTS or n_rows < 2:
        return 1
    return min(MAX_LANES, max(2, n_rows // LANE_ROWS))


def _n_products(network: Network, X: Any) -> float:
    """Products that a row needs to pass the network."""
    n = float(network.n_penalized)
    if sparse.issparse(X):
        empty = 1 - X.nnz / max(1, prod(X.shape))
        n -= empty * network.views[0].get("coef", np.empty(0)).size
    return n
