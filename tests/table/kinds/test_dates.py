"""Dates as days since 1970 and parts of the calendar: what pandas says of the same moments."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from raw_tables import NAN, fitted, numbers_of, served

# Every 1000 hours or so from 1900 to 2100, on both sides of the epoch and of its hours and days.
EDGES = [
    "1969-12-31 23:59:59.999999",
    "1970-01-01",
    "1969-12-31",
    "1970-01-01 00:59:59",
    "1900-01-01",
]
MOMENTS = pd.Series(
    pd.date_range("1900-01-02", "2100", freq="1003h17min").append(
        pd.to_datetime(EDGES, format="ISO8601")
    )
).astype("datetime64[us]")
# The hours around changes of clocks, and years of other rules for them.
CLOCKS = pd.Series(
    pd.to_datetime(
        [
            f"{day} {hour:02d}:30"
            for day in ("2024-03-10", "2024-03-31", "2024-10-27", "2024-11-03", "1977-04-03")
            for hour in range(24)
        ]
    )
).astype("datetime64[us]")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
OFFSETS = ["+02:00", "-03:30", "+05:45"]
PARTS = ["year", "month", "weekday", "hour"]


def as_pandas_says(series):
    """Days since 1970 and all parts, in local time."""
    at = series.dt
    epoch = pd.Timestamp("1970-01-01", tz=at.tz)
    if at.tz is not None:
        epoch = pd.Timestamp("1970-01-01", tz="UTC")
    days = (series - epoch) / pd.Timedelta(days=1)
    return np.column_stack([days, at.year, at.month, at.day_of_week, at.hour]).astype(float)


def check(X, expected):
    _, table, numbers = fitted(X)
    assert table.kinds[0].parts == tuple(PARTS)
    np.testing.assert_allclose(numbers[:, 0], expected[:, 0], rtol=1e-15, atol=1e-10)
    np.testing.assert_array_equal(numbers[:, 1:], expected[:, 1:])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_without_a_zone(unit):
    moments = MOMENTS.dt.floor("s").astype(f"datetime64[{unit}]")
    check(pd.DataFrame({"t": moments}), as_pandas_says(moments))
    check(
        pl.DataFrame({"t": pl.Series(moments.tolist(), dtype=pl.Datetime("us"))}),
        as_pandas_says(moments),
    )
    check(pa.table({"t": pa.array(moments, pa.timestamp(unit))}), as_pandas_says(moments))


def test_microseconds_before_1970_are_in_the_hour_before():
    check(pd.DataFrame({"t": MOMENTS}), as_pandas_says(MOMENTS))


@pytest.mark.parametrize("zone", [*ZONES, *OFFSETS])
def test_the_calendar_is_that_of_the_zone(zone):
    # beyond these years, pytz, which pandas used to take, rounds offsets and knows no summer
    utc = pd.concat([MOMENTS[MOMENTS.dt.year.between(1925, 2036)], CLOCKS])
    moments = utc.dt.tz_localize("UTC").dt.tz_convert(zone)
    expected = as_pandas_says(moments)
    check(pd.DataFrame({"t": moments}), expected)
    check(pa.table({"t": pa.array(moments, pa.timestamp("us", zone))}), expected)
    in_arrow = moments.astype(pd.ArrowDtype(pa.timestamp("us", zone)))
    check(pd.DataFrame({"t": in_arrow}), expected)
    if zone in ZONES:
        in_polars = pl.Series("t", utc.to_numpy()).dt.replace_time_zone("UTC")
        check(pl.DataFrame([in_polars.dt.convert_time_zone(zone)]), expected)
        check(pd.DataFrame({"t": moments.astype(object)}), expected)


def test_offsets_alone_are_read_in_utc():
    offsets = [timezone(timedelta(hours=hours)) for hours in (0, 2, -5)]
    mixed = [datetime(2024, 1, 1, hour, tzinfo=zone) for zone in offsets for hour in range(24)]
    expected = as_pandas_says(pd.Series(pd.to_datetime(mixed, utc=True)))[:, [0, 1, 2, 3, 4]]
    for cells in (mixed, [cell.isoformat() for cell in mixed]):
        _, table, numbers = fitted(pd.DataFrame({"t": pd.Series(cells, dtype=object)}))
        assert table.kinds[0].zone == "UTC"
        varying = [0, *(1 + PARTS.index(part) for part in table.kinds[0].parts)]
        np.testing.assert_allclose(numbers, expected[:, varying], rtol=1e-15)


class ZoneOfNoName(tzinfo):
    """Seven hours and a second ahead; without a hash, as zones of dateutil are."""

    __hash__ = None

    def utcoffset(self, moment):
        return timedelta(hours=7, seconds=1)

    def dst(self, moment):
        return timedelta(0)

    def tzname(self, moment):
        return "7"


@pytest.mark.parametrize(
    "zone",
    [timezone(timedelta(hours=1), "XYZ"), timezone(timedelta(hours=1, seconds=7)), ZoneOfNoName()],
)
def test_a_zone_that_has_no_lasting_name_is_read_in_utc(zone):
    moments = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=11 * i) for i in range(40)]
    in_utc = pd.DataFrame({"t": pd.to_datetime(moments)})
    local = pd.DataFrame({"t": pd.Series([m.astimezone(zone) for m in moments], dtype=object)})
    frames = [local]
    if isinstance(zone, timezone):
        frames.append(in_utc.assign(t=in_utc["t"].dt.tz_convert(zone)))
    for first in frames:
        _, table, numbers = fitted(first)
        assert table.kinds[0].zone == "UTC"
        np.testing.assert_array_equal(numbers, numbers_of(in_utc))
        np.testing.assert_array_equal(served(first, in_utc), numbers)


def test_the_hour_that_comes_twice_has_two_moments():
    texts = pd.DataFrame({"t": ["2024-10-27T02:30+02:00", "2024-10-27T02:30+01:00"]})
    berlin = pd.DataFrame(
        {"t": pd.to_datetime(texts["t"], utc=True).dt.tz_convert("Europe/Berlin")}
    )
    numbers = served(
        berlin.iloc[[0, 1, 1]].assign(t=lambda X: X["t"] + pd.to_timedelta([0, 0, 9], "h")), texts
    )
    assert numbers[1, 0] - numbers[0, 0] == pytest.approx(1 / 24)
    np.testing.assert_array_equal(numbers[:, -1], [2, 2])


EXTREMES = {
    "years 1 and 9999": pl.DataFrame({"t": [date(1, 1, 1), date(9999, 12, 31)]}),
    "in a zone": pl.DataFrame(
        {"t": [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 30)]}
    ).with_columns(pl.col("t").dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Berlin")),
    "as objects": pd.DataFrame(
        {"t": pd.Series([date(1, 1, 1), date(9999, 12, 31)], dtype=object)}
    ),
    "in a zone, as text": pd.DataFrame(
        {"t": ["0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00"]}
    ),
    "beyond datetime": pd.DataFrame({"t": np.array([-(10**12), 10**12], "M8[s]")}),
    "dates beyond datetime": pl.DataFrame(
        {"t": pl.Series([-(10**7), 10**7]).cast(pl.Int32).cast(pl.Date)}
    ),
}


@pytest.mark.parametrize("kind", EXTREMES)
def test_extreme_dates(kind):
    numbers = numbers_of(EXTREMES[kind])
    assert np.isfinite(numbers).all()
    days = pd.Series(numbers[:, 0])
    assert days[0] < -719_000
    assert days[1] > 2_932_000
    np.testing.assert_array_equal(np.sign(numbers[:, 1] - 1970), [-1, 1])


TEXTS = {
    "2024-12": "2024-12-01",
    "2024-12-31": "2024-12-31",
    " 2024-12-31\n": "2024-12-31",
    "2024-02-29": "2024-02-29",
    "1900-01-01": "1900-01-01",
    "2024-12-31 05:06": "2024-12-31 05:06",
    "2024-12-31T05:06": "2024-12-31 05:06",
    "2024-12-31T05:06:07": "2024-12-31 05:06:07",
    "2024-12-31 05:06:07.5": "2024-12-31 05:06:07.5",
    "2024-12-31 05:06:07,25": "2024-12-31 05:06:07.25",
    "2024-12-31T05:06:07.123456789": "2024-12-31 05:06:07.123456",
    "2024-12-31T05:06:07Z": "2024-12-31 05:06:07",
    "2024-12-31T05:06+02": "2024-12-31 03:06",
    "2024-12-31T05:06+02:00": "2024-12-31 03:06",
    "2024-12-31 05:06:07 -0330": "2024-12-31 08:36:07",
    "2024-12-31 23:30:00.1-05:00": "2025-01-01 04:30:00.1",
}


@pytest.mark.parametrize("text", TEXTS)
def test_iso_text(text):
    expected = (pd.Timestamp(TEXTS[text]) - pd.Timestamp(0)) / pd.Timedelta(days=1)
    np.testing.assert_allclose(numbers_of(pd.DataFrame({"t": [text]})), [[expected]], rtol=1e-15)


@pytest.mark.parametrize(
    "text",
    "2024-02-30|2023-02-29|2024-13|24-12-31|31.12.2024|12/31/2024|2024-W05"
    "|2024-366|2024-12-31T|2024-12-31T25:00|2024-12-31T05|2024-12-31T05:06:07 UTC|0000-01-01|12:30"
    "|31 Dec 2024|2024-12-31T05:60|2024-12-31x|-2024-12-31|2024-12-31T05:06+25:00"
    "|\u0662\u0660\u0662\u0664-12-31".split("|"),
)
def test_text_that_is_no_iso_date(text):
    assert fitted(pd.DataFrame({"t": [text, "2024-12-31"]}))[1].n_levels == (2,)


FORMATS = [
    *("%Y/%m/%d", "%Y.%m.%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %I:%M %p"),
    *("%d-%b-%Y", "%d %B %Y", "%d %b. %Y", "%B %d, %Y", "%b %d %Y"),
    *("%b. %d, %Y", "%d-%b-%Y %H:%M:%S", "%B %d, %Y, %I:%M:%S %p"),
]


@pytest.mark.parametrize("written", FORMATS)
def test_text_whose_day_and_month_cannot_be_confused(written):
    # all months, days 1 to 31, all hours
    moments = pd.Series(pd.date_range("2000-02-28 00:30:05", "2030", freq="601h"))
    text = moments.dt.strftime(written)
    expected = as_pandas_says(pd.to_datetime(text, format=written))
    if "%H" in written or "%I" in written:
        check(pd.DataFrame({"t": text}), expected)
        check(pd.DataFrame({"t": text.str.upper()}), expected)
    else:
        numbers = numbers_of(pd.DataFrame({"t": text}))
        np.testing.assert_array_equal(numbers, expected[:, :4])
    first = pd.DataFrame({"t": text})
    np.testing.assert_array_equal(served(first, first[:1]), numbers_of(first)[:1])


@pytest.mark.parametrize("mark", list("-/."))
def test_days_and_months_of_one_digit(mark):
    days = pd.Series(pd.date_range("2024-01-01", "2024-12-31"))
    text = days.dt.strftime(f"%Y{mark}%m{mark}%d").str.replace(f"{mark}0", mark)
    expected = as_pandas_says(days)[:, [0, 2, 3]]
    np.testing.assert_array_equal(numbers_of(pd.DataFrame({"t": text})), expected)


@pytest.mark.parametrize(
    "text",
    "2024/13/01|2024/02/30|2024-1/1|2024-1-32|2024/1.2|31 Dez 2024|Decem 31, 2024|31-De-2024"
    "|Feb 30, 2024|Dec 2024|2024-Dec-31|Dec/31/2024|31 Dec 2024 25:00".split("|"),
)
def test_text_that_is_no_date(text):
    assert fitted(pd.DataFrame({"t": [text]}))[1].n_levels == (1,)


@pytest.mark.parametrize(
    ("dates", "parts"),
    [
        (["2024-01-01"], ()),
        (["2024-01-01", "2024-01-08"], ()),
        (["2024-01-01", "2024-01-02"], ("weekday",)),
        (["2024-01-01", "2024-04-01"], ("month",)),
        (["2018-01-01", "2024-01-01"], ("year",)),
        (["2024-01-01 05:00", "2024-01-08 06:00"], ("hour",)),
        (["2024-01-01 05:00", "2024-01-08 05:59"], ()),
        (["2023-12-31 23:59", "2024-01-01 00:00"], tuple(PARTS)),
    ],
)
def test_parts_that_do_not_vary_are_left_out(dates, parts):
    _, table, numbers = fitted(pd.DataFrame({"t": [*dates, None]}))
    assert table.kinds[0].parts == parts
    assert table.names(["t"]) == ["t", *(f"t: {part}" for part in parts)]
    assert table.kinds[0].description == f"date: {', '.join(['days since 1970', *parts])}"
    assert table.n_levels == (0,) * (1 + len(parts)) == (0,) * numbers.shape[1]
    assert np.isnan(numbers[-1]).all()
    assert table.is_categorical is None


def one(cell, dtype=object):
    return pd.DataFrame({"t": pd.Series([cell], dtype=dtype)})


FIRST = pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2024-01-01"])})
FIRST_OF_ZONE = FIRST.assign(t=FIRST["t"].dt.tz_localize("Europe/Berlin"))
SERVED = {
    "the same": (FIRST[1:], 19_723),
    "text": (one("2024-01-01"), 19_723),
    "a category of text": (one("2024-01-01", "category"), 19_723),
    "a category of dates": (pd.DataFrame({"t": pd.Categorical(FIRST["t"][1:])}), 19_723),
    "date": (one(date(2024, 1, 1)), 19_723),
    "datetime": (one(datetime(2024, 1, 1)), 19_723),
    "datetime64": (one(np.datetime64("2024-01-01", "ns")), 19_723),
    "Timestamp": (one(pd.Timestamp("2024-01-01")), 19_723),
    "Period": (one(pd.Period("2024-01")), 19_723),
    "polars": (pl.DataFrame({"t": [date(2024, 1, 1)]}), 19_723),
    "Arrow": (pa.table({"t": [date(2024, 1, 1)]}), 19_723),
    "None": (one(None), NAN),
    "NaN": (one(NAN, float), NAN),
    "NA": (one(None, "Int64"), NAN),
    "NaT": (one(None, "datetime64[ns]"), NAN),
    "a mark": (one("NA"), NAN),
    "no duration": (one(None, "timedelta64[s]"), NAN),
}


@pytest.mark.parametrize("kind", SERVED)
def test_dates_in_any_form_are_served(kind):
    later, days = SERVED[kind]
    expected = [[days, 2024 if days == days else NAN, 0 if days == days else NAN]]
    np.testing.assert_array_equal(served(FIRST, later), expected)
    np.testing.assert_array_equal(served(FIRST.astype(str), later), expected)


@pytest.mark.parametrize(
    ("first", "later", "message"),
    [
        (
            FIRST,
            one("x"),
            "text in column 't', where fit saw dates, first 'x' in row 0; give dates, ISO text",
        ),
        (FIRST, one("01.02.2024"), "dates, first '01.02.2024' in row 0"),
        (FIRST, one(5, "category"), "column 't', where fit saw dates, first 5"),
        (
            FIRST,
            pd.DataFrame({"t": ["2024-01-01", 5]}),
            "saw dates, first 5 in row 1",
        ),
        (FIRST, one(2024), "X holds numbers in column 't', where fit saw dates; give dates, or"),
        (FIRST, one(True), "X holds booleans in column 't'"),
        (FIRST, one(timedelta(1)), "X holds durations in column 't'"),
        (FIRST, one((1,)), "X holds objects in column 't'"),
        (
            FIRST,
            one(np.datetime64(10**14, "s")),
            "where fit saw dates, first .*; give dates, ISO text",
        ),
        (
            FIRST,
            FIRST_OF_ZONE,
            "dates with a time zone in column 't', where fit saw dates without",
        ),
        (
            FIRST_OF_ZONE,
            FIRST,
            "without a time zone in .* saw dates in Europe/Berlin; in pandas, X",
        ),
        (FIRST_OF_ZONE, one("2024-01-01"), "X holds dates without a time zone in column 't'"),
        (
            one("2024-01-01"),
            pd.DataFrame({"t": ["2024-01-01", "2024-01-01T00:00Z"]}),
            "X holds dates with and without a time zone in column 't'; give all of them one, or",
        ),
    ],
)
def test_what_cannot_be_served_as_a_date(first, later, message):
    with pytest.raises(ValueError, match=message):
        served(first, later)


def test_a_first_table_with_and_without_a_zone_is_refused():
    cells = [datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1), None]
    with pytest.raises(ValueError, match="dates with and without a time zone in column 't'"):
        fitted(pd.DataFrame({"t": pd.Series(cells, dtype=object)}))


def test_another_zone_is_served_as_the_same_moments():
    later = FIRST_OF_ZONE.assign(t=FIRST_OF_ZONE["t"].dt.tz_convert("Asia/Kathmandu"))
    expected = served(FIRST_OF_ZONE, FIRST_OF_ZONE)
    np.testing.assert_array_equal(served(FIRST_OF_ZONE, later), expected)
    texts = pd.DataFrame({"t": later["t"].astype(str)})
    np.testing.assert_array_equal(served(FIRST_OF_ZONE, texts), expected)


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_dates_that_are_all_missing(zone):
    _, table, numbers = fitted(pd.DataFrame({"t": pd.to_datetime([None, None]).tz_localize(zone)}))
    assert table.kinds[0].parts == ()
    np.testing.assert_array_equal(numbers, [[NAN], [NAN]])


def test_lists_among_dates_are_refused():
    later = pd.DataFrame({"t": [date(2024, 1, 1), [1]]})
    with pytest.raises(ValueError, match="X holds objects in column 't', where fit saw dates"):
        served(FIRST, later)
