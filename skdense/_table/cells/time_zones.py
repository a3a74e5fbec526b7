"""Time zones: moments in UTC, and the time that clocks in a zone show."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from skdense.engine.typing import Array

OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d):?(\d\d)")
# The seconds since 1970 of Python's datetimes, without the first and last days; the offset of a
# zone is the same beyond.
FIRST, LAST = -62_135_510_400, 253_402_128_000


def name_of(zones: Iterable[tzinfo | None]) -> str:
    """Return the name of the only zone with a name; moments with offsets alone are in UTC."""
    names = {getattr(zone, "key", None) or getattr(zone, "zone", None) for zone in zones}
    name = names.pop() if len(names) == 1 else None
    return known(name) or "UTC"


def known(zone: str | None) -> str | None:
    """Return the name of a zone, or UTC if another process may not know it."""
    if zone is None or OFFSET.fullmatch(zone):
        return zone
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


def local(moments: Array, zone: str | None) -> Array:
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
