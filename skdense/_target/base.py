"""The base class of all kinds of target."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from skdense._input.rows import Rows
from skdense._target.class_weight import ClassWeight
from skdense.engine import ClassificationLoss, Layer, Loss
from skdense.engine.typing import Array, DType


class Target(ABC):
    """A kind of target: its encoding, its loss, its network output and its predictions.

    Attributes
    ----------
    loss : Loss
    n_outputs : int
        Number of columns of the target.
    n_raw : int
        Number of columns of the network's output.
    out_activation : str
        scikit-learn's name of the function from raw outputs to predictions, for example
        "identity".
    output_layers : tuple of Layer
        Layers after the last dense one.
    is_scaled : bool
        Whether `update` learns anything of the rows.
    """

    loss: Loss
    n_outputs: int
    n_raw: int
    out_activation: str
    output_layers: tuple[Layer, ...] = ()
    is_scaled: ClassVar[bool] = False

    @abstractmethod
    def encode(self, y: Array) -> Array:
        """Return the target encoded; ValueError if it is of another kind."""

    def update(self, y: Array, weight: Array | None) -> None:
        """Update the scaling of the target with encoded rows."""

    def strata(self, y: Array) -> Array | None:
        """Return the strata for a stratified split of encoded rows; None for a random split."""
        return None

    def weighter(self, class_weight: ClassWeight, rows: Rows) -> Callable[[Rows], Rows]:
        """Return a function that multiplies sample weights by class weights.

        "balanced" counts the classes of `rows`. Both `rows` and those that the function takes are
        encoded.
        """
        return lambda rows: rows

    def calibration_loss(self, label_smoothing: float) -> ClassificationLoss | None:
        """Return the loss that temperature scaling minimizes; None without probabilities."""
        return None

    def fitted_attributes(self) -> dict[str, object]:
        """Return the fitted attributes that describe the target, by name."""
        return {}

    @abstractmethod
    def loss_target(self, y: Array, dtype: DType) -> Array:
        """Return the target of encoded rows in the form that the loss takes."""

    @property
    def n_statistics(self) -> int:
        """Number of columns of `statistics_target`."""
        return self.n_raw

    def statistics_target(self, y: Array) -> Array:
        """Return the numbers whose means describe the target of encoded rows, in columns."""
        return self.loss_target(y, np.dtype(np.float64))

    @property
    def additive_names(self) -> list[str]:
        """Names of the columns of `Loss.additive`."""
        return [f"output {i}" for i in range(self.n_raw)]

    def additive_units(self) -> tuple[Array, Array]:
        """Return a factor and a shift from `Loss.additive` to the units of the target."""
        return np.ones(()), np.zeros(())

    @property
    def has_scores(self) -> bool:
        """Whether each output is predicted by one number or class, so that rows have `scores`."""
        return True

    @abstractmethod
    def scores(self, raw: Array, y: Array) -> Array:
        """Return how far encoded rows are from their predictions, of shape (n_rows, n_outputs)."""

    @abstractmethod
    def decide(self, raw: Array) -> Array:
        """Return predictions, encoded."""

    @abstractmethod
    def predict(self, raw: Array) -> Array:
        """Return predictions in the values of the target, all finite."""

    @abstractmethod
    def score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        """Return the default score of predictions; both are encoded, or both are not."""


def check_n_outputs(y: Array, expected: int) -> None:
    """Raise ValueError unless `y` has as many columns as at the first fit."""
    n_outputs = 1 if y.ndim == 1 else y.shape[1]
    if n_outputs != expected:
        raise ValueError(
            f"y has {n_outputs} outputs, but {expected} at the first fit; give as many as then."
        )
