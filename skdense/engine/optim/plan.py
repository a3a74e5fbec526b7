"""Settings of a training by mini-batches."""

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from skdense.engine.optim.schedules import Constant, Progress, Schedule, rate_of


class Pace(NamedTuple):
    """What schedules say of one step.

    Attributes
    ----------
    learning_rate : float
    weight_decay : float
        Share of the coefficients to take off.
    dropout : float
        Share of its full strength at which dropout acts.
    """

    learning_rate: float
    weight_decay: float = 0.0
    dropout: float = 1.0


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
    decay_schedule, dropout_schedule : Schedule, default=Constant()
        What multiplies the weight decay, and the rates of the dropout layers, meanwhile.
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
    decay_schedule: Schedule = Constant()
    dropout_schedule: Schedule = Constant()
    max_grad_norm: float = inf
    ema_decay: float = 0.0

    def __post_init__(self) -> None:
        if self.batch_size < 1 or self.max_iter < 1:
            raise ValueError(f"batch_size and max_iter must be at least 1, got {self}.")

    def pace(self, progress: Progress) -> Pace:
        """What the schedules say of the next step."""
        rate = self.learning_rate_init * rate_of(self.schedule, progress)
        decay = rate_of(self.decay_schedule, progress, "weight_decay_schedule")
        dropout = rate_of(self.dropout_schedule, progress, "dropout_schedule")
        return Pace(rate, rate * decay * self.weight_decay, min(1.0, dropout))
