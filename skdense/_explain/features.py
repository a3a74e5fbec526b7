"""Which of the user's columns is behind each column that networks take."""

import numpy as np

from skdense._prediction.predictor import Predictor
from skdense._target.base import Target
from skdense.engine.typing import Array


def features_of(predictor: Predictor[Target]) -> Array:
    """Return the position of the user's column behind each column of the matrix."""
    return _features_read(predictor)[predictor.columns.origin]


def first_read(predictor: Predictor[Target], n_features: int) -> Array:
    """Return the first column that is read of each of the user's; 0 for those left out."""
    features = _features_read(predictor)
    first = np.zeros(n_features, int)
    first[features[::-1]] = np.arange(len(features))[::-1]
    return first


def _features_read(predictor: Predictor[Target]) -> Array:
    """Return the position of the user's column behind each column that is read."""
    table = predictor.table
    return np.array(table.origin if table.kinds else range(predictor.columns.n_in))
