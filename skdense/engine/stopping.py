"""When to stop: best score, patience, best parameters."""

from dataclasses import dataclass, field

import numpy as np

from skdense.engine.layers import Array


@dataclass
class Stopping:
    """Counts the epochs in which the score, where more is better, did not improve.

    Parameters
    ----------
    patience : float
        Epochs in a row without an improvement by more than `tol` that make a plateau;
        infinity never ends.
    tol : float
        What counts as an improvement.
    n_plateaus : int, default=0
        Plateaus that are let pass before the training stops.
    keep_best : bool, default=False
        Whether to remember the parameters of the best epoch.
    """

    patience: float
    tol: float
    n_plateaus: int = 0
    keep_best: bool = False
    best_score: float = field(default=-np.inf, init=False)
    n_no_change: int = field(default=0, init=False)
    n_plateaus_seen: int = field(default=0, init=False)
    is_over: bool = field(default=False, init=False)
    best_params: Array | None = field(default=None, init=False, repr=False)

    def update(self, score: float, params: Array) -> bool:
        """Take in an epoch's score; whether the training should stop."""
        self.n_no_change = self.n_no_change + 1 if score < self.best_score + self.tol else 0
        if score > self.best_score:
            self.best_score = score
            if self.keep_best:
                self._remember(params)
        if self.n_no_change < self.patience:
            return False
        self.n_no_change = 0
        self.n_plateaus_seen += 1
        self.is_over = self.n_plateaus_seen > self.n_plateaus
        return self.is_over

    def go_on_from(self, earlier: "Stopping") -> None:
        """Take over what another has counted."""
        self.best_score, self.n_no_change = earlier.best_score, earlier.n_no_change
        self.n_plateaus_seen = earlier.n_plateaus_seen

    def _remember(self, params: Array) -> None:
        if self.best_params is None:
            self.best_params = params.copy()
        else:
            self.best_params[:] = params

    def restore(self, params: Array) -> None:
        """Write the best epoch's parameters back."""
        if self.best_params is not None:
            params[:] = self.best_params
            self.best_params = None
