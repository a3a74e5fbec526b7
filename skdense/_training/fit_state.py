"""A fit in the middle: all that it takes to go on."""

from dataclasses import dataclass
from typing import Any

from skdense._input.rows import Rows
from skdense._settings.optimization import build_schedule
from skdense._training.trainer import Model
from skdense.engine import Epoch, Monitor, Stopping
from skdense.engine.training.loop import Validate


@dataclass
class Paused:
    """A fit after some of its epochs.

    Attributes
    ----------
    model : Model
    parameters : dict
        The estimator's parameters, "auto" resolved.
    stopping : Stopping
    epochs : list of Epoch
        Those that are done; a monitor of the fit adds to it.
    n_rows : int
        Rows that `fit` was given, those of weight 0 not counted.
    """

    model: Model
    parameters: dict[str, Any]
    stopping: Stopping
    epochs: list[Epoch]
    n_rows: int

    def check_rows(self, n_rows: int) -> None:
        """Raise ValueError if these are not as many rows as the fit began with."""
        if n_rows != self.n_rows:
            raise ValueError(
                f"X has {n_rows} rows, and the fit began with {self.n_rows}; give resume the "
                "rows that fit had, in the same order."
            )

    def train(
        self, rows: Rows, validate: Validate | None, monitor: Monitor
    ) -> tuple[list[Epoch], str | None]:
        """All epochs, and what kept them from converging, if anything."""
        parameters, model, stopping = self.parameters, self.model, self.stopping
        if parameters["solver"] == "lbfgs":
            epochs, trouble = model.minimize(parameters, rows, stopping, validate, monitor)
        else:
            max_iter = parameters["max_iter"]
            how = (max_iter, stopping, validate, monitor, self.epochs)
            epochs = model.train(parameters, rows, *how)
            ends_by_plan = build_schedule(parameters).needs_end
            is_open = len(epochs) == max_iter and not (stopping.is_over or ends_by_plan)
            trouble = _still_improving(parameters, stopping) if is_open else None
        stopping.restore(model.vectors)
        return epochs, trouble


def _still_improving(parameters: dict[str, Any], stopping: Stopping) -> str:
    watched = "validation score" if stopping.early else "loss"
    return (
        f"Training ended after max_iter={parameters['max_iter']} epochs while the {watched} was "
        f"still improving by more than tol={parameters['tol']} at least every "
        f"n_iter_no_change={parameters['n_iter_no_change']} epochs. Raise max_iter to go on."
    )
