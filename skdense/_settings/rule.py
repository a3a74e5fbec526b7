"""Rules for valid parameters: a test and a description of valid values."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf, isfinite
from numbers import Integral, Real
from types import UnionType
from typing import Any

import numpy as np

from skdense.engine import SCHEDULES


@dataclass(frozen=True)
class Rule:
    """A test and a description of valid values; `hint` ends the error for an invalid one."""

    accepts: Callable[[Any], bool]
    wanted: str
    hint: Callable[[Any], str] = lambda value: ""

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda value: self.accepts(value) or other.accepts(value),
            f"{self.wanted} or {other.wanted}",
            lambda value: self.hint(value) or other.hint(value),
        )


def is_a(value: object, kind: type) -> bool:
    """Whether a value is a number of this kind; bools are not numbers here."""
    return isinstance(value, kind) and not isinstance(value, bool)


def integer(low: int) -> Rule:
    """Return the rule for an integer from `low` to below 2 ** 32."""

    def accepts(value: Any) -> bool:
        return is_a(value, Integral) and low <= int(value) < 2**32

    def hint(value: Any) -> str:
        return ", not below 2 ** 32." if is_a(value, Integral) and value >= 2**32 else ""

    return Rule(accepts, f"an integer of at least {low}", hint)


def real(low: float, high: float = inf, closed: str = "left") -> Rule:
    """Return the rule for a finite number; `closed` is left, both or neither."""

    def accepts(value: Any) -> bool:
        if not is_a(value, Real):
            return False
        try:
            number = float(value)
        except OverflowError:  # an integer of hundreds of digits
            return False
        if not isfinite(number):
            return False
        above = number > low or (number == low and closed != "neither")
        return above and (number < high or (number == high and closed == "both"))

    start = "(" if closed == "neither" else "["
    end = "]" if closed == "both" else ")"
    return Rule(accepts, f"a number in {start}{low}, {high}{end}")


def one_of(*names: str | None) -> Rule:
    """Return the rule for one of these names."""
    return Rule(
        lambda v: (v is None or isinstance(v, str)) and v in names,
        ("one of " if len(names) > 1 else "") + ", ".join(map(repr, names)),
        lambda v: closest(v, [name for name in names if name is not None]),
    )


def closest(value: object, names: list[str]) -> str:
    """Return "did you mean" with the name that is closest to a misspelt one, if any."""
    if not isinstance(value, str):
        return ""
    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(value.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


def schedule_rule(setting: str) -> Rule:
    """Return the rule for a schedule; a number gets a hint at the parameter `setting`."""
    return one_of(*SCHEDULES) | Rule(
        lambda v: callable(v) and not isinstance(v, type),
        "a schedule or function",
        lambda v: f"; give a number as {setting}." if is_a(v, Real) else "",
    )


def instance(kind: type | UnionType, wanted: str) -> Rule:
    """Return the rule for an instance of a class."""
    return Rule(lambda v: isinstance(v, kind), wanted)


def each(rule: Rule, what: str) -> Rule:
    """Return the rule for a sequence whose elements all pass `rule`."""

    def accepts(value: Any) -> bool:
        if isinstance(value, np.ndarray):
            value = value.tolist()  # a number if it has no dimension
        return isinstance(value, list | tuple) and all(map(rule.accepts, value))

    return Rule(accepts, f"a sequence of {what}")
