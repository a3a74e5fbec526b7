"""Clear errors for numbers beyond the range of the network's dtype."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from skdense.engine.typing import Array, DType


@contextmanager
def within_range(name: str, dtype: DType) -> Iterator[None]:
    """Turn an overflow into a ValueError that names the argument."""
    try:
        with np.errstate(over="raise", invalid="ignore", under="ignore"):
            yield
    except FloatingPointError as error:
        raise ValueError(
            f"{name} is beyond the range of {dtype}, in which the network computes, or too "
            "far from what fit saw; check its scale, or set dtype='float64'."
        ) from error


def require_finite(prediction: Array) -> Array:
    """Return the prediction; ValueError if it has NaN or infinity."""
    finite = np.isfinite(prediction)
    if not finite.all():
        row = int(finite.reshape(len(prediction), -1).all(axis=1).argmin())
        raise ValueError(
            f"X is so far from what fit saw that the prediction overflows, first in row "
            f"{row}; check the scale of its columns. If fit saw the same rows, training "
            "diverged: lower learning_rate_init."
        )
    return prediction


def beyond_range(name: str, spread: str, position: int, is_small: bool) -> ValueError:
    """Return the error for a column whose spread is out of range, too small or too large."""
    remedy = "multiply" if is_small else "divide"
    return ValueError(
        f"{name} cannot be standardized: the {spread} of column {position} is beyond the range "
        f"of float64; {remedy} {name} by a large number first."
    )
