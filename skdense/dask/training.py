"""Training by visits of networks to partitions: epochs, rounds and lanes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from distributed import Future

from skdense.dask.cluster import Cluster
from skdense.dask.visits import Visit, Visited, add, divide, visit
from skdense.engine import Epoch, Loss, Monitor, Plan, Stopping, TrainState, vectors_of
from skdense.engine.training.loop import REMEDY, Validate, finish_epoch
from skdense.engine.typing import RandomSource

# Steps of a visit, which take so long that sending the network takes little beside them.
VISIT_STEPS = 256
# A lane has about this many rows: fewer take too few steps of their own in a round, and more leave
# workers idle.
LANE_ROWS = 500_000


def n_lanes(n_rows: int, n_blocks: int) -> int:
    """Return how many partitions train one network side by side.

    It follows from the sizes alone, so that the number of workers changes no bit.
    """
    return max(1, min(n_blocks, round(n_rows / LANE_ROWS)))


@dataclass(frozen=True)
class Itinerary:
    """The visits of each epoch, for blocks of these sizes.

    Attributes
    ----------
    n_rows : list of int
        Of each block.
    batch_size : int
    n_lanes : int
    """

    n_rows: list[int]
    batch_size: int
    n_lanes: int

    @property
    def n_rounds(self) -> int:
        """Number of rounds of an epoch: the visits of the longest lane."""
        n_slices = [len(self._slices(block)) for block in range(len(self.n_rows))]
        return max(sum(n_slices[lane :: self.n_lanes]) for lane in range(self.n_lanes))

    def lanes(self, rng: RandomSource) -> list[list[tuple[int, slice]]]:
        """Return blocks and their slices in the order of an epoch, for each lane.

        A lane goes around its blocks, each time to another slice.
        """
        return [
            list(self._around(range(lane, len(self.n_rows), self.n_lanes), rng))
            for lane in range(self.n_lanes)
        ]

    def _around(self, blocks: range, rng: RandomSource) -> Iterator[tuple[int, slice]]:
        slices = []
        for block in blocks:
            own = self._slices(block)
            slices.append([(block, own[i]) for i in rng.permutation(len(own))])
        for laps in zip_longest(*slices):
            yield from (place for place in laps if place is not None)

    def _slices(self, block: int) -> list[slice]:
        """Cut a block into slices of about VISIT_STEPS whole batches."""
        n_rows, longest = self.n_rows[block], VISIT_STEPS * self.batch_size
        n_batches = -(-n_rows // self.batch_size)
        size = self.batch_size * -(-n_batches // -(-n_rows // longest))
        return [slice(a, min(a + size, n_rows)) for a in range(0, n_rows, size)]


@dataclass(frozen=True)
class Training:
    """The networks, the blocks they visit, and the plan.

    Attributes
    ----------
    cluster : Cluster
    blocks : list of Future of Data
    itinerary : Itinerary
    states : list of TrainState
        Of each network; after each epoch they are as if it had been trained here.
    loss : Loss
    plan : Plan
    """

    cluster: Cluster
    blocks: list[Future]
    itinerary: Itinerary
    states: Sequence[TrainState]
    loss: Loss
    plan: Plan

    def run(self, stopping: Stopping, validate: Validate | None, monitor: Monitor) -> list[Epoch]:
        """Train for at most `plan.max_iter` epochs; return one Epoch for each."""
        epochs: list[Epoch] = []
        snapshots = self.plan.schedule.snapshot_epochs(self.plan.max_iter)
        for number in range(1, self.plan.max_iter + 1):
            monitor.epoch_begins(number)
            n_plateaus = min(stopping.n_plateaus_seen, stopping.n_plateaus)
            value = self._epoch(number, n_plateaus)
            epochs.append(finish_epoch(number, value, validate, f"epoch {number}", REMEDY))
            if number in snapshots:
                stopping.update(epochs[-1], vectors_of(self.states))
            if monitor.epoch_ends(epochs[-1]) or stopping.is_over:
                break
        return epochs

    def _epoch(self, number: int, n_plateaus: int) -> float:
        """Train all networks on all rows once; return their mean loss."""
        lanes = self.itinerary.lanes(self.states[0].rng)
        ends = [
            self._send(i, state, lanes, number, n_plateaus) for i, state in enumerate(self.states)
        ]
        losses = []
        for state, visited in zip(self.states, self.cluster.gather(ends), strict=True):
            _take_over(state, visited)
            losses.append(visited.loss / visited.n_rows)
        return sum(losses) / len(losses)

    def _send(
        self,
        index: int,
        state: TrainState,
        lanes: list[list[tuple[int, slice]]],
        epoch: int,
        n_plateaus: int,
    ) -> Future:
        """Send a network on its way through an epoch; return the future of its end."""
        # networks are spread over the rounds, so that each partition has its visitors in turn
        own = [_rotated(lane, len(lane) * index // len(self.states)) for lane in lanes]
        at = self.cluster.submit(_begin, state)
        for visits in self._rounds(own, state.rng, epoch, n_plateaus):
            ends = [
                self.cluster.submit(visit, at, self.blocks[one.block], one, self.plan, self.loss)
                for one in visits
            ]
            at = self.cluster.together(add, ends)
            if len(ends) > 1:
                at = self.cluster.submit(divide, at, len(ends))
        return at

    def _rounds(
        self, lanes: list[list[tuple[int, slice]]], rng: RandomSource, epoch: int, n_plateaus: int
    ) -> Iterator[list[Visit]]:
        """Yield the visits of a network that are made side by side, one for each lane."""
        n_rounds = self.itinerary.n_rounds
        seeds = np.frombuffer(rng.bytes(4 * n_rounds * len(lanes)), np.uint32)
        for i, places in enumerate(zip_longest(*lanes)):
            yield [
                Visit(
                    block=place[0],
                    rows=place[1],
                    lane=lane,
                    seed=int(seeds[len(lanes) * i + lane]),
                    epoch=epoch,
                    number=n_rounds * (epoch - 1) + i + 1,
                    n_visits=n_rounds * self.plan.max_iter,
                    n_plateaus=n_plateaus,
                )
                for lane, place in enumerate(places)
                if place is not None
            ]


def _begin(state: TrainState) -> Visited:
    return Visited(state)


def _rotated(places: list[tuple[int, slice]], n: int) -> list[tuple[int, slice]]:
    return places[n:] + places[:n]


def _take_over(state: TrainState, visited: Visited) -> None:
    """Give a network here the state that it has after an epoch; its random source stays."""
    after = visited.state
    # whoever validates the network holds on to these vectors
    state.network.params[:] = after.network.params
    if state.average is not None and after.average is not None:
        state.average.values[:] = after.average.values
        state.average.n_steps = after.average.n_steps
    state.optimizer_state = after.optimizer_state
    state.n_steps = after.n_steps
    state.n_seen += visited.n_rows
