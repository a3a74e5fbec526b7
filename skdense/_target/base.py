"""What one kind of target asks of the networks."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from skdense.engine import Loss
from skdense.engine.typing import Array


class Target(ABC):
    """What one kind of target asks of the network.

    Attributes
    ----------
    loss : Loss
    n_outputs : int
        Columns of the target.
    n_raw : int
        Columns of the network's output.
    out_activation : str
        What turns a raw output into a prediction, by scikit-learn's name.
    """

    loss: Loss
    n_outputs: int
    n_raw: int
    out_activation: str

    @abstractmethod
    def read(self, y: Array) -> Array:
        """The form in which rows carry the target; ValueError where it does not fit the first."""

    def update(self, y: Array, weight: Array | None) -> None:
        """Learn from another batch, as read."""

    def strata(self, y: Array) -> Array | None:
        """What a split of rows, as read, keeps in the same shares; None if nothing."""
        return None

    @abstractmethod
    def encode(self, y: Array, dtype: np.dtype[Any]) -> Array:
        """What the loss takes for `y`, as read."""

    @abstractmethod
    def decide(self, raw: Array) -> Array:
        """Predictions in the form of `read`."""

    @abstractmethod
    def predict(self, raw: Array) -> Array:
        """Predictions in the target's own values, all finite."""

    @abstractmethod
    def score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        """How good predictions are, by default; more is better. Both in one form."""


def check_n_outputs(y: Array, expected: int) -> None:
    """Raise ValueError unless `y` has as many columns as at the first fit."""
    n_outputs = 1 if y.ndim == 1 else y.shape[1]
    if n_outputs != expected:
        raise ValueError(f"y has {n_outputs} outputs, but {expected} at the first fit.")
