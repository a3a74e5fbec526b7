"""Single cells: what is missing, and what text stands for a number."""

from decimal import Decimal
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from skdense._table.cells.cell import MARKS, as_float, is_mark, is_missing, number_in, present

NAN = np.nan


@pytest.mark.parametrize(
    "cell",
    [
        None,
        NAN,
        np.float32("nan"),
        pd.NA,
        pd.NaT,
        np.datetime64("NaT"),
        np.timedelta64("NaT"),
        Decimal("NaN"),
        complex("nan"),
    ],
)
def test_missing(cell):
    assert is_missing(cell) is True
    assert not is_mark(cell)


@pytest.mark.parametrize(
    "cell",
    [
        0,
        "",
        "NA",
        False,
        (),
        [],
        {},
        (NAN,),
        [NAN],
        b"",
        "nan",
        np.inf,
        pd.Timestamp(0),
        np.array([1, NAN]),
        np.array([NAN]),
        np.array([]),
        pd.Series([NAN, 1]),
        pd.Index([]),
    ],
    ids=str,
)
def test_not_missing(cell):
    assert is_missing(cell) is False


@pytest.mark.parametrize("text", [*sorted(MARKS), " ", "\t?\n", " NA "])
def test_marks(text):
    assert is_mark(text)
    assert np.isnan(number_in(text))


@pytest.mark.parametrize("text", sorted(MARKS - {"?", "NaT"}))
def test_marks_are_those_of_read_csv(text):
    assert pd.read_csv(StringIO(f"a,b\n1,{text}\n"))["b"].isna().all()


@pytest.mark.parametrize("text", ["none", "na", "N.A.", "-", "unknown", "??", "0", "NaN1"])
def test_not_marks(text):
    assert not is_mark(text)


NUMBERS = {
    "0": 0,
    "-0": -0.0,
    "+7": 7,
    "12": 12,
    "0.5": 0.5,
    ".5": 0.5,
    "5.": 5,
    "1e5": 1e5,
    "1E-5": 1e-5,
    "-1.5e+3": -1500,
    ".1e1": 1,
    "0e0": 0,
    " 12\n": 12,
    "\u00a012": 12,
    " 1 029.9": 1029.9,
    "1 000 000": 1e6,
    "-12\u00a0345": -12345,
    "12\u2009345.5": 12345.5,
    "1\u202f000e2": 1e5,
    "1" * 30: float("1" * 30),
    "1e999": np.inf,
    "0.1": 0.1,
    "4.35": 4.35,
}


@pytest.mark.parametrize("text", NUMBERS)
def test_text_that_is_a_number(text):
    assert number_in(text) == NUMBERS[text]
    assert np.signbit(number_in(text)) == np.signbit(NUMBERS[text])


@pytest.mark.parametrize(
    "text",
    "|a|3,5|1,000|1_000|007|00|-01|01.5|0x1|0b1|inf|-Infinity|1 0|1 00|10 00|1  000|1000 000|0 123"
    "| 1 234 56|1 000 0|.|-|e5|1e|1e5.0|--1|+-1|1-|5%|$5|5 kg|1/2|1.2.3|2024-12-31|12:30|1j|True"
    "|(5)|1 .5|1. 5|1e 5|1\n2|\u0661\u0662|\uff11|\u00bd".split("|"),
)
def test_text_that_is_no_number(text):
    assert np.isnan(number_in(text))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (True, 1),
        (Decimal("1.5"), 1.5),
        (np.int8(3), 3),
        (None, NAN),
        (pd.NA, NAN),
        (2**70, 2.0**70),
        (10**400, np.inf),
        (Decimal("Infinity"), np.inf),
    ],
)
def test_cells_as_floats(cell, number):
    np.testing.assert_array_equal(as_float(cell), number)


def test_present_cells():
    cells = ["a", "a", None, NAN, pd.NA, pd.NaT, "NA", " ? ", "", 0, 1, True, "b "]
    assert present(cells) == {"a", "b ", 0, 1}
