"""Check which parameters changed since the fit that this one continues."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Self

import numpy as np

from skdense._settings.parameters import Parameters
from skdense.engine import Layer, Network

# Parameters that decide on the columns, their scale, and the loss that is minimized.
FIXED = (
    "feature_scaling",
    "target_encoding",
    "dtype",
    "loss",
    "label_smoothing",
    "target_scaling",
    "output_activation",
)
# Further parameters that decide on the layers of the networks.
SHAPING = (
    "hidden_layer_sizes",
    "activation",
    "normalization",
    "dropout",
    "n_estimators",
    "numeric_embedding",
    "category_embedding_size",
    "input_scale",
    "parametrization",
)
UNKNOWN_CHANGE = f"one of {', '.join(SHAPING)} changed since the first fit"
REMEDY = "Change it back, or fit anew with warm_start=False."


@dataclass(frozen=True)
class FirstFit:
    """The parameters that later fits must not change.

    Attributes
    ----------
    values : dict
        Parameters of the first fit by name, unresolved, and the loss as an object.
    """

    values: dict[str, Any]

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Return copies of the parameters, as a user's layer may be changed later."""
        return cls(deepcopy(_values(parameters)))

    def check(
        self, parameters: Parameters, wanted: Sequence[list[Layer]], networks: Sequence[Network]
    ) -> None:
        """Raise ValueError if the layers, the scale of the data or the loss changed."""
        now = _values(parameters)
        if not same([tuple(layers) for layers in wanted], [net.layers for net in networks]):
            raise ValueError(f"{self._changes(SHAPING + FIXED, now) or UNKNOWN_CHANGE}. {REMEDY}")
        changes = self._changes(FIXED, now)
        if changes:
            raise ValueError(f"{changes}. {REMEDY}")

    def _changes(self, names: tuple[str, ...], now: dict[str, Any]) -> str:
        """Describe the parameters, among `names`, that differ from those of the first fit."""
        # a file of an earlier release may have fewer of them
        known = [name for name in names if name in self.values]
        return ", and ".join(
            f"{name} changed since the first fit from {self.values[name]!r} to {now[name]!r}"
            for name in known
            if not same(now[name], self.values[name])
        )


def _values(parameters: Parameters) -> dict[str, Any]:
    names = [name for name in FIXED + SHAPING if hasattr(parameters, name)]
    values = {name: getattr(parameters, name) for name in names}
    return values | {"loss": parameters._make_loss()}


def same(one: object, other: object) -> bool:
    """Whether two settings are equal; a user's layer or loss need not define `__eq__`."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if type(one) is not type(other) or isinstance(one, FunctionType):
        return _equal(one, other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if not isinstance(one, dict) and getattr(one, "__dict__", None):
        one, other = vars(one), vars(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    # objects without attributes and `__eq__` are equal if their types are
    return _has_no_eq(one) or _equal(one, other)


def _has_no_eq(one: object) -> bool:
    return getattr(type(one), "__eq__", None) is getattr(object, "__eq__")  # noqa: B009


def _equal(one: object, other: object) -> bool:
    try:
        return bool(one == other)
    except (TypeError, ValueError):
        return False
