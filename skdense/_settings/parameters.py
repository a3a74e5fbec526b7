"""The constructor parameters of both estimators."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from skdense._input.rows import Rows
from skdense._settings.rule import Rule
from skdense._target.base import Target
from skdense._target.class_weight import ClassWeight
from skdense._target.labels import Classes
from skdense.engine import (
    BatchNorm,
    Layer,
    LayerNorm,
    NumericEmbedding,
    Optimizer,
    ProbabilityLoss,
    RegressionLoss,
    Schedule,
)

Activation = str | Layer
# A name, an engine layer, or None.
EmbeddingLike = str | NumericEmbedding | None
Normalization = Literal["batch", "layer"] | BatchNorm | LayerNorm | None
# A name, an engine schedule, or a function of the fraction of the training that is done.
ScheduleLike = str | Schedule | Callable[[float], float]
# A seed, NumPy's random source, or None.
RandomState = int | np.random.RandomState | None


@dataclass(eq=False, repr=False)
class Parameters(ABC):
    """The parameters that both estimators share, and what each estimator derives from its own.

    The estimators document each parameter. The dataclasses of parameters have no base of
    scikit-learn: next to a base without types, mypy lets `__init__` take any argument.
    """

    hidden_layer_sizes: int | Sequence[int] = (128, 128, 128)
    _: KW_ONLY
    activation: Activation | Sequence[Activation] = "relu"
    output_activation: Activation | None = None
    normalization: Normalization | Sequence[Normalization] = None
    n_estimators: int | Literal["auto"] = "auto"
    categorical_features: Any = "auto"
    feature_scaling: Literal["auto", "robust", "standard"] | None = "auto"
    numeric_embedding: EmbeddingLike | Sequence[EmbeddingLike] = "auto"
    category_embedding_size: int = 8
    target_encoding: bool | Literal["auto"] = "auto"
    input_scale: bool | Literal["auto"] = "auto"
    parametrization: Literal["ntk", "standard"] = "ntk"
    initialization: Literal["auto", "data", "random"] = "auto"
    dropout: float | Sequence[float] | Literal["auto"] = "auto"
    dropout_schedule: ScheduleLike = "auto"
    solver: Literal["adam", "sgd", "lbfgs"] | Optimizer = "adam"
    alpha: float = 0.0
    weight_decay: float | Literal["auto"] = "auto"
    weight_decay_schedule: ScheduleLike = "auto"
    max_grad_norm: float | None = None
    ema_decay: float = 0.0
    batch_size: int | Literal["auto"] = "auto"
    learning_rate: ScheduleLike = "auto"
    learning_rate_init: float | Literal["auto"] = "auto"
    power_t: float = 0.5
    max_iter: int | Literal["auto"] = "auto"
    max_seconds: float | None = None
    shuffle: bool = True
    random_state: RandomState = None
    tol: float = 1e-4
    verbose: bool | int = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool | Literal["auto"] = "auto"
    validation_fraction: float = 0.1
    scoring: str | Callable[..., float] | None = None
    beta_1: float = 0.9
    beta_2: float = 0.95
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    dtype: Literal["auto", "float32", "float64"] | None = "auto"

    # The valid values of each parameter, and the dtypes that `y` may have.
    _rules: ClassVar[Mapping[str, Rule]]
    _y_dtype: ClassVar[Any]

    @abstractmethod
    def _make_loss(self) -> object:
        """Return the loss object that the parameters name."""

    @abstractmethod
    def _make_target(
        self, rows: Rows, classes: Classes = None, *, is_batch: bool = False
    ) -> Target:
        """Return the target for the first rows; a batch may lack some of the classes."""

    @property
    def _class_weight(self) -> ClassWeight:
        """The class weights; None without classes."""
        return None

    @property
    def _calibrates(self) -> bool:
        """Whether validation rows set the temperature of probabilities."""
        return False


@dataclass(eq=False, repr=False, kw_only=True)
class ClassifierParameters(Parameters):
    """The parameters of DenseNetClassifier."""

    activation: Activation | Sequence[Activation] = "parametric_selu"
    output_activation: Literal["softmax", "logistic"] | None = None
    loss: Literal["log_loss", "focal"] | ProbabilityLoss = "log_loss"
    label_smoothing: float = 0.1
    temperature_scaling: bool = True
    class_weight: dict[Any, float] | Literal["balanced"] | list[Any] | None = None


@dataclass(eq=False, repr=False, kw_only=True)
class RegressorParameters(Parameters):
    """The parameters of DenseNetRegressor."""

    activation: Activation | Sequence[Activation] = "parametric_mish"
    loss: (
        Literal[
            "squared_error",
            "absolute_error",
            "huber",
            "quantile",
            "poisson",
            "gamma",
            "tweedie",
            "gaussian",
        ]
        | RegressionLoss
    ) = "squared_error"
    quantile: float | Sequence[float] | None = None
    target_scaling: Literal["standard"] | None = "standard"


# the name by which Python refuses a misspelt argument
ClassifierParameters.__init__.__qualname__ = "DenseNetClassifier.__init__"
RegressorParameters.__init__.__qualname__ = "DenseNetRegressor.__init__"


def is_a_name(value: object, name: str) -> bool:
    """Whether a parameter is this name; safe for arrays, which `==` compares by element."""
    return isinstance(value, str) and value == name


def is_auto(value: object) -> bool:
    """Whether a parameter is "auto"."""
    return is_a_name(value, "auto")
