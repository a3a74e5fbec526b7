"""The callback Checkpoint, which saves a fit every few epochs."""

import os
from typing import Protocol

from sklearn.base import BaseEstimator

from skdense._files.saving import save_fit_state


class Context(Protocol):
    """The part of scikit-learn's callback context that `Checkpoint` uses."""

    @property
    def task_name(self) -> str: ...


class Checkpoint:
    """Save a fit every few epochs, so that it can be resumed after an interruption.

    A callback of scikit-learn 1.9: ``estimator.set_callbacks(Checkpoint(path))``. After a
    crash, ``skdense.load(path).resume(X, y)`` trains the remaining epochs; the result is bit
    for bit that of an uninterrupted fit. The file is like one of `DenseNetClassifier.save` with
    its training state; the loaded estimator predicts as if the fit had ended there. An older
    file at `path` is replaced only when the new one is complete.

    Parameters
    ----------
    path : str or path-like
        File to save to.
    every : int, default=10
        Number of epochs between two saves.
    """

    __module__ = "skdense"

    def __init__(self, path: str | os.PathLike[str], every: int = 10) -> None:
        if every < 1:
            raise ValueError(f"every must be at least 1, got {every}.")
        self.path, self.every = path, every

    def setup(self, estimator: BaseEstimator, context: Context) -> None:
        """Raise ValueError for L-BFGS, which has no state between epochs."""
        if getattr(estimator, "solver", None) == "lbfgs":
            raise ValueError(
                "Checkpoint needs solver='adam' or 'sgd', as 'lbfgs' cannot be resumed."
            )

    def teardown(self, estimator: BaseEstimator, context: Context) -> None:
        """Do nothing: no resources are held."""

    def on_fit_task_begin(self, estimator: BaseEstimator, context: Context) -> None:
        """Do nothing: a fit is saved at the end of an epoch."""

    def on_fit_task_end(self, estimator: BaseEstimator, context: Context) -> None:
        """Save the fit after every `every` epochs."""
        if context.task_name == "epoch" and len(estimator._fit_state.epochs) % self.every == 0:
            save_fit_state(estimator, self.path)
