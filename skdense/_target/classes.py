"""The values of a class target: their kind, the classes, and their encoding."""

from collections.abc import Sequence
from numbers import Integral
from warnings import catch_warnings, simplefilter

import numpy as np
from sklearn.utils.multiclass import check_classification_targets

from skdense._input.values import read_values
from skdense.engine.typing import Array


def check_labels(labels: Array, *, quiet: bool) -> None:
    """Raise ValueError if the labels of one output cannot be classes."""
    if labels.dtype == object:
        _refuse_mixed(labels, "y")
    try:
        with catch_warnings(), np.errstate(invalid="ignore"):
            if quiet:  # a batch of a stream may have many classes for its size
                simplefilter("ignore", UserWarning)
            check_classification_targets(labels)
    except ValueError as error:
        if "continuous" not in str(error):
            raise
        kind = str(error).split(".")[0]
        raise ValueError(
            f"y holds numbers with fractions, which are not classes ({kind}); use "
            "DenseNetRegressor, or turn them into classes first."
        ) from error


def _refuse_mixed(labels: Array, name: str) -> None:
    """Raise ValueError unless objects are all text."""
    types = {type(label) for label in labels}
    if all(issubclass(t, Integral) for t in types):
        raise ValueError(
            f"{name} holds integers of more than 64 bits, such as {max(labels, key=abs)}; turn "
            f"them into text, for example by [str(label) for label in {name}]."
        )
    if not all(issubclass(t, str) for t in types):
        names = ", ".join(sorted(t.__name__ for t in types))
        raise ValueError(
            f"{name} has labels that cannot be sorted as classes, of the types {names}; use "
            "labels of one type."
        )


def is_indicator(columns: Sequence[Array]) -> bool:
    """Whether several columns hold 0 and 1 alone, or booleans."""
    return len(columns) > 1 and all(
        column.dtype.kind in "biuf" and np.isin(column, (0, 1)).all() for column in columns
    )


def known_classes(classes: object, n_outputs: int) -> list[Array]:
    """Return the sorted classes of each output."""
    if not isinstance(classes, list | tuple | np.ndarray) or len(classes) != n_outputs:
        raise ValueError(
            f"classes must be a list of the classes of each of the {n_outputs} outputs, got "
            f"{classes!r}."
        )
    known = []
    for given in classes:
        labels = read_values(given, "classes", "leave them out")
        if labels.ndim != 1 or labels.size == 0:
            raise ValueError(f"classes must be a list of labels, none missing, got {given!r}.")
        if labels.dtype == object:
            _refuse_mixed(labels, "classes")
        known.append(np.unique(labels))
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
