"""Classes as ONNX can hold them."""

from collections.abc import Sequence

import numpy as np

from skdense.engine.typing import Array

# What stands for each of NumPy's kinds.
TYPES = {"b": "bool", "i": "int64", "u": "int64", "f": "float64", "O": "string"}


def typed_classes(classes: Sequence[Array]) -> list[Array]:
    """Classes of each output, all of one type; TypeError where ONNX has none for them."""
    typed = [_typed(labels) for labels in classes]
    kinds = sorted({type_of(labels) for labels in typed})
    if len(kinds) > 1:
        raise TypeError(
            f"the outputs have classes of the types {', '.join(kinds)}, and a label in ONNX has "
            "one type; make all of them text, and fit."
        )
    return typed


def type_of(labels: Array) -> str:
    """The type that typed classes have in ONNX."""
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
        f"classes of dtype {labels.dtype} like {values[-1]!r} have no ONNX form; make them "
        "integers or text, and fit."
    )
