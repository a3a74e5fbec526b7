"""The contract of what evaluates a loss and its gradient over rows."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from skdense.engine.losses.base import Loss
from skdense.engine.network import Network
from skdense.engine.threads import Team
from skdense.engine.training.batches import Data
from skdense.engine.typing import Array, Number, RandomSource, RowIndices


class GradientSource(ABC):
    """Sums a loss and its gradient over rows, for the network's parameters as they are.

    A source writes `add_up` and sets `grads`. One that computes side by side in the threads of
    a larger `team` also divides the work into `learn`, which each thread calls for its part of
    the rows, and `collect`, which each calls for its parts of the parameters after all have
    met; the inherited `learn` would add up all rows in each of them. Training with several
    networks calls each network's source from a thread of its own. L-BFGS calls `add_up` alone.

    Attributes
    ----------
    grads : ndarray of shape (n_params,)
        The sum of the gradients, laid out as `Network.params`; training overwrites it.
    n_shards : int
        How many fractions of a batch are computed side by side; 1 unless overridden.
    team : Team
        The threads that call `learn` and `collect`; by default the calling one alone.
    """

    grads: Array
    n_shards: int = 1
    team: Team = Team(1)
    _value: float = 0.0

    @abstractmethod
    def add_up(self, rows: RowIndices, factor: Number, strength: float) -> float:
        """Return the sum of the losses of the rows; write its gradient into `grads`.

        The order of the sums must follow from the rows alone, so that a training repeats
        itself to the last bit.

        Parameters
        ----------
        rows : ndarray of int, or slice
            Positions in the table.
        factor : floating number of the network's dtype
            What the gradient, not the returned sum, is multiplied by.
        strength : float in [0, 1]
            Fraction of their full strength at which random layers act; 0 switches them off.
        """

    def begin_epoch(self, rng: RandomSource) -> None:
        """Reset `value` to 0; seed random layers, if there are any, from `rng`."""
        self._value = 0.0

    @property
    def value(self) -> float:
        """The sum of the losses of all rows since `begin_epoch`."""
        return self._value

    def learn(self, rank: int, rows: RowIndices, factor: Number, strength: float) -> None:
        """Do the part of `add_up` that falls to the thread of this rank in `team`."""
        self._value += self.add_up(rows, factor, strength)

    def collect(self, part: slice) -> None:
        """Finish a part of `grads` after all threads are through `learn`."""

    def close(self) -> None:
        """Release what the source holds; it is not used afterwards."""


MakeSource = Callable[[Network, Data, Loss], GradientSource]
