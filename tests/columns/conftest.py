"""Tables for the tests of columns."""

import numpy as np
import pytest
from matrices import NAN


@pytest.fixture
def table(rng):
    """Columns: a number, 2 levels, a number with holes, 4 levels, 9 levels, 1 level, 12 levels."""
    levels = (0, 2, 0, 4, 9, 1, 12)
    columns = [
        rng.standard_normal(200) if n == 0 else rng.randint(n, size=200).astype(float)
        for n in levels
    ]
    X = np.column_stack(columns)
    X[rng.uniform(size=X.shape) < 0.1] = NAN
    X[:, 0] = rng.standard_normal(200)
    return X, levels
