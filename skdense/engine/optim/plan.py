"""Settings of a training by mini-batches."""

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from skdense.engine.optim.schedules import Constant, Progress, Schedule, rate_of


class StepRates(NamedTuple):
    """The values of all schedules for one step.

    Attributes
    ----------
    learning_rate : float
    weight_decay : float
        Fraction of the coefficients to subtract.
    dropout : float
        Fraction of its full strength at which dropout acts.
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
        Rows per step, at most; the last batch of an epoch may be shorter. With layers that
        join the rows of a batch, the sizes of all batches differ by one row at most.
    max_iter : int
        Epochs at most.
    learning_rate_init : float, default=0.001
        Learning rate at a schedule's value of 1.
    schedule : Schedule, default=Constant()
        Multiplies the learning rate.
    shuffle : bool, default=True
        Whether every epoch takes the rows in a new order.
    alpha : float, default=0.0
        L2 penalty ``alpha / 2 * sum(coef ** 2)``, added at each step to the sum of its
        rows' losses.
    weight_decay : float, default=0.0
        Fraction of the coefficients subtracted at each step, times the learning rate
        (Loshchilov & Hutter 2019, "Decoupled weight decay regularization").
    decay_schedule, dropout_schedule : Schedule, default=Constant()
        Multiply the weight decay, and the rates of the dropout layers.
    max_grad_norm : float, default=infinity
        Largest Euclidean norm of the gradient, over all parameters; a longer gradient is
        shortened to it (Pascanu et al. 2013, "On the difficulty of training recurrent neural
        networks", algorithm 1).
    ema_decay : float, default=0.0
        Decay of the moving average over the steps, whose values the network has after each
        epoch; 0 takes the parameters of the last step.
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

    def rates(self, progress: Progress) -> StepRates:
        """Return the rates of the next step."""
        rate = self.learning_rate_init * rate_of(self.schedule, progress)
        decay = rate_of(self.decay_schedule, progress, "weight_decay_schedule")
        dropout = rate_of(self.dropout_schedule, progress, "dropout_schedule")
        return StepRates(rate, rate * decay * self.weight_decay, min(1.0, dropout))
