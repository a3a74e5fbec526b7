"""Columns of dates, as the time since the epoch and the parts of the calendar that vary."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import narwhals.stable.v2 as nw
import numpy as np

from skdense._table.cells import is_mark, is_missing
from skdense._table.column import Column, Content
from skdense._table.kind import Kind
from skdense.engine.typing import Array

MOMENT = np.dtype("datetime64[us]")
ISO = re.compile(
    r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
    r"(?:Z| ?[+-]\d\d(?::?\d\d)?)?)?)?",
    re.ASCII,
)
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d):?(\d\d)")
# The seconds since 1970 of Python's datetimes, without the first and last days; the offset of a
# zone is the same beyond.
FIRST, LAST = -62_135_510_400, 253_402_128_000


def _days(moments: Array) -> Array:
    return moments.astype(np.int64) / 86_400e6


def _year(moments: Array) -> Array:
    return moments.astype("datetime64[Y]").astype(np.int64) + 1970.0


def _month(moments: Array) -> Array:
    return moments.astype("datetime64[M]").astype(np.int64) % 12 + 1.0


def _weekday(moments: Array) -> Array:
    # the epoch was a Thursday
    return (moments.astype("datetime64[D]").astype(np.int64) + 3) % 7 + 0.0


def _hour(moments: Array) -> Array:
    return moments.astype("datetime64[h]").astype(np.int64) % 24 + 0.0


# Of local time; `weekday` is 0 on Mondays.
PARTS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("year", _year),
    ("month", _month),
    ("weekday", _weekday),
    ("hour", _hour),
)


class Dates(Kind):
    """Dates with or without a time: the days since 1970, and parts of the calendar.

    Parameters
    ----------
    zone : str or None
        The time zone whose calendar counts; None for dates without one.
    parts : tuple of str
        The parts that vary in the first table: of "year", "month", "weekday" and "hour".
    """

    def __init__(self, zone: str | None, parts: tuple[str, ...]) -> None:
        self.zone, self.parts = zone, parts
        self.n_levels = (0,) * (1 + len(parts))

    @classmethod
    def learn(cls, column: Column) -> "Dates":
        """Return the kind of a column of dates; ValueError if only some have a time zone."""
        moments, zone = _moments(column)
        local = _local(moments[~np.isnat(moments)], zone)
        return cls(zone, tuple(name for name, part in PARTS if len(np.unique(part(local))) > 1))

    def read(self, column: Column) -> Array:
        moments, zone = _moments(column)
        is_there = ~np.isnat(moments)
        if is_there.any():
            self._check_zone(zone, column)
        read = np.full((len(moments), len(self.n_levels)), np.nan)
        moments = moments[is_there]
        local = _local(moments, self.zone)
        parts = [part(local) for name, part in PARTS if name in self.parts]
        read[is_there] = np.column_stack([_days(moments), *parts])
        return read

    def _check_zone(self, zone: str | None, column: Column) -> None:
        if (zone is None) != (self.zone is None):
            without, with_one = ("out", f"in {self.zone}") if zone is None else ("", "without one")
            raise ValueError(
                f"X holds dates with{without} a time zone in column {column.label}, where fit saw "
                f"dates {with_one}; set or remove the zone, in pandas by .dt.tz_localize."
            )

    def names(self, name: str) -> list[str]:
        return [name, *(f"{name}: {part}" for part in self.parts)]

    @property
    def description(self) -> str:
        zone = "" if self.zone is None else f" in {self.zone}"
        return f"date{zone}: {', '.join(['days since 1970', *self.parts])}"


def are_dates(texts: set[str]) -> bool:
    """Whether texts, none of them missing, are all ISO dates, all with a time zone or none."""
    try:
        moments = [_parsed(text) for text in texts]
    except ValueError:
        return False
    return len({moment.tzinfo is None for moment in moments}) == 1


def _moments(column: Column) -> tuple[Array, str | None]:
    """Return the moments of a column, in UTC if they have a time zone, and this zone."""
    dtype = column.values.dtype
    if isinstance(dtype, nw.Datetime | nw.Date):
        times = column.values.cast(nw.Datetime) if isinstance(dtype, nw.Date) else column.values
        moments = times.to_numpy()
        # pandas 2.0 makes columns of Arrow objects
        if moments.dtype.kind == "M":
            return moments.astype(MOMENT), _known(getattr(dtype, "time_zone", None))
    if column.is_empty:
        return np.full(len(column), "NaT", MOMENT), None
    if column.content not in (Content.DATES, Content.TEXT, Content.CATEGORIES):
        raise ValueError(
            f"X holds {column.content.value} in column {column.label}, where fit saw dates; give "
            "dates, or ISO text such as '2024-12-31'."
        )
    return _in_utc([_moment(cell, column) for cell in column.cells], column)


def _in_utc(moments: list[datetime | None], column: Column) -> tuple[Array, str | None]:
    zones = [moment.tzinfo for moment in moments if moment is not None]
    is_local = [zone is None for zone in zones]
    if any(is_local) and not all(is_local):
        raise ValueError(
            f"X holds dates with and without a time zone in column {column.label}; give all of "
            "them one, or none."
        )
    local = np.array([moment and moment.replace(tzinfo=None) for moment in moments], MOMENT)
    if all(is_local):
        return local, None
    # in NumPy, as a datetime in UTC may be beyond the years 1 to 9999
    offsets = [(moment and moment.utcoffset()) or timedelta(0) for moment in moments]
    return local - np.array(offsets, "timedelta64[us]"), _name(zones)


def _name(zones: Iterable[tzinfo | None]) -> str:
    """Return the name of the only zone with a name; moments with offsets alone are in UTC."""
    names = {getattr(zone, "key", None) or getattr(zone, "zone", None) for zone in zones}
    name = names.pop() if len(names) == 1 else None
    return _known(name) or "UTC"


def _known(zone: str | None) -> str | None:
    """Return the name of a zone, or UTC if another process may not know it."""
    if zone is None or OFFSET.fullmatch(zone):
        return zone
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


def _moment(cell: Any, column: Column) -> datetime | None:
    if is_missing(cell) or is_mark(cell):
        return None
    if isinstance(cell, str):
        try:
            return _parsed(cell)
        except ValueError as error:
            raise _no_date(cell, column) from error
    moment = _as_date(cell)
    if not isinstance(moment, date):
        raise _no_date(cell, column)
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, datetime.min.time())


def _no_date(cell: Any, column: Column) -> ValueError:
    return ValueError(
        f"X holds {cell!r} in column {column.label}, where fit saw dates; give dates, ISO text "
        "such as '2024-12-31', or None."
    )


def _as_date(cell: Any) -> Any:
    """Return a date of NumPy or pandas as one of Python, anything else as it is."""
    if isinstance(cell, np.datetime64):
        cell = cell.astype(MOMENT).item()
    if hasattr(cell, "start_time"):  # of pandas' Period
        cell = cell.start_time
    if hasattr(cell, "to_pydatetime"):
        cell = cell.to_pydatetime(warn=False)
    return cell


def _parsed(text: str) -> datetime:
    """Return an ISO date as a datetime; ValueError for any other text."""
    stripped = text.strip()
    if ISO.fullmatch(stripped) is None:
        raise ValueError(f"{text!r} is no ISO date")
    is_month = len(stripped) == len("2024-12")
    return datetime.fromisoformat(f"{stripped}-01" if is_month else stripped.replace(" +", "+"))


def _local(moments: Array, zone: str | None) -> Array:
    """Return moments in UTC as the time that clocks in the zone show."""
    if zone is None:
        return moments
    # offsets change at most every quarter of an hour
    quarters, of_moment = np.unique(
        moments.astype("datetime64[m]").astype(np.int64) // 15, return_inverse=True
    )
    clock = _clock(zone)
    offsets = [_offset(int(quarter) * 900, clock) for quarter in quarters]
    return moments + np.array(offsets, "timedelta64[us]")[of_moment.reshape(-1)]


def _offset(seconds: int, clock: tzinfo) -> timedelta:
    within = min(max(seconds, FIRST), LAST)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=within)
    return moment.astimezone(clock).utcoffset() or timedelta(0)


def _clock(zone: str) -> tzinfo:
    match = OFFSET.fullmatch(zone)
    if match is None:
        return ZoneInfo(zone)
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)
