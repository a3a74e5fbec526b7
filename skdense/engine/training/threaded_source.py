"""Gradients of a batch from several threads: shards of its rows side by side."""

from skdense.engine.losses.base import Loss
from skdense.engine.network import Network
from skdense.engine.threads import Team, n_threads, one_blas_thread
from skdense.engine.training import shards
from skdense.engine.training.batches import Data
from skdense.engine.training.gradient_source import GradientSource
from skdense.engine.training.shards import Shard, fractions_of, is_whole, n_shards_for
from skdense.engine.typing import Number, RandomSource, RowIndices

# With more parameters, a second thread pays for their update alone.
MANY_PARAMS = 524_288


class ThreadedSource(GradientSource):
    """Cuts rows into shards, whose gradients several threads compute and sum in order.

    Parameters
    ----------
    shards : list of Shard
        Their number follows from the sizes alone, so that threads change no bit.
    n_threads : int
        Threads to start; `close` ends them.
    """

    def __init__(self, shards: list[Shard], n_threads: int) -> None:
        self.shards, self.n_shards = shards, len(shards)
        self.grads = shards[0].grads
        self.n_used = self.n_shards
        self.team = Team(n_threads)

    def begin_epoch(self, rng: RandomSource) -> None:
        for shard in self.shards:
            shard.begin_epoch(rng)

    @property
    def value(self) -> float:
        return sum(shard.value for shard in self.shards)

    def learn(self, rank: int, rows: RowIndices, factor: Number, strength: float) -> None:
        fractions = fractions_of(rows, self.n_shards)
        # the same for all threads; a last, short batch may have fewer rows than shards
        self.n_used = len(fractions)
        for i in range(rank, self.n_used, self.team.n_threads):
            self.shards[i].learn(fractions[i], factor, strength)

    def collect(self, part: slice) -> None:
        for i in range(1, self.n_used):
            self.grads[part] += self.shards[i].grads[part]

    def add_up(self, rows: RowIndices, factor: Number, strength: float) -> float:
        for shard in self.shards:
            shard.value = 0.0
        with one_blas_thread:
            self.team.run(lambda rank: self.learn(rank, rows, factor, strength))
        self.collect(slice(None))
        return self.value

    def close(self) -> None:
        self.team.close()


def source_of_batches(
    network: Network, data: Data, loss: Loss, n_rows: int, *, is_alone: bool
) -> ThreadedSource:
    """Return a source for batches of at most `n_rows` rows.

    It has one shard and one thread unless `is_alone`: other networks keep the threads busy.
    """
    whole = is_whole(network)
    n = n_shards_for(network, data.X, n_rows, shards.SHARD_ROWS) if is_alone else 1
    chunk = n_rows if whole else shards.CHUNK
    parts = [Shard(network, data, loss, -(-n_rows // n), chunk) for _ in range(n)]
    is_shared = is_alone and not whole and (n > 1 or network.params.size > MANY_PARAMS)
    return ThreadedSource(parts, n_threads() if is_shared else 1)


def source_of_all_rows(network: Network, data: Data, loss: Loss, chunk: int) -> ThreadedSource:
    """Return a source for a line search over all rows, of which `chunk` are held at once."""
    n_rows = data.n_rows
    n = n_shards_for(network, data.X, n_rows, chunk) if n_rows > chunk else 1
    per_shard = -(-n_rows // n)
    parts = [Shard(network, data, loss, per_shard, chunk, exact=True) for _ in range(n)]
    return ThreadedSource(parts, n_threads() if n > 1 else 1)
