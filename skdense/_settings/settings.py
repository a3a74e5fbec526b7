"""The frozen Settings of a fit, without "auto"."""

from collections.abc import Callable
from dataclasses import dataclass

from skdense._settings.auto import Resolved
from skdense._target.class_weight import ClassWeight
from skdense.engine import Layer, NumericEmbedding, Optimizer, Plan, Stopping
from skdense.engine.typing import DType


@dataclass(frozen=True)
class HiddenLayer:
    """A dense layer and the layers after it.

    Attributes
    ----------
    n_units : int
    activation, normalization : Layer
        `Identity` where there is none.
    dropout : float
    """

    n_units: int
    activation: Layer
    normalization: Layer
    dropout: float


@dataclass(frozen=True)
class NetworkSettings:
    """The layers of each network, and their initialization.

    Attributes
    ----------
    hidden : tuple of HiddenLayer
    glorot_factor : float
        For the initial weights of the output layer: see `Dense`.
    numeric_embeddings : tuple of (NumericEmbedding or None)
        One for each network.
    category_embedding_size : int
    input_scale : bool
    parametrization : str
    starts_from_data : bool
        Whether initial parameters are fitted to some rows.
    dtype : dtype
    """

    hidden: tuple[HiddenLayer, ...]
    glorot_factor: float
    numeric_embeddings: tuple[NumericEmbedding | None, ...]
    category_embedding_size: int
    input_scale: bool
    parametrization: str
    starts_from_data: bool
    dtype: DType


@dataclass(frozen=True)
class OptimizationSettings:
    """How the networks are trained.

    Attributes
    ----------
    optimizer : Optimizer or None
        None for L-BFGS.
    plan : Plan
    max_fun : int
        Maximum number of evaluations of the loss by L-BFGS.
    """

    optimizer: Optimizer | None
    plan: Plan
    max_fun: int


@dataclass(frozen=True)
class StoppingSettings:
    """When training ends, and which rows decide on it.

    Attributes
    ----------
    early : bool
        Whether validation rows decide.
    holds_out : bool
        Whether these are rows of the table, held out.
    validation_fraction : float
    patience, tol : float
        As in `Stopping`.
    n_plateaus : int
    scoring : str, callable or None
    """

    early: bool
    holds_out: bool
    validation_fraction: float
    patience: float
    tol: float
    n_plateaus: int
    scoring: str | Callable[..., float] | None

    def begin(self) -> Stopping:
        """Return a new Stopping."""
        return Stopping(self.patience, self.tol, self.n_plateaus, early=self.early)


@dataclass(frozen=True)
class DataSettings:
    """How rows are prepared, and what is kept after training.

    Attributes
    ----------
    feature_scaling : str or None
    target_encoding : bool
    class_weight : dict, str, list or None
    calibrates : bool
        Whether validation rows set the temperature of probabilities.
    warm_start : bool
        Whether the state of the training is kept for the next fit.
    """

    feature_scaling: str | None
    target_encoding: bool
    class_weight: ClassWeight
    calibrates: bool
    warm_start: bool


@dataclass(frozen=True)
class Settings:
    """The settings of a fit.

    Attributes
    ----------
    network : NetworkSettings
    optimization : OptimizationSettings
    stopping : StoppingSettings
    data : DataSettings
    resolved : Resolved
        The values of the parameters that may be "auto".
    """

    network: NetworkSettings
    optimization: OptimizationSettings
    stopping: StoppingSettings
    data: DataSettings
    resolved: Resolved
