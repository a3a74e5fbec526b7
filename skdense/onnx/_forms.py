"""Look-up of ONNX forms, with an error for what has none."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")
Form = TypeVar("Form")


def form_of(forms: Mapping[Key, Form], key: Key, name: str) -> Form:
    """Return an entry of a registry; ValueError with its name if there is none."""
    if key not in forms:
        raise ValueError(
            f"{name} has no ONNX form; use what skdense.engine has, or predict by the estimator "
            "itself."
        )
    return forms[key]
