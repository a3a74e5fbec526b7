"""The moments that a column of dates holds, in any form."""

from datetime import date, datetime, timedelta
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from skdense._table.cells.cell import is_mark, is_missing
from skdense._table.cells.column import Column, Content
from skdense._table.cells.date_text import parsed
from skdense._table.cells.time_zones import known, name_of
from skdense._table.kinds.unreadable import check_readable
from skdense.engine.typing import Array

MOMENT = np.dtype("datetime64[us]")
# What may hold dates; dates among text are objects.
OF_DATES = (Content.DATES, Content.TEXT, Content.CATEGORIES, Content.OBJECTS)


def moments_in(column: Column, style: str | None) -> tuple[Array, str | None]:
    """Return the moments of a column, in UTC if they have a time zone, and this zone.

    `style` is the name of the function that reads text; None if fit saw no text.
    """
    dtype = column.values.dtype
    if isinstance(dtype, nw.Datetime | nw.Date):
        times = column.values.cast(nw.Datetime) if isinstance(dtype, nw.Date) else column.values
        moments = _native_moments(times)
        # of dates of Arrow pandas 2.0 makes objects
        if moments.dtype.kind == "M":
            return moments.astype(MOMENT), known(getattr(dtype, "time_zone", None))
    if column.is_empty:
        return np.full(len(column), "NaT", MOMENT), None
    if column.content not in OF_DATES or column.distinct is None:
        raise ValueError(
            f"X holds {column.content.value} in column {column.label}, where fit saw dates; give "
            "dates, or ISO text such as '2024-12-31'."
        )
    return _in_utc(_read(column, style), column)


def _read(column: Column, style: str | None) -> list[datetime | None]:
    """Return the moment of each cell; most dates occur often."""
    moments: dict[Any, datetime | None] = {}
    strange = []
    for cell in column.distinct or ():
        try:
            moments[cell] = _moment(cell, style or "iso")
        except ValueError:
            moments[cell] = None
            strange.append(cell)
    remedy = "give dates, ISO text such as '2024-12-31', or None"
    check_readable(column, strange, was_text=style is not None, saw="dates", remedy=remedy)
    return [moments[cell] for cell in column.cells]


def _native_moments(times: Any) -> Array:
    # pandas 2.0 cannot convert the zone of a column of Arrow
    if hasattr(getattr(times.to_native(), "dtype", None), "pyarrow_dtype"):
        moments: Array = times.to_arrow().to_numpy(zero_copy_only=False)
        return moments
    return np.asarray(times.to_numpy())


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
    return local - np.array(offsets, "timedelta64[us]"), name_of(zones)


def _moment(cell: Any, style: str) -> datetime | None:
    """Return the moment of a cell, None where it is missing; ValueError if it is no date."""
    if is_missing(cell) or is_mark(cell):
        return None
    if isinstance(cell, str):
        return parsed(cell, style)
    moment = _as_date(cell)
    if not isinstance(moment, date):
        raise ValueError(f"{cell!r} is no date")
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, datetime.min.time())


def _as_date(cell: Any) -> Any:
    """Return a date of NumPy or pandas as one of Python, anything else as it is."""
    if isinstance(cell, np.datetime64):
        cell = cell.astype(MOMENT).item()
    if hasattr(cell, "start_time"):  # of pandas' Period
        cell = cell.start_time
    if hasattr(cell, "to_pydatetime"):
        cell = cell.to_pydatetime(warn=False)
    return cell
