"""The estimators with the recipe off, as scikit-learn's MLP is: a test adds what it tests."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import skdense

__all__ = ["PlainClassifier", "PlainRegressor"]


@dataclass(eq=False, repr=False)
class Plain:
    hidden_layer_sizes: Any = (100,)
    _: KW_ONLY
    activation: Any = "relu"
    n_estimators: Any = 1
    feature_scaling: Any = "standard"
    numeric_embedding: Any = None
    input_scale: Any = False
    parametrization: Any = "standard"
    initialization: Any = "random"
    dropout: Any = 0.0
    dropout_schedule: Any = "constant"
    alpha: Any = 0.0001
    weight_decay: Any = 0.0
    weight_decay_schedule: Any = "constant"
    batch_size: Any = 200
    learning_rate: Any = "constant"
    learning_rate_init: Any = 0.001
    max_iter: Any = 200
    early_stopping: Any = False
    beta_2: Any = 0.999
    dtype: Any = None


@dataclass(eq=False, repr=False, kw_only=True)
class PlainClassifier(Plain, skdense.DenseNetClassifier):
    label_smoothing: Any = 0.0
    temperature_scaling: Any = False


@dataclass(eq=False, repr=False, kw_only=True)
class PlainRegressor(Plain, skdense.DenseNetRegressor):
    pass
