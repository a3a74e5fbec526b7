"""When to stop: best value, patience, best parameters."""

from dataclasses import dataclass, field

import numpy as np

from skdense.engine.training.monitoring import Epoch
from skdense.engine.typing import Array


@dataclass
class Stopping:
    """Counts epochs without an improvement of the watched value, where more is better.

    Parameters
    ----------
    patience : float
        Consecutive epochs without an improvement by more than `tol` that make a plateau;
        with infinity there are none.
    tol : float
        Smallest change that counts as an improvement.
    n_plateaus : int, default=0
        Plateaus that pass before the training stops.
    early : bool, default=False
        Whether to watch the validation score instead of the training loss, and to keep the
        parameters of the best epoch.

    Attributes
    ----------
    best : float
        Best score, or minus the smallest loss.
    best_number : int or None
        Number of that epoch.
    is_over : bool
        Whether training should end.
    """

    patience: float
    tol: float
    n_plateaus: int = 0
    early: bool = False
    best: float = field(default=-np.inf, init=False)
    best_number: int | None = field(default=None, init=False)
    n_no_change: int = field(default=0, init=False)
    n_plateaus_seen: int = field(default=0, init=False)
    is_over: bool = field(default=False, init=False)
    best_vectors: list[Array] | None = field(default=None, init=False, repr=False)

    def update(self, epoch: Epoch, vectors: list[Array]) -> None:
        """Record an epoch, and the vectors as they are after it."""
        value = epoch.score if self.early else -epoch.loss
        if value is None:
            raise ValueError("early stopping needs a validation score.")
        self.n_no_change = self.n_no_change + 1 if value < self.best + self.tol else 0
        if value > self.best:
            self.best, self.best_number = value, epoch.number
            if self.early:
                self.best_vectors = [vector.copy() for vector in vectors]
        if self.n_no_change >= self.patience:
            self.n_no_change = 0
            self.n_plateaus_seen += 1
            self.is_over = self.n_plateaus_seen > self.n_plateaus

    def go_on_from(self, earlier: "Stopping") -> None:
        """Take over the counts of another, unless it is over or watched another value."""
        self.n_plateaus_seen = earlier.n_plateaus_seen
        if earlier.early == self.early and not (earlier.early and earlier.is_over):
            self.best, self.n_no_change = earlier.best, earlier.n_no_change
            self.best_vectors = earlier.best_vectors

    def restore(self, vectors: list[Array]) -> None:
        """Write the values of the best epoch back into the vectors.

        Averages, which come last, get the parameters where there were no averages then.
        """
        best = self.best_vectors or []
        for i, vector in enumerate(vectors if best else []):
            vector[:] = best[i % len(best)]
        self.best_vectors = None
