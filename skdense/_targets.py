"""From the target to what the loss trains on, and from raw predictions back: numbers."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler

from skdense._columns import fit_scaler
from skdense.engine import Loss, RegressionLoss
from skdense.engine.layers import Array


class Target(ABC):
    """What one kind of target asks of the network.

    Attributes
    ----------
    loss : Loss
    n_raw : int
        Columns of the network's output.
    out_activation : str
        What turns a raw output into a prediction, by scikit-learn's name.
    """

    loss: Loss
    n_raw: int
    out_activation: str

    @abstractmethod
    def check(self, y: Array) -> None:
        """Raise ValueError where `y` does not fit what was seen first."""

    def update(self, y: Array, weight: Array | None) -> None:
        """Learn from another batch of targets."""

    def strata(self, y: Array) -> Array | None:
        """What a split for validation keeps in the same shares; None if nothing."""
        return None

    @abstractmethod
    def encode(self, y: Array, dtype: np.dtype[Any]) -> Array:
        """What the loss takes for `y`."""

    @abstractmethod
    def predict(self, raw: Array) -> Array:
        """Predictions in the target's own values."""


class PlainNumbers(Target):
    """Numbers in their own unit."""

    def __init__(self, y: Array, loss: RegressionLoss, out_activation: str) -> None:
        self.loss: RegressionLoss = loss
        self.out_activation = out_activation
        self.is_vector = y.ndim == 1
        self.n_raw = 1 if self.is_vector else y.shape[1]

    def check(self, y: Array) -> None:
        n_outputs = 1 if y.ndim == 1 else y.shape[1]
        if n_outputs != self.n_raw:
            raise ValueError(f"y has {n_outputs} outputs, but {self.n_raw} at the first fit.")
        self.loss.check_target(y)

    def encode(self, y: Array, dtype: np.dtype[Any]) -> Array:
        offset, scale = self.units()
        return np.asarray((_columns(y) - offset) / scale, dtype)

    def predict(self, raw: Array) -> Array:
        offset, scale = self.units()
        prediction = self.loss.inverse_link(raw) * scale + offset
        return prediction[:, 0] if self.is_vector else prediction

    def units(self) -> tuple[Array, Array]:
        """Offset and scale of the numbers that the network trains on, one per output."""
        return np.zeros(self.n_raw), np.ones(self.n_raw)


class StandardNumbers(PlainNumbers):
    """Numbers in the units that the loss is best trained in."""

    def __init__(self, y: Array, loss: RegressionLoss, out_activation: str) -> None:
        super().__init__(y, loss, out_activation)
        self.scaler = StandardScaler()

    def update(self, y: Array, weight: Array | None) -> None:
        fit_scaler(self.scaler, _columns(y), weight, "y")

    def units(self) -> tuple[Array, Array]:
        return self.loss.target_units(self.scaler.mean_, self.scaler.scale_)


def _columns(y: Array) -> Array:
    return np.asarray(y, np.float64).reshape(len(y), -1)


NUMBERS: dict[str | None, type[PlainNumbers]] = {
    "standard": StandardNumbers,
    None: PlainNumbers,
}
