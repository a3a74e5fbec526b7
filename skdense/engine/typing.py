"""The types that all of the engine speaks of."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


Arrays = Mapping[str, Array]


RandomSource = np.random.RandomState | np.random.Generator

DType = np.dtype[Any]
# A dense array, or a CSR matrix of SciPy, whose types are not known.
Matrix = Any
