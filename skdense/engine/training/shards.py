"""A shard of each batch: rows whose gradient is summed apart from that of the others."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from skdense.engine.losses.base import Loss
from skdense.engine.network import Network
from skdense.engine.training.batches import Data, Gather
from skdense.engine.training.workspace import Workspace
from skdense.engine.typing import Matrix, Number, RandomSource, RowIndices

# Rows that pass through the network at once; the activations of more do not fit the cache.
CHUNK = 512


# Large batches have about this many rows per shard, and at most this many shards. Each shard
# costs one gradient vector, and shards of fewer rows spend their time waiting for each other.
SHARD_ROWS, MAX_SHARDS = 1_024, 8


# A batch with fewer multiply-adds is done before another thread has woken up.
MIN_PRODUCTS = 8_000_000


class Shard:
    """Evaluates the loss and its gradient for one fraction of each batch.

    Parameters
    ----------
    network : Network
    data : Data
    loss : Loss
    n_rows : int
        Rows of the largest fraction.
    chunk : int
        Rows that pass through the network at once.
    exact : bool, default=False
        Whether to switch random layers off and to sum the gradients of chunks in float64,
        as a line search needs it.

    Attributes
    ----------
    value : float
        Sum of the losses of all rows since `begin_epoch`.
    grads : ndarray of shape (n_params,)
        Sum of the gradients of the last fraction, times the factor given to `learn`.
    """

    def __init__(
        self,
        network: Network,
        data: Data,
        loss: Loss,
        n_rows: int,
        chunk: int,
        *,
        exact: bool = False,
    ) -> None:
        self.loss, self.chunk, self.value = loss, chunk, 0.0
        self.rng = None
        if not exact and any(layer.is_random for layer in network.layers):
            self.rng = np.random.Generator(np.random.SFC64(0))
        self.gather = Gather(data, min(n_rows, chunk))
        self.workspace = Workspace(network, self.rng)
        self.grads = self.workspace.grads
        if n_rows > chunk:
            # the chunks are summed in a vector of their own
            self.grads = self.grads.astype(np.float64 if exact else self.grads.dtype)

    def begin_epoch(self, rng: RandomSource) -> None:
        """Reset `value`; seed a random stream for this shard, so that no thread has to wait."""
        self.value = 0.0
        if self.rng is not None:
            seed = int.from_bytes(rng.bytes(16), "little")
            self.rng.bit_generator.state = np.random.SFC64(seed).state

    def learn(self, rows: RowIndices, factor: Number, strength: float) -> None:
        """Add the loss of the rows to `value`; write its gradient times the factor to `grads`."""
        self.workspace.strength = strength
        if self.grads is self.workspace.grads:
            self._learn(rows, factor)
            return
        self.grads.fill(0)
        for chunk in _chunks(rows, self.chunk):
            self._learn(chunk, factor)
            self.grads += self.workspace.grads

    def _learn(self, rows: RowIndices, factor: Number) -> None:
        X, y, weight = self.gather(rows)
        self.value += self.workspace.loss_and_gradient(X, y, weight, self.loss, factor)


def _chunks(rows: RowIndices, size: int) -> Iterator[RowIndices]:
    return (cut(rows, start, start + size) for start in range(0, n_rows_of(rows), size))


def fractions_of(rows: RowIndices, n_shards: int) -> list[RowIndices]:
    """Cut rows into consecutive fractions, at most one per shard, none of them empty."""
    if n_shards == 1:
        return [rows]
    n_rows = n_rows_of(rows)
    ends = [-(-n_rows * i // n_shards) for i in range(n_shards + 1)]
    return [cut(rows, a, b) for a, b in pairwise(ends) if a < b]


def n_rows_of(rows: RowIndices) -> int:
    """Return the number of rows; a slice has both ends."""
    return int(rows.stop - rows.start) if isinstance(rows, slice) else len(rows)


def cut(rows: RowIndices, start: int, stop: int) -> RowIndices:
    """Return consecutive ones of the rows, without a copy."""
    if isinstance(rows, slice):
        return slice(rows.start + start, min(rows.start + stop, rows.stop))
    return rows[start:stop]


def is_whole(network: Network) -> bool:
    """Whether batches must not be cut: a layer joins their rows, or tracks parameters."""
    return any(layer.joins_rows or layer.tracked for layer in network.layers)


def n_shards_for(network: Network, X: Matrix, n_rows: int, shard_rows: int) -> int:
    """Return the number of shards for batches of at most `n_rows` rows.

    It follows from the sizes alone, so that the number of threads changes no bit.
    """
    n_products = n_rows * network.products_per_row(X)
    if n_products < MIN_PRODUCTS or n_rows < 2 or is_whole(network):
        return 1
    return min(MAX_SHARDS, max(2, n_rows // shard_rows))
