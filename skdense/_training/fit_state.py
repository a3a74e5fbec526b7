"""The state of a fit between two epochs, from which it can go on."""

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Self

from skdense._settings.settings import Settings
from skdense._training.trainer import Trainer
from skdense.engine import Data, Epoch, Monitor, Stopping
from skdense.engine.training.loop import Validate


@dataclass
class FitState:
    """The state of a fit after some of its epochs.

    Attributes
    ----------
    trainer : Trainer
    settings : Settings
    stopping : Stopping
    epochs : list of Epoch
        The epochs done; the monitor of the fit appends to them.
    n_rows : int
        Number of rows of the call of `fit`, without those of weight 0.
    """

    trainer: Trainer
    settings: Settings
    stopping: Stopping
    epochs: list[Epoch]
    n_rows: int

    def check_rows(self, n_rows: int) -> None:
        """Raise ValueError unless there are as many rows as the fit began with."""
        if n_rows != self.n_rows:
            raise ValueError(
                f"X has {n_rows} rows, and the fit began with {self.n_rows}; give resume the "
                "rows that fit had, in the same order."
            )

    def train(self, data: Data, validate: Validate | None, monitor: Monitor) -> str | None:
        """Train for the remaining epochs; return a warning if they did not converge."""
        trainer, settings, stopping = self.trainer, self.settings, self.stopping
        if settings.optimization.optimizer is None:
            self.epochs, warning = trainer.minimize(settings, data, stopping, validate, monitor)
        else:
            self.epochs = trainer.train(
                settings, data, stopping, validate, monitor, list(self.epochs)
            )
            warning = self.still_improving()
        stopping.restore(trainer.vectors)
        return warning

    def as_if_ended(self) -> Self:
        """Return a copy with the parameters that the fit would have if it ended now."""
        ended = replace(self, trainer=deepcopy(self.trainer), stopping=deepcopy(self.stopping))
        ended.stopping.restore(ended.trainer.vectors)
        return ended

    def still_improving(self) -> str | None:
        """Return a warning if max_iter, not patience, ended the training."""
        plan, stopping = self.settings.optimization.plan, self.stopping
        is_cut_off = len(self.epochs) == plan.max_iter and not stopping.is_over
        if plan.schedule.needs_end or not is_cut_off:
            return None
        watched = "validation score" if stopping.early else "loss"
        settings = self.settings.stopping
        return (
            f"Training ended after max_iter={plan.max_iter} epochs while the {watched} was "
            f"still improving by more than tol={settings.tol} at least every "
            f"n_iter_no_change={settings.patience} epochs. Raise max_iter to train for longer."
        )
