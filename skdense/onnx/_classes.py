"""Classes in types that ONNX supports."""

from collections.abc import Sequence

import numpy as np

from skdense.engine.typing import Array

# The ONNX type for each kind of NumPy dtype.
TYPES = {"b": "bool", "i": "int64", "u": "int64", "f": "float64", "O": "string"}


def typed_classes(classes: Sequence[Array]) -> list[Array]:
    """Convert the classes of all outputs to one ONNX type; TypeError if there is none."""
    typed = [_typed(labels) for labels in classes]
    kinds = sorted({type_of(labels) for labels in typed})
    if len(kinds) > 1:
        raise TypeError(
            f"the outputs have classes of the types {', '.join(kinds)}, but a label in ONNX has "
            "only one type; convert all of them to text, and fit again."
        )
    return typed


def type_of(labels: Array) -> str:
    """Return the ONNX type of classes that `typed_classes` converted."""
    return TYPES[labels.dtype.kind]


def _typed(labels: Array) -> Array:
    values = labels.tolist()
    if all(isinstance(value, str) for value in values):
        return np.array(values, dtype=object)
    if labels.dtype.kind in "biu" and max(values) <= np.iinfo(np.int64).max:
        return labels if labels.dtype.kind == "b" else labels.astype(np.int64)
    if labels.dtype.kind == "f":
        return labels.astype(np.float64)
    raise TypeError(
        f"classes of dtype {labels.dtype} like {values[-1]!r} are not supported by ONNX; convert "
        "them to integers or text, and fit again."
    )
