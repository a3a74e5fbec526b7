"""Class weights as row weights."""

from numbers import Real
from typing import Any

import numpy as np

from skdense._rows import check_total_weight
from skdense.engine.layers import Array


def class_weights(
    class_weight: Any, codes: Array, classes: list[Array], weight: Array | None
) -> Array | None:
    """Row weights times the weight of the row's class, over all outputs.

    Parameters
    ----------
    class_weight : dict, "balanced", list of these (one an output) or None
    codes : ndarray of shape (n_rows, n_outputs)
        Positions among the `classes` of each output.
    classes : list of ndarray
    weight : ndarray of shape (n_rows,) or None
        Row weights; "balanced" counts a row of weight w as w rows.
    """
    if class_weight is None:
        return weight
    wanted_of = per_output(class_weight, len(classes))
    if len(wanted_of) != len(classes):
        raise ValueError(
            f"class_weight has {len(wanted_of)} entries for {len(classes)} outputs of y."
        )
    total = np.ones(len(codes)) if weight is None else weight
    factors = [
        _of_output(wanted, code, known, total)[code]
        for wanted, code, known in zip(wanted_of, codes.T, classes, strict=True)
    ]
    weight = np.asarray(total * np.prod(factors, axis=0))
    check_total_weight(weight)
    return weight


def per_output(class_weight: Any, n_outputs: int = 1) -> list[Any]:
    """What is asked of each output, from one for all or a list."""
    return class_weight if isinstance(class_weight, list) else [class_weight] * n_outputs


def _of_output(class_weight: Any, codes: Array, classes: Array, weight: Array) -> Array:
    """The weight of each class of one output."""
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, str):
        counts = np.bincount(codes, weight, minlength=len(classes))
        n_present = np.count_nonzero(counts)
        # a class without rows has no row to weigh
        return weight.sum() / (n_present * np.where(counts > 0, counts, 1.0))
    if not all(isinstance(v, Real) and 0 <= float(v) < np.inf for v in class_weight.values()):
        raise ValueError(f"class_weight must hold numbers of at least 0, got {class_weight}.")
    labels = classes.tolist()
    forgotten = [label for label in labels if label not in class_weight]
    unknown = [label for label in class_weight if label not in labels]
    if forgotten and unknown:
        raise ValueError(
            f"class_weight names {unknown}, which y does not hold, and not {forgotten}, "
            "which it does."
        )
    return np.array([class_weight.get(label, 1.0) for label in labels], float)
