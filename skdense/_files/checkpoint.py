"""A callback that saves a fit every few epochs."""

import os
from typing import Any

from sklearn.base import BaseEstimator

from skdense._files.saving import save_fit_state


class Checkpoint:
    """Saves a fit every few epochs, so that one that was cut off can go on.

    A callback of scikit-learn 1.9: ``estimator.set_callbacks(Checkpoint(path))``. After a
    crash, ``skdense.load(path).resume(X, y)`` does the epochs that were still to come, and
    ends with the same bits as a fit that nothing had cut off. The file is one of
    `DenseNetClassifier.save` with its training state; it predicts as a fit would have that
    ended there. An older one at `path` stays whole until the new one is.

    Parameters
    ----------
    path : str or path-like
    every : int, default=10
        Epochs from one save to the next.
    """

    __module__ = "skdense"

    def __init__(self, path: str | os.PathLike[str], every: int = 10) -> None:
        if every < 1:
            raise ValueError(f"every must be at least 1, got {every}.")
        self.path, self.every = path, every

    def setup(self, estimator: BaseEstimator, context: Any) -> None:
        """Raise ValueError for a solver that has no state between epochs."""
        if getattr(estimator, "solver", None) == "lbfgs":
            raise ValueError("Checkpoint needs solver='adam' or 'sgd': L-BFGS cannot go on.")

    def teardown(self, estimator: BaseEstimator, context: Any) -> None:
        """Nothing is left to do."""

    def on_fit_task_begin(self, estimator: BaseEstimator, context: Any) -> None:
        """Nothing is to be done yet."""

    def on_fit_task_end(self, estimator: Any, context: Any) -> None:
        """Save the fit, if it is time."""
        if context.task_name == "epoch" and len(estimator._fit_state.epochs) % self.every == 0:
            save_fit_state(estimator, self.path)
