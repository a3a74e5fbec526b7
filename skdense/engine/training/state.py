"""The state of a training: all that a continued training needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdense.engine.network import Network
from skdense.engine.optim.averaging import Average
from skdense.engine.optim.optimizers import Optimizer, OptimizerState
from skdense.engine.training.batches import Data
from skdense.engine.typing import Array, RandomSource


@dataclass
class TrainState:
    """A network in training: all that a continued training needs to go on exactly.

    Attributes
    ----------
    network : Network
    optimizer : Optimizer or None
        The rule; None where only L-BFGS trains.
    rng : RandomState or Generator
        Source of the order of the rows and of the seeds of random layers.
    optimizer_state : OptimizerState or None
        What the rule carries from step to step; None before the first one, to be set to None
        where the rule is replaced.
    average : Average or None
        With a moving average, the second of two vectors: between epochs `network` has the
        average and `average` the parameters of the last step, within an epoch the reverse.
    n_seen, n_steps : int
        Rows trained on, counting repeats, and steps done.
    rows : ndarray of shape (n_rows,) or None
        Indices of the rows that this network is trained on; None for all of them.
    order : ndarray of shape (n_rows,) or None
        Order of the rows in the last epoch, which the next one shuffles again.
    total_weight, n_weighed : float, int
        Weight and number of the rows given to `train` so far, counted once per call.
    """

    network: Network
    optimizer: Optimizer | None
    rng: RandomSource
    optimizer_state: OptimizerState | None = None
    average: Average | None = None
    n_seen: int = 0
    n_steps: int = 0
    rows: Array | None = None
    order: Array | None = None
    total_weight: float = 0.0
    n_weighed: int = 0

    # A RandomState as it is would be in a pickle twice.

    def __getstate__(self) -> dict[str, Any]:
        state = vars(self).copy()
        if type(self.rng) is np.random.RandomState:
            state["rng"] = self.rng.get_state(legacy=False)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if isinstance(state["rng"], dict):
            self.rng = np.random.RandomState()
            self.rng.set_state(state["rng"])

    def average_at(self, decay: float) -> None:
        """Start or drop the moving average."""
        if not decay:
            self.average = None
        elif self.average is None:
            self.average = Average(self.network.params.copy())

    def exchange(self) -> None:
        """Swap the average with the parameters of the last step, if there is one."""
        if self.average is not None:
            self.average.exchange(self.network.params)

    def count_weight(self, data: Data) -> None:
        """Include the rows that this network is trained on in `mean_weight`."""
        weight, n_rows = data.weight, self.n_rows(data)
        if weight is not None and self.rows is not None:
            weight = weight[self.rows]
        self.total_weight += n_rows if weight is None else float(weight.sum(dtype=np.float64))
        self.n_weighed += n_rows

    def n_rows(self, data: Data) -> int:
        """Return how many rows of `data` this network is trained on."""
        return data.n_rows if self.rows is None else len(self.rows)

    def next_order(self, data: Data, *, shuffle: bool) -> Array | None:
        """Return the row indices of the next epoch in order; None for all rows as they lie."""
        if not shuffle:
            return self.rows
        n_rows = self.n_rows(data)
        if self.order is None or len(self.order) != n_rows:
            # shuffling and indexing are faster with int64 than with uint32
            self.order = np.arange(n_rows) if self.rows is None else self.rows.copy()
        self.rng.shuffle(self.order)
        return self.order

    def forget_weights(self) -> None:
        """Reset the mean weight."""
        self.total_weight, self.n_weighed = 0.0, 0

    @property
    def mean_weight(self) -> float:
        """Mean weight of a row; 1 before the first call of `count_weight`.

        A batch's gradient is divided by this times its number of rows, so that a batch of
        heavy rows moves the network further than one of light rows.
        """
        return self.total_weight / self.n_weighed if self.n_weighed else 1.0


def vectors_of(states: Sequence[TrainState]) -> list[Array]:
    """Return the parameters of all networks, then their averages."""
    averages = [state.average.values for state in states if state.average is not None]
    return [state.network.params for state in states] + averages
