"""Settings of a training by mini-batches."""

from dataclasses import dataclass
from math import inf

from skdense.engine.schedules import Constant, Schedule


@dataclass(frozen=True)
class Plan:
    """Settings of a training by mini-batches.

    Attributes
    ----------
    batch_size : int
        Rows a step, at most; the last batch of an epoch may be shorter. With layers that
        join the rows of a batch, all are of equal size but for one row.
    max_iter : int
        Epochs at most.
    learning_rate_init : float, default=0.001
        Learning rate that the schedule multiplies.
    schedule : Schedule, default=Constant()
    shuffle : bool, default=True
        Whether every epoch takes the rows in a new order.
    alpha : float, default=0.0
        L2 penalty ``alpha / 2 * sum(coef ** 2)``, added at each step to the sum of its
        rows' losses.
    weight_decay : float, default=0.0
        Share of the coefficients taken off at each step, times the learning rate
        (Loshchilov & Hutter 2019, "Decoupled weight decay regularization").
    max_grad_norm : float, default=infinity
        Longest gradient, as a Euclidean norm over all parameters, that a step takes as it
        is; a longer one is shortened to it (Pascanu et al. 2013, "On the difficulty of
        training recurrent neural networks", algorithm 1).
    ema_decay : float, default=0.0
        Decay of the moving average over the steps that the network ends each epoch with;
        0 takes the parameters of the last step.
    """

    batch_size: int
    max_iter: int
    learning_rate_init: float = 0.001
    schedule: Schedule = Constant()
    shuffle: bool = True
    alpha: float = 0.0
    weight_decay: float = 0.0
    max_grad_norm: float = inf
    ema_decay: float = 0.0

    def __post_init__(self) -> None:
        if self.batch_size < 1 or self.max_iter < 1:
            raise ValueError(f"batch_size and max_iter must be at least 1, got {self}.")
