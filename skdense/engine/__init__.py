"""The engine: neural networks on NumPy and SciPy, usable without the estimators.

A `Network` is a chain of layers over one vector of parameters; `train` fits it by
mini-batches, `minimize_lbfgs` on all rows at once.
"""

from skdense.engine.activations import (
    ACTIVATIONS,
    Activation,
    Elu,
    Gelu,
    Identity,
    LeakyRelu,
    Logistic,
    Mish,
    Parametric,
    Relu,
    Selu,
    Silu,
    Softmax,
    Softplus,
    Tanh,
)
from skdense.engine.averaging import Average
from skdense.engine.batches import Data
from skdense.engine.classification_losses import (
    CLASSIFICATION_LOSSES,
    Focal,
    LogisticLogLoss,
    LogisticLoss,
    LogLoss,
    ProbabilityLoss,
    SoftmaxLogLoss,
    SoftmaxLoss,
)
from skdense.engine.embeddings import (
    NUMERIC_EMBEDDINGS,
    CategoryEmbedding,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)
from skdense.engine.layers import Dense, Dropout, Frame, Layer, NTKDense
from skdense.engine.lbfgs import minimize_lbfgs
from skdense.engine.losses import ClassificationLoss, Loss, RegressionLoss
from skdense.engine.monitoring import Epoch, Monitor
from skdense.engine.network import Network, forward_all, repeated_forward
from skdense.engine.normalization import NORMALIZATIONS, BatchNorm, LayerNorm
from skdense.engine.optimizers import OPTIMIZERS, SGD, Adam, Optimizer
from skdense.engine.plan import Plan
from skdense.engine.regression_losses import (
    REGRESSION_LOSSES,
    AbsoluteError,
    Gaussian,
    Huber,
    Quantile,
    SquaredError,
)
from skdense.engine.scale import Scale
from skdense.engine.schedules import (
    SCHEDULES,
    Adaptive,
    Constant,
    Cosine,
    CosLog,
    Custom,
    FlatCosine,
    InverseScaling,
    OneCycle,
    Progress,
    Schedule,
    WarmUp,
)
from skdense.engine.state import TrainState, vectors_of
from skdense.engine.stopping import Stopping
from skdense.engine.training import DivergenceError, train
from skdense.engine.tweedie import Gamma, Poisson, Tweedie
from skdense.engine.workspace import Workspace

__all__ = [
    "ACTIVATIONS",
    "CLASSIFICATION_LOSSES",
    "NORMALIZATIONS",
    "NUMERIC_EMBEDDINGS",
    "OPTIMIZERS",
    "REGRESSION_LOSSES",
    "SCHEDULES",
    "SGD",
    "AbsoluteError",
    "Activation",
    "Adam",
    "Adaptive",
    "Average",
    "BatchNorm",
    "CategoryEmbedding",
    "ClassificationLoss",
    "Constant",
    "CosLog",
    "Cosine",
    "Custom",
    "Data",
    "Dense",
    "DivergenceError",
    "Dropout",
    "Elu",
    "Epoch",
    "FlatCosine",
    "Focal",
    "Frame",
    "Gamma",
    "Gaussian",
    "Gelu",
    "Huber",
    "Identity",
    "InverseScaling",
    "Layer",
    "LayerNorm",
    "LeakyRelu",
    "LogLoss",
    "Logistic",
    "LogisticLogLoss",
    "LogisticLoss",
    "Loss",
    "Mish",
    "Monitor",
    "NTKDense",
    "Network",
    "OneCycle",
    "Optimizer",
    "Parametric",
    "PeriodicEmbedding",
    "PiecewiseLinearEmbedding",
    "Plan",
    "Poisson",
    "ProbabilityLoss",
    "Progress",
    "Quantile",
    "RegressionLoss",
    "Relu",
    "Scale",
    "Schedule",
    "Selu",
    "Silu",
    "Softmax",
    "SoftmaxLogLoss",
    "SoftmaxLoss",
    "Softplus",
    "SquaredError",
    "Stopping",
    "Tanh",
    "TrainState",
    "Tweedie",
    "WarmUp",
    "Workspace",
    "forward_all",
    "minimize_lbfgs",
    "repeated_forward",
    "train",
    "vectors_of",
]
