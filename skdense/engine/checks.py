"""The check of a numeric hyperparameter."""

from math import inf
from numbers import Real
from typing import Any


def check_range(name: str, value: Any, low: float, high: float = inf, ends: str = "()") -> None:
    """Raise ValueError unless `value` is a number in an interval with these `ends`."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not (
        is_number
        and (low < value or (ends[0] == "[" and low == value))
        and (value < high or (ends[1] == "]" and value == high))
    ):
        raise ValueError(
            f"{name} must be a number in {ends[0]}{low}, {high}{ends[1]}, got {value!r}."
        )
