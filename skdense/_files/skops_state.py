"""Convert an estimator to plain values, for tools that use `__getstate__`, such as skops."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from skdense._files.codec import Decoder, Encoder
from skdense._files.upgrade import upgraded_attributes
from skdense.engine.typing import Array

# Attributes that belong to the running process, not to the model.
NOT_SAVED = ("_skl_callbacks", "_skl_callbacks_to_teardown", "_parent_callback_ctx")


def described(encoder: Encoder, state: Mapping[str, object]) -> dict[str, Any]:
    """Return attributes as values for JSON, together with the objects that they contain."""
    kept = {name: value for name, value in state.items() if name not in NOT_SAVED}
    encoded = {name: encoder.encode(value, name) for name, value in kept.items()}
    return {"state": encoded, "objects": encoder.objects}


class OpenEncoder(Encoder):
    """Encode values; those from outside skdense stay as they are, in the list `others`."""

    def __init__(self) -> None:
        super().__init__()
        self.others: list[object] = []

    def _object(self, value: object, path: str) -> Any:
        try:
            return super()._object(value, path)
        except TypeError:
            self.others.append(value)
            return {"other": len(self.others) - 1}


class OpenDecoder(Decoder):
    """Decode the output of `OpenEncoder`."""

    def __init__(
        self, objects: list[list[Any]], arrays: list[Array], others: list[object]
    ) -> None:
        self._others = others
        super().__init__(objects, arrays)

    def _readers(self) -> dict[str, Callable[[Any], Any]]:
        return super()._readers() | {"other": lambda i: self._others[i]}


def to_plain(state: Mapping[str, object]) -> dict[str, Any]:
    """Return attributes as a JSON text, arrays, and values from outside skdense."""
    encoder = OpenEncoder()
    # a single text, as such tools write each value of a nested structure to its own file
    text = json.dumps(described(encoder, state), allow_nan=False)
    return {"skdense": text, "arrays": encoder.arrays, "others": encoder.others}


def from_plain(plain: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that `to_plain` converted."""
    header = json.loads(plain["skdense"])
    decoder = OpenDecoder(header["objects"], plain["arrays"], plain["others"])
    return upgraded_attributes(decoder.attributes(header["state"]))
