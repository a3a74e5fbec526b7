"""Text that stands for a duration or a time of day."""

import re

# Such as 7:30, 07:30:59.5, and as Python and pandas write durations: -1 day, 23:00:00.
CLOCK = re.compile(
    r"(?:(?P<days>[+-]?\d+) days?,?(?: |$))?"
    r"(?:(?P<sign>[+-]?)(?P<hours>\d+):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:[.,]\d{1,9})?))?)?",
    re.ASCII,
)
# Such as P1DT2H3M4.5S, as JSON has them.
ISO_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?:(?P<days>[+-]?\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)
UNITS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
# What a column of text must have to be read as times: 7:30 or 07:30:59.
TIME = re.compile(r"\d{1,2}:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?", re.ASCII)


def seconds_in(text: str) -> float:
    """Return the seconds of a duration, or of a time of day since midnight; NaN if it is none."""
    stripped = text.strip()
    match = CLOCK.fullmatch(stripped) or ISO_DURATION.fullmatch(stripped)
    if match is None or not any(match[unit] for unit in UNITS):
        return float("nan")
    days, *clock = (_number(match[unit]) * seconds for unit, seconds in UNITS.items())
    sign = -1 if match["sign"] == "-" else 1
    # the minus of -P1DT2H is that of the days as well, but that of -1 day, 23:00 is not
    return sign * (days + sum(clock)) if match.re is ISO_DURATION else days + sign * sum(clock)


def _number(digits: str | None) -> float:
    return float((digits or "0").replace(",", "."))


def are_times(texts: set[str]) -> bool:
    """Whether all of some texts, none of them missing, are times such as 07:30."""
    return all(TIME.fullmatch(text.strip()) for text in texts)
