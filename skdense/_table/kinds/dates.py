"""Columns of dates, as the time since the epoch and the parts of the calendar that vary."""

from collections.abc import Callable

import numpy as np

from skdense._table.cells.column import Column
from skdense._table.cells.time_zones import local
from skdense._table.kinds.kind import Kind
from skdense._table.kinds.moments import moments_in
from skdense.engine.typing import Array


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
    style : str or None, default=None
        The name of the function in date_text that reads text; None if fit saw no text.
    """

    def __init__(self, zone: str | None, parts: tuple[str, ...], style: str | None = None) -> None:
        self.zone, self.parts, self.style = zone, parts, style
        self.n_levels = (0,) * (1 + len(parts))

    @classmethod
    def learn(cls, column: Column, style: str | None = None) -> "Dates":
        """Return the kind of a column of dates; ValueError if only some have a time zone."""
        moments, zone = moments_in(column, style)
        clocks = local(moments[~np.isnat(moments)], zone)
        parts = tuple(name for name, part in PARTS if len(np.unique(part(clocks))) > 1)
        return cls(zone, parts, style)

    def read(self, column: Column) -> Array:
        moments, zone = moments_in(column, self.style)
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
            cells, own = f"X[{column.label}]", None if self.zone is None else repr(self.zone)
            raise ValueError(
                f"X holds dates with{without} a time zone in column {column.label}, where fit saw "
                f"dates {with_one}; in pandas, "
                f"{cells} = pandas.to_datetime({cells}).dt.tz_localize({own}) mends it."
            )

    def names(self, name: str) -> list[str]:
        return [name, *(f"{name}: {part}" for part in self.parts)]

    @property
    def description(self) -> str:
        zone = "" if self.zone is None else f" in {self.zone}"
        return f"date{zone}: {', '.join(['days since 1970', *self.parts])}"
