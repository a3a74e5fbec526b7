"""The values of a class target: their kind, the classes, and their encoding."""

from numbers import Integral
from warnings import catch_warnings, simplefilter

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skdense.engine.typing import Array


def kind_of(y: Array, *, quiet: bool) -> str:
    """Return the type of the target as scikit-learn's `type_of_target` does, or ValueError."""
    try:
        with catch_warnings():
            if quiet:  # a batch of a stream may have many classes for its size
                simplefilter("ignore", UserWarning)
            check_classification_targets(y)
            return str(type_of_target(y, input_name="y"))
    except TypeError as error:
        raise ValueError(
            f"y has labels that cannot be sorted as classes ({error}); use labels of one type."
        ) from error
    except ValueError as error:
        if "continuous" not in str(error):
            raise
        kind = str(error).split(".")[0]
        raise ValueError(
            f"y holds numbers with fractions, which are not classes ({kind}); use "
            "DenseNetRegressor, or turn them into classes first."
        ) from error


def known_classes(classes: object, n_outputs: int) -> list[Array]:
    """Return the sorted classes of each output."""
    if not isinstance(classes, list | tuple | np.ndarray) or len(classes) != n_outputs:
        raise ValueError(
            f"classes must be a list of the classes of each of the {n_outputs} outputs, got "
            f"{classes!r}."
        )
    try:
        known = [np.unique(np.asarray(labels)) for labels in classes]
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"y, or classes, has labels that cannot be sorted as classes ({error}); use labels of "
            "one type, none of them missing."
        ) from error
    for given, labels in zip(classes, known, strict=True):
        if np.ndim(given) != 1 or labels.size == 0 or (labels != labels).any():
            raise ValueError(f"classes must be a list of labels, none missing, got {given!r}.")
    return known


def positions_in(labels: Array, classes: Array) -> Array:
    """Return the position of each label among the sorted classes; ValueError if one is new."""
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
    """Compare labels of any two types element by element."""
    numbers = "biuf"
    if a.dtype.kind == b.dtype.kind or (a.dtype.kind in numbers and b.dtype.kind in numbers):
        return np.asarray(a == b)
    # as objects, since NumPy does not compare numbers with text
    return np.asarray(a.astype(object) == b.astype(object))


def typed(y: Array) -> Array:
    """Return objects that are all integers or bools in the dtype that NumPy infers."""
    if y.dtype != object or not all(isinstance(label, Integral | np.bool_) for label in y.flat):
        return y
    return np.array(y.tolist())
