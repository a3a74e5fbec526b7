"""Which parameters may change between two fits that continue each other."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Self

import numpy as np

from skdense._settings.parameters import Parameters
from skdense.engine import Layer, Network

# Parameters that decide in which units, and for which loss, the network was trained.
FIXED = (
    "feature_scaling",
    "dtype",
    "loss",
    "label_smoothing",
    "target_scaling",
    "output_activation",
)
# Parameters that decide which layers the network has, beside these.
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
    """What later fits must not change.

    Attributes
    ----------
    values : dict
        Parameters of the first fit by name, as a user gave them, and the loss as an object.
    """

    values: dict[str, Any]

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Return copies, as a layer of one's own may change."""
        return cls(deepcopy(_values(parameters)))

    def check(
        self, parameters: Parameters, wanted: Sequence[list[Layer]], networks: Sequence[Network]
    ) -> None:
        """Raise ValueError if other layers are wanted, or what is learnt would lose its unit."""
        now = _values(parameters)
        if not same([tuple(layers) for layers in wanted], [net.layers for net in networks]):
            raise ValueError(f"{self._changes(SHAPING + FIXED, now) or UNKNOWN_CHANGE}. {REMEDY}")
        changes = self._changes(FIXED, now)
        if changes:
            raise ValueError(f"{changes}. {REMEDY}")

    def _changes(self, names: tuple[str, ...], now: dict[str, Any]) -> str:
        """Return which of these differ from the first fit, in words."""
        # a file of an earlier release may know fewer of them
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
    """Whether two settings are alike; a layer or loss of one's own need not say so itself."""
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
    # a copy of what says nothing by which to tell it apart
    return _says_nothing(one) or _equal(one, other)


def _says_nothing(one: object) -> bool:
    return getattr(type(one), "__eq__", None) is getattr(object, "__eq__")  # noqa: B009


def _equal(one: object, other: object) -> bool:
    try:
        return bool(one == other)
    except (TypeError, ValueError):
        return False
