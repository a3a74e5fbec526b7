"""What has an ONNX form, and how that is refused which has none."""

from collections.abc import Mapping
from typing import Any


def form_of(forms: Mapping[Any, Any], key: Any, name: str) -> Any:
    """The entry of a registry; ValueError that names what is not there."""
    if key not in forms:
        raise ValueError(
            f"{name} has no ONNX form; use what skdense.engine has, or predict by the estimator "
            "itself."
        )
    return forms[key]
