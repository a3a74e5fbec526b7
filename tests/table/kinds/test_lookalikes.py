"""Text that looks like numbers or dates: what the warning says works when it is pasted."""

import re
import warnings

import numpy as np
import pandas
import pandas as pd
import pytest
from raw_tables import NAN, fitted

VALUES = [1234.5 * i - 20_000.25 for i in range(1, 40)]
WHOLE = [float(i) for i in range(1, 40)]


def comma(text):
    return text.translate(str.maketrans(",.", ".,"))


# How a value may be written, and the values.
WRITTEN = {
    "dollars": (lambda v: f"${v:,.2f}", np.abs(VALUES)),
    "euros behind": (lambda v: f"{v:,.2f} \u20ac", VALUES),
    "a currency's code": (lambda v: f"EUR {v:.2f}", VALUES),
    "a minus before the currency": (lambda v: f"-${v:,.2f}", np.abs(VALUES)),
    "groups": (lambda v: f"{v:,.0f}", [1000.0 * i for i in range(1, 40)]),
    "German": (lambda v: comma(f"{v:,.2f}"), VALUES),
    "German euros": (lambda v: comma(f"{v:,.2f} \u20ac"), VALUES),
    "a decimal comma": (lambda v: comma(f"{v:.1f}"), VALUES),
    "percent": (lambda v: f"{v}%", WHOLE),
    "percent and a space": (lambda v: f"{v:.1f} %", WHOLE),
    "a unit": (lambda v: f"{v:.0f} kg", WHOLE),
    "parentheses": (lambda v: f"({-v:,.2f})" if v < 0 else f"{v:,.2f}", VALUES),
    "parentheses and dollars": (lambda v: f"(${-v:,.2f})" if v < 0 else f"${v:,.2f}", VALUES),
    "a minus behind": (lambda v: f"{-v:.2f}-" if v < 0 else f"{v:.2f}", VALUES),
    "a minus of typographers": (lambda v: f"{v:.1f}".replace("-", "\u2212"), VALUES),
}


def warned(X):
    """The code that the only warning of a fit tells to paste."""
    with pytest.warns(UserWarning, match="^X (holds .*'a'.* such as '|is used without 'a')") as w:
        fitted(X)
    assert len(w) == 1
    return re.search("in pandas (.*) reads them", str(w[0].message)).group(1)


def pasted(X, code):
    X = X.copy()
    exec(code, {"X": X, "pandas": pandas})
    return X["a"]


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("times", [1, 3])
def test_numbers_in_another_notation(kind, times):
    write, values = WRITTEN[kind]
    cells = [*map(write, values), None] * times
    X = pd.DataFrame({"a": cells, "b": 1.0})
    expected = np.array([*np.round(values, 2), NAN] * times)
    expected = -expected if kind == "a minus before the currency" else expected
    if kind in ("a decimal comma", "a minus of typographers"):
        expected = expected.round(1)
    found = pasted(X, warned(X))
    np.testing.assert_allclose(found, expected, atol=0.051)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fitted(X.assign(a=found))[1].n_levels == ()


@pytest.mark.parametrize("other", ["unknown", "-", ".", "#DIV/0!", "<5"])
@pytest.mark.parametrize("write", [str, int])
def test_other_text_among_numbers(other, write):
    X = pd.DataFrame({"a": pd.Series([*map(write, WHOLE), other], dtype=object), "b": 1.0})
    np.testing.assert_array_equal(pasted(X, warned(X)), [*WHOLE, NAN])


@pytest.mark.parametrize("n_days", [12, 40])
@pytest.mark.parametrize("written", ["%d.%m.%y", "%m/%d/%y", "%m-%d-%y %H:%M", "%d-%b-%y"])
def test_dates_of_short_years(written, n_days):
    days = pd.Series(pd.date_range("2021-01-01", periods=n_days))
    X = pd.DataFrame({"a": days.dt.strftime(written), "b": 1.0})
    code = warned(X)
    is_day_first = written == "%d.%m.%y"
    if n_days == 12:  # no day says which is which
        code = code.replace("dayfirst=False", f"dayfirst={is_day_first}")
    assert f"dayfirst={is_day_first}" in code or "%b" in written
    assert pasted(X, code).tolist() == days.tolist()


@pytest.mark.parametrize("written", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M"])
def test_dates_whose_day_may_be_the_month(written):
    days = pd.Series(pd.date_range("2021-01-01", periods=12))
    X = pd.DataFrame({"a": days.dt.strftime(written), "b": 1.0})
    code = warned(X).replace("dayfirst=False", f"dayfirst={written.startswith('%d')}")
    assert pasted(X, code).tolist() == days.tolist()


@pytest.mark.parametrize(
    "cells",
    [
        [f"{i:05}" for i in range(9_980, 10_030)],
        [f"{i}%" for i in range(20)],
        [f"{i}K" for i in range(1, 30)] + [f"{i}M" for i in range(1, 30)],
        [f"{i}-{i + 9}" for i in range(30)],
        [f"Q{i}" for i in range(1, 30)],
        [f"1.2.{i}" for i in range(30)],
        [f"20-45-{i}" for i in range(10, 40)],
        [f"12-abc-{i}" for i in range(10, 40)],
        [str(i) for i in range(30)] + ["a", "b"],
        [f"10.0.0.{i}" for i in range(30)],
        [f"{i}abcde" for i in range(1, 30)],
    ],
)
def test_what_looks_like_no_number(cells):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, table, _ = fitted(pd.DataFrame({"a": cells * 2}))
    assert table.n_levels == (len(cells),)


def test_named_categories_are_not_doubted():
    X = pd.DataFrame({"a": [f"{i}%" for i in range(50)]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fitted(X, ["a"])[1].n_levels == (50,)


def test_dates_of_which_some_have_a_time_zone():
    texts = [f"2024-01-{day:02}" + "T00:00Z" * (day % 2) for day in range(1, 29)]
    X = pd.DataFrame({"a": texts, "b": 1.0})
    expected = pd.date_range("2024-01-01", periods=28, tz="UTC")
    assert pasted(X, warned(X)).tolist() == expected.tolist()


def test_other_text_among_dates():
    texts = [*pd.date_range("2024-01-01", periods=40).strftime("%Y-%m-%d"), "0000-00-00"]
    X = pd.DataFrame({"a": texts, "b": 1.0})
    found = pasted(X, warned(X))
    assert found[:40].dt.strftime("%Y-%m-%d").tolist() == texts[:40]
    assert found.isna().tolist() == [False] * 40 + [True]
