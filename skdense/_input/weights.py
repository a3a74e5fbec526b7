"""Check the sample weights."""

from numbers import Real

import numpy as np
from sklearn.utils.validation import check_array

from skdense._input.refusals import check_is_vector, clear_errors
from skdense._input.typing import ArrayLike
from skdense._input.values import is_text, read_values
from skdense.engine.typing import Array


def check_sample_weight(sample_weight: ArrayLike, n_rows: int) -> Array | None:
    """Return weights in float64, of shape (n_rows,), or None."""
    if sample_weight is None:
        return None
    check_is_vector(sample_weight, "sample_weight")
    if isinstance(sample_weight, Real):
        sample_weight = np.full(n_rows, float(sample_weight))
    weight = read_values(sample_weight, "sample_weight", "give a weight for each row")
    if is_text(weight):
        raise ValueError(
            f"sample_weight holds text (dtype {weight.dtype}); give a number for each row."
        )
    with clear_errors("sample_weight", "give a number for each row"):
        weight = check_array(
            weight,
            ensure_2d=False,
            allow_nd=True,
            dtype=np.float64,
            ensure_min_samples=0,
            input_name="sample_weight",
        )
    if weight.shape != (n_rows,):
        raise ValueError(
            f"sample_weight must have shape ({n_rows},), one for each row of X, "
            f"got {weight.shape}."
        )
    if (weight < 0).any():
        raise ValueError(f"sample_weight must not be negative, got {weight.min()}.")
    check_total_weight(weight)
    return weight


def check_total_weight(weight: Array) -> None:
    """Raise ValueError unless the weights add up to a positive, finite number."""
    with np.errstate(over="ignore"):
        total = weight.sum()
    if total == 0:
        raise ValueError(
            "sample_weight, times class_weight if set, is zero for every row; at least one "
            "weight must be positive."
        )
    if not np.isfinite(total):
        raise ValueError("sample_weight adds up to more than a float can hold; scale it down.")
