"""A fit in the middle: all that it takes to go on."""

from dataclasses import dataclass
from typing import Any

from skdense._model import Model
from skdense.engine import Epoch, Stopping


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
        Those that are done.
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
