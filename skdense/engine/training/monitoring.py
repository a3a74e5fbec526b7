"""What happened in an epoch, and who is told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """What one epoch, or one iteration of L-BFGS, came to.

    Attributes
    ----------
    number : int
        From 1 on, within one call.
    loss : float
        Mean loss of the rows, each before its batch's step, with the penalty.
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
    """Is told of every epoch; this one does nothing."""

    def epoch_begins(self, number: int) -> None:
        """Called before the epoch of this number, from 1 on."""

    def epoch_ends(self, epoch: Epoch) -> bool:
        """Called after it; whether training should stop there."""
        return False
