"""When to stop: best value, patience, best parameters."""

from dataclasses import dataclass, field

import numpy as np

from skdense.engine.training.monitoring import Epoch
from skdense.engine.typing import Array


@dataclass
class Stopping:
    """Counts the epochs in which what is watched, where more is better, did not improve.

    Parameters
    ----------
    patience : float
        Epochs in a row without an improvement by more than `tol` that make a plateau;
        infinity never ends.
    tol : float
        What counts as an improvement.
    n_plateaus : int, default=0
        Plateaus that are let pass before the training stops.
    early : bool, default=False
        Whether to watch the validation score in place of the training loss, and to end
        with the parameters of the best epoch.

    Attributes
    ----------
    best : float
        Best score, or the smallest loss with a minus.
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
        """Take in what an epoch came to, and the vectors that it ended with."""
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
        """Take over what another has counted, unless that is over or watched something else."""
        self.n_plateaus_seen = earlier.n_plateaus_seen
        if earlier.early == self.early and not (earlier.early and earlier.is_over):
            self.best, self.n_no_change = earlier.best, earlier.n_no_change
            self.best_vectors = earlier.best_vectors

    def restore(self, vectors: list[Array]) -> None:
        """Write what the best epoch ended with back into the vectors.

        Averages, which come last, that there were not yet then get the parameters themselves.
        """
        best = self.best_vectors or []
        for i, vector in enumerate(vectors if best else []):
            vector[:] = best[i % len(best)]
        self.best_vectors = None
