"""Text that stands for dates."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

ISO = re.compile(
    r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
    r"(?:Z| ?[+-]\d\d(?::?\d\d)?)?)?)?",
    re.ASCII,
)
CLOCK = r"(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])[Mm])?)?"
# Day and month in either order, such as 12/31/2024 or 31.12.2024, and perhaps a time.
WITH_YEAR_LAST = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){CLOCK}", re.ASCII)
# Such as 2024/12/31 or 2024-1-1.
WITH_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.-])(\d{{1,2}})\2(\d{{1,2}}){CLOCK}", re.ASCII)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
NAME = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# Such as 31-Dec-2024 or 31 December 2024, and December 31, 2024.
WITH_MONTH_SECOND = re.compile(
    rf"(\d{{1,2}})[ -]{NAME}\.?,?[ -](\d{{4}}){CLOCK}", re.ASCII | re.IGNORECASE
)
WITH_MONTH_FIRST = re.compile(
    rf"{NAME}\.? (\d{{1,2}}),? (\d{{4}}){CLOCK}", re.ASCII | re.IGNORECASE
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
    first, _, second, year, *clock = _parts(text, WITH_YEAR_LAST)
    return _moment(year, first, second, clock)


def day_first(text: str) -> datetime:
    """Return the moment of a text such as 31/12/2024; ValueError for any other text."""
    first, _, second, year, *clock = _parts(text, WITH_YEAR_LAST)
    return _moment(year, second, first, clock)


def year_first(text: str) -> datetime:
    """Return the moment of a text such as 2024/12/31; ValueError for any other text."""
    year, _, month, day, *clock = _parts(text, WITH_YEAR_FIRST)
    return _moment(year, month, day, clock)


def month_named(text: str) -> datetime:
    """Return the moment of a text such as 31-Dec-2024; ValueError for any other text."""
    if text.strip()[:1].isdigit():
        day, month, year, *clock = _parts(text, WITH_MONTH_SECOND)
    else:
        month, day, year, *clock = _parts(text, WITH_MONTH_FIRST)
    return _moment(year, MONTHS.index(month[:3].lower()) + 1, day, clock)


def _parts(text: str, pattern: re.Pattern[str]) -> tuple[Any, ...]:
    match = pattern.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date of this form")
    return match.groups()


def _moment(year: str, month: str | int, day: str, clock: Sequence[str | None]) -> datetime:
    hour, minute, seconds, half = clock
    hours = int(hour or 0)
    if half is not None:
        # 12 o'clock is the first hour of either half of the day
        hours = hours % 12 + 12 * (half in "pP")
    return datetime(int(year), int(month), int(day), hours, int(minute or 0), int(seconds or 0))


STYLES: tuple[Callable[[str], datetime], ...] = (
    iso,
    month_first,
    day_first,
    year_first,
    month_named,
)


def style_of(texts: Iterable[str]) -> str | None:
    """Return the name of the function that reads all texts; None if none or several do.

    Either all moments have a time zone, or none has.
    """
    texts = list(texts)
    fitting = [style.__name__ for style in STYLES if reads_all(style.__name__, texts)]
    # most of ISO is of year_first as well
    return fitting[0] if fitting[:1] == ["iso"] or len(fitting) == 1 else None


def reads_all(style: str, texts: Iterable[str]) -> bool:
    """Whether a style reads all texts, and either all or none of them have a time zone."""
    read = _named(style)
    try:
        return len({read(text).tzinfo is None for text in texts}) == 1
    except ValueError:
        return False


def _named(style: str) -> Callable[[str], datetime]:
    return next(read for read in STYLES if read.__name__ == style)


def parsed(text: str, style: str) -> datetime:
    """Return the moment of a text in ISO form, or in a style; ValueError for any other text."""
    if ISO.fullmatch(text.strip()):
        return iso(text)
    return _named(style)(text)
