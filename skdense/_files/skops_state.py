"""An estimator as one plain structure, for tools that ask for `__getstate__`, such as skops."""

import json
from collections.abc import Callable
from typing import Any

from skdense._files.codec import Decoder, Encoder
from skdense.engine.typing import Array

# What belongs to the process that fits, and not to the model.
NOT_SAVED = ("_skl_callbacks", "_skl_callbacks_to_teardown", "_parent_callback_ctx")


def described(encoder: Encoder, state: dict[str, Any]) -> dict[str, Any]:
    """An estimator's own attributes as values of JSON, and the objects that they hold."""
    kept = {name: value for name, value in state.items() if name not in NOT_SAVED}
    encoded = {name: encoder.encode(value, name) for name, value in kept.items()}
    return {"state": encoded, "objects": encoder.objects}


class OpenEncoder(Encoder):
    """Leaves what is not skdense's, in `others`, to whoever stores the structure."""

    def __init__(self) -> None:
        super().__init__()
        self.others: list[Any] = []

    def _object(self, value: Any, path: str) -> Any:
        try:
            return super()._object(value, path)
        except TypeError:
            self.others.append(value)
            return {"other": len(self.others) - 1}


class OpenDecoder(Decoder):
    """Reads what `OpenEncoder` made."""

    def __init__(self, objects: list[list[Any]], arrays: list[Array], others: list[Any]) -> None:
        self._others = others
        super().__init__(objects, arrays)

    def _readers(self) -> dict[str, Callable[[Any], Any]]:
        return super()._readers() | {"other": lambda i: self._others[i]}


def to_plain(state: dict[str, Any]) -> dict[str, Any]:
    """Attributes as a text, arrays, and what is not skdense's."""
    encoder = OpenEncoder()
    # one text: tools take each value of a nested structure for a file of its own
    text = json.dumps(described(encoder, state), allow_nan=False)
    return {"skdense": text, "arrays": encoder.arrays, "others": encoder.others}


def from_plain(plain: dict[str, Any]) -> dict[str, Any]:
    """The attributes again."""
    header = json.loads(plain["skdense"])
    decoder = OpenDecoder(header["objects"], plain["arrays"], plain["others"])
    return decoder.attributes(header["state"])
