"""What the values of a class target are: their kind, the classes, and positions among these."""

from numbers import Integral
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skdense.engine.typing import Array


def kind_of(y: Array, *, quiet: bool) -> str:
    """The name that scikit-learn's `type_of_target` has for it."""
    try:
        with catch_warnings():
            if quiet:  # one batch of a stream may well hold many classes for its size
                simplefilter("ignore", UserWarning)
            check_classification_targets(y)
            return str(type_of_target(y, input_name="y"))
    except TypeError as error:
        raise ValueError(
            f"y holds what cannot be sorted as classes ({error}); use labels of one type."
        ) from error
    except ValueError as error:
        if "continuous" not in str(error):
            raise
        kind = str(error).split(".")[0]
        raise ValueError(
            f"y holds numbers with fractions, which are no classes ({kind}); use "
            "DenseNetRegressor, or turn them into classes first."
        ) from error


def known_classes(classes: Any, n_outputs: int) -> list[Array]:
    """Sorted classes of each output."""
    if not isinstance(classes, list | tuple | np.ndarray) or len(classes) != n_outputs:
        raise ValueError(f"classes must be a list of classes for each of {n_outputs} outputs.")
    try:
        known = [np.unique(np.asarray(labels)) for labels in classes]
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"y, or classes, holds what cannot be sorted as classes ({error}); use labels of one "
            "type, none of them missing."
        ) from error
    for given, labels in zip(classes, known, strict=True):
        if np.ndim(given) != 1 or labels.size == 0 or (labels != labels).any():
            raise ValueError(f"classes must be a list of labels, none missing, got {given!r}.")
    return known


def positions_in(labels: Array, classes: Array) -> Array:
    """Position of each label among the sorted classes."""
    try:
        positions = np.searchsorted(classes, labels).clip(max=len(classes) - 1)
        known = are_equal(classes[positions], labels)
    except TypeError:
        known = np.zeros(len(labels), bool)
    if not known.all():
        unseen = list(dict.fromkeys(labels[~known].tolist()))
        named = ", ".join(map(repr, unseen[:5])) + (", ..." if len(unseen) > 5 else "")
        raise ValueError(
            f"y has the classes [{named}], which are not among the known ones "
            f"{classes.tolist()}; drop these rows, or fit anew with rows of every class in y "
            "(for a stream, name every class in `classes` at the first partial_fit)."
        )
    return positions


def are_equal(a: Array, b: Array) -> Array:
    """Element by element, for labels of any two types."""
    numbers = "biuf"
    if a.dtype.kind == b.dtype.kind or (a.dtype.kind in numbers and b.dtype.kind in numbers):
        return np.asarray(a == b)
    # as objects, since NumPy compares no numbers with text
    return np.asarray(a.astype(object) == b.astype(object))


def typed(y: Array) -> Array:
    """Objects that are all integers or all truth values, as such."""
    if y.dtype != object or not all(isinstance(label, Integral | np.bool_) for label in y.flat):
        return y
    return np.array(y.tolist())
