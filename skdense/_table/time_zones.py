"""Time zones: moments in UTC, and the time that clocks in a zone show."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from skdense.engine.typing import Array

OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d):?(\d\d)")


def name_of(zones: Iterable[tzinfo | None]) -> str:
    """Return the name of the only zone that has one; of offsets alone it is UTC."""
    names = {getattr(zone, "key", None) or getattr(zone, "zone", None) for zone in zones}
    name = names.pop() if len(names) == 1 else None
    return name or "UTC"


def local(moments: Array, zone: str | None) -> Array:
    """Return moments in UTC as the time that clocks in the zone show."""
    if zone is None:
        return moments
    # offsets change at most every quarter of an hour
    minutes = moments.astype("datetime64[m]").astype(np.int64)
    quarters, of_moment = np.unique(minutes // 15, return_inverse=True)
    clock = _clock(zone)
    offsets = [_offset(quarter * 900, clock) for quarter in quarters.tolist()]
    return moments + np.array(offsets, "timedelta64[us]")[of_moment.reshape(-1)]


def _offset(seconds: int, clock: tzinfo) -> timedelta:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.astimezone(clock).utcoffset() or timedelta(0)


def _clock(zone: str) -> tzinfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        match = OFFSET.fullmatch(zone)
        if match is None:
            raise
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-offset if sign == "-" else offset)
