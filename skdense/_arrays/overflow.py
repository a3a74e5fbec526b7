"""Numbers beyond what the network computes in: refused, and by which argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from skdense.engine.typing import Array


@contextmanager
def within_range(name: str, dtype: np.dtype[Any]) -> Iterator[None]:
    """Turns an overflow into a ValueError that names the argument."""
    try:
        with np.errstate(over="raise", invalid="ignore", under="ignore"):
            yield
    except FloatingPointError as error:
        raise ValueError(
            f"{name} is beyond the range of {dtype}, in which the network computes, or too "
            "far from what fit saw; check its units, or set dtype='float64'."
        ) from error


def require_finite(prediction: Array) -> Array:
    """The prediction, or ValueError: no NaN and no infinity is ever handed out."""
    finite = np.isfinite(prediction)
    if not finite.all():
        row = int(finite.reshape(len(prediction), -1).all(axis=1).argmin())
        raise ValueError(
            f"X is so far from what fit saw that the prediction overflows, first in row "
            f"{row}; check the units of its columns. If this is what fit saw, "
            "training diverged: lower learning_rate_init."
        )
    return prediction


def beyond_range(name: str, spread: str, position: int, is_small: bool) -> ValueError:
    """What to raise where the spread of a column is no number to divide by."""
    remedy = "multiply" if is_small else "divide"
    return ValueError(
        f"{name} cannot be standardized: the {spread} of column {position} is beyond the range "
        f"of float64; {remedy} {name} by a large number first."
    )
