"""All that a continued training needs to go on exactly."""

from dataclasses import dataclass

from skdense.engine.averaging import Average
from skdense.engine.batches import Data
from skdense.engine.layers import Array, RandomSource
from skdense.engine.network import Network
from skdense.engine.optimizers import Optimizer


@dataclass
class TrainState:
    """A network in training: all that a continued training needs to go on exactly.

    Attributes
    ----------
    network : Network
    optimizer : Optimizer or None
        None where only L-BFGS trains.
    rng : RandomState or Generator
        For the order of the rows and for random layers.
    average : Average or None
        With a moving average, the other of two vectors: between epochs `network` holds the
        average and `average` the parameters of the last step, within one the reverse.
    n_seen, n_steps : int
        Rows trained on, repeats counted, and steps done.
    order : ndarray of shape (n_rows,) or None
        The last epoch's order of the rows, which the next one shuffles again.
    total_weight, n_weighed : float, int
        Weight and number of the rows given to `train` so far, once a call.
    """

    network: Network
    optimizer: Optimizer | None
    rng: RandomSource
    average: Average | None = None
    n_seen: int = 0
    n_steps: int = 0
    order: Array | None = None
    total_weight: float = 0.0
    n_weighed: int = 0

    @property
    def vectors(self) -> list[Array]:
        """The parameters, and what goes with them."""
        params = self.network.params
        return [params] if self.average is None else [params, self.average.values]

    def average_at(self, decay: float) -> None:
        """Begin, or give up, the moving average."""
        if not decay:
            self.average = None
        elif self.average is None:
            self.average = Average(self.network.params.copy())

    def exchange(self) -> None:
        """Swap the average with the parameters of the last step, if there is one."""
        if self.average is not None:
            self.average.exchange(self.network.params)

    def weigh(self, data: Data) -> None:
        """Count the rows of `data`, once each, in `mean_weight`."""
        self.total_weight += data.total_weight
        self.n_weighed += data.n_rows

    def forget_weights(self) -> None:
        """Start the mean weight anew."""
        self.total_weight, self.n_weighed = 0.0, 0

    @property
    def mean_weight(self) -> float:
        """Mean weight of a row; 1 until rows were weighed.

        A batch's gradient is divided by this times its number of rows, so that a batch of
        heavy rows moves the network further than one of light rows.
        """
        return self.total_weight / self.n_weighed if self.n_weighed else 1.0
