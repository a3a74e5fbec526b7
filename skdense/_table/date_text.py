"""Text that stands for dates."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

ISO = re.compile(
    r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
    r"(?:Z| ?[+-]\d\d(?::?\d\d)?)?)?)?",
    re.ASCII,
)
# Day and month in either order, such as 12/31/2024 or 31.12.2024, and perhaps a time.
WITH_YEAR_LAST = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])[Mm])?)?",
    re.ASCII,
)


def iso(text: str) -> datetime:
    """Return the moment of an ISO text, or of a month alone; ValueError for any other text."""
    stripped = text.strip()
    if ISO.fullmatch(stripped) is None:
        raise ValueError(f"{text!r} is no ISO date")
    is_month = len(stripped) == len("2024-12")
    return datetime.fromisoformat(f"{stripped}-01" if is_month else stripped.replace(" +", "+"))


def month_first(text: str) -> datetime:
    """Return the moment of a text such as 12/31/2024; ValueError for any other text."""
    first, second, year, clock = _parts(text)
    return datetime(year, first, second, *clock)


def day_first(text: str) -> datetime:
    """Return the moment of a text such as 31/12/2024; ValueError for any other text."""
    first, second, year, clock = _parts(text)
    return datetime(year, second, first, *clock)


def _parts(text: str) -> tuple[int, int, int, tuple[int, int, int]]:
    match = WITH_YEAR_LAST.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date with the year last")
    first, _, second, year, hour, minute, seconds, half = match.groups()
    hours = int(hour or 0)
    if half is not None:
        # 12 o'clock is the first hour of either half of the day
        hours = hours % 12 + 12 * (half in "pP")
    return int(first), int(second), int(year), (hours, int(minute or 0), int(seconds or 0))


STYLES: tuple[Callable[[str], datetime], ...] = (iso, month_first, day_first)


def style_of(texts: Iterable[str]) -> str | None:
    """Return the name of the function that reads all texts; None if none or several do.

    Either all moments have a time zone, or none has.
    """
    texts = list(texts)
    fitting = [style.__name__ for style in STYLES if _reads_all(style, texts)]
    return fitting[0] if len(fitting) == 1 else None


def _reads_all(style: Callable[[str], datetime], texts: list[str]) -> bool:
    try:
        return len({style(text).tzinfo is None for text in texts}) == 1
    except ValueError:
        return False


def parsed(text: str, style: str) -> datetime:
    """Return the moment of a text in ISO form, or in a style; ValueError for any other text."""
    if ISO.fullmatch(text.strip()):
        return iso(text)
    return next(read for read in STYLES if read.__name__ == style)(text)
