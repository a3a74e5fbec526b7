"""What one kind of target asks of the networks."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from skdense._input.rows import Rows
from skdense._target.class_weight import ClassWeight
from skdense.engine import ClassificationLoss, Layer, Loss
from skdense.engine.typing import Array, DType


class Target(ABC):
    """What one kind of target asks of the networks.

    Attributes
    ----------
    loss : Loss
    n_outputs : int
        Columns of the target.
    n_raw : int
        Columns of the network's output.
    out_activation : str
        What turns a raw output into a prediction, by scikit-learn's name; "identity" says that
        the output is the prediction.
    output_layers : tuple of Layer
        What follows the last dense layer.
    """

    loss: Loss
    n_outputs: int
    n_raw: int
    out_activation: str
    output_layers: tuple[Layer, ...] = ()

    @abstractmethod
    def encode(self, y: Array) -> Array:
        """Return the form in which rows carry the target; ValueError if it is another kind."""

    def update(self, y: Array, weight: Array | None) -> None:
        """Learn from another batch of encoded rows."""

    def strata(self, y: Array) -> Array | None:
        """Return what a split of encoded rows keeps in the same proportions; None if nothing."""
        return None

    def weighter(self, class_weight: ClassWeight, rows: Rows) -> Callable[[Rows], Rows]:
        """Return a function that multiplies sample weights by class weights.

        "balanced" counts the classes of `rows`, which are encoded, as are those of the function.
        """
        return lambda rows: rows

    def calibration_loss(self, label_smoothing: float) -> ClassificationLoss | None:
        """Return the loss that a temperature minimizes; None if nothing is to be calibrated."""
        return None

    def fitted_attributes(self) -> dict[str, Any]:
        """Return what an estimator shows of its target, by name."""
        return {}

    @abstractmethod
    def loss_target(self, y: Array, dtype: DType) -> Array:
        """Return what the loss takes for encoded rows."""

    @abstractmethod
    def decide(self, raw: Array) -> Array:
        """Return predictions in the form of `encode`."""

    @abstractmethod
    def predict(self, raw: Array) -> Array:
        """Return predictions in the target's own values, all finite."""

    @abstractmethod
    def score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        """Return the default score of predictions, more is better; both in one form."""


def check_n_outputs(y: Array, expected: int) -> None:
    """Raise ValueError unless `y` has as many columns as at the first fit."""
    n_outputs = 1 if y.ndim == 1 else y.shape[1]
    if n_outputs != expected:
        raise ValueError(f"y has {n_outputs} outputs, but {expected} at the first fit.")
