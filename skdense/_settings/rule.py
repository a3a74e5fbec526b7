"""A test of a parameter and, in words, what passes it."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf, isfinite
from numbers import Integral, Real
from typing import Any

import numpy as np

from skdense.engine import SCHEDULES


@dataclass(frozen=True)
class Rule:
    """A test and, in words, what passes it; `hint` ends the sentence that refuses a value."""

    accepts: Callable[[Any], bool]
    wanted: str
    hint: Callable[[Any], str] = lambda value: ""

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda value: self.accepts(value) or other.accepts(value),
            f"{self.wanted} or {other.wanted}",
            lambda value: self.hint(value) or other.hint(value),
        )


def is_a(value: Any, kind: type) -> bool:
    """Whether it is a number of this kind; Python counts True as one, we do not."""
    return isinstance(value, kind) and not isinstance(value, bool)


def integer(low: int) -> Rule:
    def accepts(value: Any) -> bool:
        return is_a(value, Integral) and low <= int(value) < 2**32

    def hint(value: Any) -> str:
        return ", not below 2 ** 32." if is_a(value, Integral) and value >= 2**32 else ""

    return Rule(accepts, f"an integer of at least {low}", hint)


def real(low: float, high: float = inf, closed: str = "left") -> Rule:
    """A finite number; `closed` names the ends that belong: left, both or neither."""

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
    return Rule(
        lambda v: (v is None or isinstance(v, str)) and v in names,
        ("one of " if len(names) > 1 else "") + ", ".join(map(repr, names)),
        lambda v: _closest(v, [name for name in names if name is not None]),
    )


def _closest(value: Any, names: list[str]) -> str:
    """A question for the name, whatever its case, that a misspelt one may mean."""
    if not isinstance(value, str):
        return ""
    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(value.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


def schedule_rule(setting: str) -> Rule:
    """A schedule, which is no number: that is what `setting` is for."""
    return one_of(*SCHEDULES) | Rule(
        lambda v: callable(v) and not isinstance(v, type),
        "a schedule or function",
        lambda v: f"; give a number as {setting}." if is_a(v, Real) else "",
    )


def instance(kind: Any, wanted: str) -> Rule:
    return Rule(lambda v: isinstance(v, kind), wanted)


def each(rule: Rule, what: str) -> Rule:
    """A sequence whose elements all pass `rule`."""

    def accepts(value: Any) -> bool:
        if isinstance(value, np.ndarray):
            value = value.tolist()  # of no dimension, a number
        return isinstance(value, list | tuple) and all(map(rule.accepts, value))

    return Rule(accepts, f"a sequence of {what}")
