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
    Relu,
    Selu,
    Silu,
    Softmax,
    Softplus,
    Tanh,
)
from skdense.engine.batches import Data
from skdense.engine.layers import Dense, Dropout, Frame, Layer
from skdense.engine.lbfgs import minimize_lbfgs
from skdense.engine.losses import (
    REGRESSION_LOSSES,
    ClassificationLoss,
    LogisticLogLoss,
    Loss,
    Poisson,
    RegressionLoss,
    SoftmaxLogLoss,
    SquaredError,
)
from skdense.engine.network import Network
from skdense.engine.optimizers import OPTIMIZERS, SGD, Adam, Optimizer
from skdense.engine.schedules import (
    SCHEDULES,
    Adaptive,
    Constant,
    Cosine,
    Custom,
    InverseScaling,
    Progress,
    Schedule,
)
from skdense.engine.stopping import Stopping
from skdense.engine.training import DivergenceError, Epoch, Plan, TrainState, train
from skdense.engine.workspace import Workspace

__all__ = [
    "ACTIVATIONS",
    "OPTIMIZERS",
    "REGRESSION_LOSSES",
    "SCHEDULES",
    "SGD",
    "Activation",
    "Adam",
    "Adaptive",
    "ClassificationLoss",
    "Constant",
    "Cosine",
    "Custom",
    "Data",
    "Dense",
    "DivergenceError",
    "Dropout",
    "Elu",
    "Epoch",
    "Frame",
    "Gelu",
    "Identity",
    "InverseScaling",
    "Layer",
    "LeakyRelu",
    "Logistic",
    "LogisticLogLoss",
    "Loss",
    "Mish",
    "Network",
    "Optimizer",
    "Plan",
    "Poisson",
    "Progress",
    "RegressionLoss",
    "Relu",
    "Schedule",
    "Selu",
    "Silu",
    "Softmax",
    "SoftmaxLogLoss",
    "Softplus",
    "SquaredError",
    "Stopping",
    "Tanh",
    "TrainState",
    "Workspace",
    "minimize_lbfgs",
    "train",
]
