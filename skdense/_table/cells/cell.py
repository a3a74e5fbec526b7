"""Single cells of a user's table: what is missing, and what text stands for a number."""

import re
from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

# Text that stands for a missing value: what pandas.read_csv takes for it by default, and "?".
MARKS = frozenset("? NA N/A n/a #N/A #NA <NA> nan NaN -nan -NaN NULL null None NaT".split()) | {""}
# A code, such as a postal code, whose leading zero says that it is no number.
CODE = re.compile(r"0\d+", re.ASCII)
# Spaces that may separate groups of three digits.
SPACES = " \u00a0\u2009\u202f"
# Codes are not among them.
NUMBER = re.compile(
    rf"[+-]?(?:(?:0|[1-9]\d*|[1-9]\d{{0,2}}(?:[{SPACES}]\d{{3}})+)(?:\.\d*)?|\.\d+)"
    r"(?:[eE][+-]?\d+)?",
    re.ASCII,
)


def is_missing(cell: object) -> bool:
    """Whether a cell is a missing value: None, NaN, NaT or NA."""
    # a comparison with pandas' NA has no truth value, and one of arrays has many
    if cell is None or type(cell).__name__ == "NAType":
        return True
    differs: Any = cell != cell
    return differs is True or (isinstance(differs, np.bool_) and bool(differs))


def is_mark(cell: object) -> bool:
    """Whether a cell is text that stands for a missing value."""
    return isinstance(cell, str) and cell.strip() in MARKS


def as_float(cell: Any) -> float:
    """Return a cell that is a number as a float, NaN where it is missing."""
    if is_missing(cell):
        return float("nan")
    try:
        return float(cell)
    except OverflowError:
        # an integer beyond float64, which is refused as infinity is
        return float("inf")


def number_in(text: str) -> float:
    """Return the number that a text stands for, or NaN."""
    stripped = text.strip()
    if NUMBER.fullmatch(stripped) is None:
        return float("nan")
    return float(stripped.translate(_NO_SPACES))


_NO_SPACES = str.maketrans("", "", SPACES)


def present(cells: Iterable[Hashable]) -> set[Hashable]:
    """Return the distinct cells that are not missing."""
    return {cell for cell in set(cells) if not is_missing(cell) and not is_mark(cell)}
