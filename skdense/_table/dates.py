"""Columns of dates, as the time since the epoch and the parts of the calendar that vary."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from skdense._table.cells import is_mark, is_missing
from skdense._table.column import Column, Content
from skdense._table.date_text import parsed
from skdense._table.kind import Kind
from skdense._table.time_zones import local, name_of
from skdense.engine.typing import Array

MOMENT = np.dtype("datetime64[us]")


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
    style : str, default="iso"
        The name of the function in date_text that reads text.
    """

    def __init__(self, zone: str | None, parts: tuple[str, ...], style: str = "iso") -> None:
        self.zone, self.parts, self.style = zone, parts, style
        self.n_levels = (0,) * (1 + len(parts))

    @classmethod
    def learn(cls, column: Column, style: str = "iso") -> "Dates":
        """Return the kind of a column of dates; ValueError if only some have a time zone."""
        moments, zone = _moments(column, style)
        clocks = local(moments[~np.isnat(moments)], zone)
        parts = tuple(name for name, part in PARTS if len(np.unique(part(clocks))) > 1)
        return cls(zone, parts, style)

    def read(self, column: Column) -> Array:
        moments, zone = _moments(column, self.style)
        is_there = ~np.isnat(moments)
        if is_there.any():
            self._check_zone(zone, column)
        read = np.full((len(moments), len(self.n_levels)), np.nan)
        moments = moments[is_there]
        clocks = local(moments, self.zone)
        parts = [part(clocks) for name, part in PARTS if name in self.parts]
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


def _moments(column: Column, style: str) -> tuple[Array, str | None]:
    """Return the moments of a column, in UTC if they have a time zone, and this zone."""
    dtype = getattr(column.values, "dtype", None)
    if isinstance(dtype, nw.Datetime):
        return column.values.to_numpy().astype(MOMENT), dtype.time_zone
    if column.content not in (Content.DATES, Content.TEXT, Content.CATEGORIES, Content.NOTHING):
        raise ValueError(
            f"X holds {column.content.value} in column {column.label}, where fit saw dates; give "
            "dates, or ISO text such as '2024-12-31'."
        )
    moments = [_moment(cell, column, style) for cell in column.cells]
    return _in_utc(moments, column)


def _in_utc(moments: list[datetime | None], column: Column) -> tuple[Array, str | None]:
    zones = {moment.tzinfo for moment in moments if moment is not None}
    if len(zones) > 1 and None in zones:
        raise ValueError(
            f"X holds dates with and without a time zone in column {column.label}; give all of "
            "them one, or none."
        )
    if not zones - {None}:
        return np.array(moments, MOMENT), None
    in_utc = [moment and moment.astimezone(UTC).replace(tzinfo=None) for moment in moments]
    return np.array(in_utc, MOMENT), name_of(zones)


def _moment(cell: Any, column: Column, style: str) -> datetime | None:
    if is_missing(cell) or is_mark(cell):
        return None
    if isinstance(cell, str):
        try:
            return parsed(cell, style)
        except ValueError as error:
            raise ValueError(
                f"X holds {cell!r} in column {column.label}, where fit saw ISO dates; give text "
                "such as '2024-12-31', or None."
            ) from error
    return _as_datetime(cell)


def _as_datetime(cell: Any) -> datetime:
    if isinstance(cell, np.datetime64):
        cell = cell.astype(MOMENT).item()
    if hasattr(cell, "start_time"):  # of pandas' Period
        cell = cell.start_time
    if hasattr(cell, "to_pydatetime"):
        cell = cell.to_pydatetime(warn=False)
    return cell if isinstance(cell, datetime) else datetime.combine(cell, datetime.min.time())
