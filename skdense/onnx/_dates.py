"""Parts of the calendar in ONNX, which has no dates: they are computed from days since 1970."""

from collections.abc import Callable
from functools import partial

import numpy as np

from skdense.onnx._graph import Graph

# Ten microseconds in days: more than float64 rounds off, less than matters for the hour.
ROUNDING = 1e-5 / 86_400


def calendar_part(graph: Graph, days: str, part: str) -> str:
    """Add a part of the calendar of days since 1970, in float64; NaN where they are."""
    is_missing = graph.add("IsNaN", days)
    known = graph.add("Where", is_missing, np.float64(0), days)
    computed = _PARTS[part](graph, graph.add("Add", known, np.float64(ROUNDING)))
    value = graph.cast(computed, "float64")
    return graph.add("Where", is_missing, np.float64(np.nan), value)


def _whole(graph: Graph, days: str) -> str:
    return graph.cast(graph.add("Floor", days), "int64")


def _weekday(graph: Graph, days: str) -> str:
    # the epoch was a Thursday
    return _calculate(graph, "Mod", _calculate(graph, "Add", _whole(graph, days), 3), 7)


def _hour(graph: Graph, days: str) -> str:
    of_day = graph.add("Sub", days, graph.add("Floor", days))
    return graph.add("Floor", graph.add("Mul", of_day, np.float64(24)))


def _year(graph: Graph, days: str) -> str:
    return _civil(graph, days)[0]


def _month(graph: Graph, days: str) -> str:
    return _civil(graph, days)[1]


_PARTS: dict[str, Callable[[Graph, str], str]] = {
    "year": _year,
    "month": _month,
    "weekday": _weekday,
    "hour": _hour,
}


def _calculate(graph: Graph, op: str, x: str, y: str | int) -> str:
    """Add an operation on whole numbers."""
    return graph.add(op, x, y if isinstance(y, str) else np.array(y, np.int64))


def _civil(graph: Graph, days: str) -> tuple[str, str]:
    """Add year and month in the Gregorian calendar, for any day.

    Years begin in March, so that the leap day is the last of a year, and repeat every 400 years,
    as in H. Hinnant, "chrono-compatible low-level date algorithms".
    """
    calculate = partial(_calculate, graph)
    shifted = calculate("Add", _whole(graph, days), 719_468)
    day = calculate("Mod", shifted, 146_097)
    era = calculate("Div", calculate("Sub", shifted, day), 146_097)
    # without the leap days before it, each year has 365 days
    leaps = [calculate("Div", day, n) for n in (1_460, 36_524, 146_096)]
    even = calculate("Sub", calculate("Add", calculate("Sub", day, leaps[0]), leaps[1]), leaps[2])
    year = calculate("Div", even, 365)
    starts = [calculate("Mul", year, 365), calculate("Div", year, 4), calculate("Div", year, 100)]
    start = calculate("Sub", calculate("Add", starts[0], starts[1]), starts[2])
    of_year = calculate("Sub", day, start)
    from_march = calculate("Div", calculate("Add", calculate("Mul", of_year, 5), 2), 153)
    next_year = calculate("Div", from_march, 10)
    month = calculate("Sub", calculate("Add", from_march, 3), calculate("Mul", next_year, 12))
    since = calculate("Add", year, calculate("Mul", era, 400))
    return calculate("Add", since, next_year), month
