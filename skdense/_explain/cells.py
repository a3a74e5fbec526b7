"""The cells of the rows that are explained, as the user has them."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdense._input.serving import frame_of_records
from skdense._table.cells.column import objects
from skdense._table.frame import frame_of, in_memory
from skdense.engine.typing import Array


def cells_of(estimator: BaseEstimator, X: Any) -> Array:
    """Return a checked table of any library as an array; of objects if it has named columns."""
    X = in_memory(X)
    frame = frame_of_records(estimator, X) or frame_of(X)
    if frame is None:
        return np.array(X)
    return np.column_stack([objects(column.cells) for column in frame.columns])
