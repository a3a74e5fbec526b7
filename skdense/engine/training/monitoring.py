"""The result of an epoch, and the monitor that is told of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """The result of one epoch, or of one iteration of L-BFGS.

    Attributes
    ----------
    number : int
        Counted from 1 within one call.
    loss : float
        Mean loss of the rows, each before the step of its batch, with the penalty.
    validation_loss : float or None
        Mean loss of the validation rows after the epoch, without the penalty.
    score : float or None
        Score of the validation rows after the epoch; more is better.
    """

    number: int
    loss: float
    validation_loss: float | None = None
    score: float | None = None


class Monitor:
    """Is told of every epoch; the base class does nothing."""

    def epoch_begins(self, number: int) -> None:
        """Act before the epoch of this number, counted from 1."""

    def epoch_ends(self, epoch: Epoch) -> bool:
        """Act after the epoch; return whether training should stop there."""
        return False
