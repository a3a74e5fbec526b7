"""The engine: neural networks on NumPy and SciPy, usable without the estimators.

A `Network` is a chain of layers over one vector of parameters; `train` fits it by
mini-batches, `minimize_lbfgs` on all rows at once.
"""

from skdense.engine.layers.activations import (
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
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.layers.block import Block
from skdense.engine.layers.category_embedding import CategoryEmbedding
from skdense.engine.layers.dense import Dense, NTKDense
from skdense.engine.layers.dropout import Dropout
from skdense.engine.layers.normalization import NORMALIZATIONS, BatchNorm, LayerNorm
from skdense.engine.layers.numeric_embedding import (
    NUMERIC_EMBEDDINGS,
    NumericEmbedding,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)
from skdense.engine.layers.scale import Scale
from skdense.engine.losses.base import ClassificationLoss, Loss, RegressionLoss
from skdense.engine.losses.classification import (
    CLASSIFICATION_LOSSES,
    Focal,
    LogisticLogLoss,
    LogisticLoss,
    LogLoss,
    ProbabilityLoss,
    SoftmaxLogLoss,
    SoftmaxLoss,
)
from skdense.engine.losses.regression import (
    REGRESSION_LOSSES,
    AbsoluteError,
    Gaussian,
    Huber,
    Quantile,
    SquaredError,
)
from skdense.engine.losses.tweedie import Gamma, Poisson, Tweedie
from skdense.engine.network import Network, forward_all, repeated_forward
from skdense.engine.optim.averaging import Average
from skdense.engine.optim.optimizers import OPTIMIZERS, SGD, Adam, Optimizer, OptimizerState
from skdense.engine.optim.plan import Plan
from skdense.engine.optim.schedules import (
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
from skdense.engine.training.batches import Data
from skdense.engine.training.gradient_source import GradientSource
from skdense.engine.training.lbfgs import minimize_lbfgs
from skdense.engine.training.loop import DivergenceError, train
from skdense.engine.training.monitoring import Epoch, Monitor
from skdense.engine.training.state import TrainState, vectors_of
from skdense.engine.training.stopping import Stopping
from skdense.engine.training.workspace import Workspace

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
    "Block",
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
    "GradientSource",
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
    "NumericEmbedding",
    "OneCycle",
    "Optimizer",
    "OptimizerState",
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

# Nothing public names a private module, neither in a traceback nor in a pickle.
for _name in __all__:
    _public = globals()[_name]
    if callable(_public):
        _public.__module__ = __name__
