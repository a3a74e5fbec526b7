"""What each column of the first table is read as, by the parameter `categorical_features`."""

from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np

from skdense._table.cells.cell import present
from skdense._table.cells.column import Column, Content
from skdense._table.frame import Frame
from skdense._table.kinds.categories import Categories
from skdense._table.kinds.dates import Dates
from skdense._table.kinds.kind import Kind, LeftOut
from skdense._table.kinds.numbers import Numbers, Seconds
from skdense._table.kinds.text import kind_of_text, own_text

FORMS = "'auto', 'from_dtype', None, or a list of column names, positions, or one bool per column"
# What the numeric columns of an array may hold.
ARRAY_CONTENTS = (Content.NUMBERS, Content.TRUTH, Content.NOTHING)
# What cannot be read, and how to change it.
REFUSED = {
    Content.BYTES: "decode them to text, in pandas by .str.decode('utf-8')",
    Content.LISTS: "give a column for each of their items, or drop the column",
    Content.RECORDS: "give a column for each of their fields, or drop the column",
    Content.COMPLEX: "give their real and imaginary parts as two columns",
}


def kinds_of(frame: Frame, features: object) -> list[Kind]:
    """Return the kind of each column of a frame; ValueError for what cannot be read."""
    if features is None or is_name(features, "from_dtype"):
        _check_declared(frame, is_none=features is None)
        return [_declared(column) for column in frame.columns]
    named: set[int] = set()
    if not is_name(features, "auto"):
        named = selected(features, frame.names, len(frame.columns))
    return [
        Categories.learn(column) if position in named else _by_content(column)
        for position, column in enumerate(frame.columns)
    ]


def _by_content(column: Column) -> Kind:
    content = column.content
    if content is Content.TEXT:
        return kind_of_text(column)
    if content is Content.NOTHING:
        return LeftOut("no values", is_own_text=False)
    if content in (Content.TRUTH, Content.CATEGORIES):
        return Categories.learn(column)
    if content is Content.OBJECTS:
        categories = Categories.learn(column)
        return own_text(column, present(column.cells)) or categories
    if content is Content.DATES:
        return Dates.learn(column)
    if content in (Content.DURATIONS, Content.TIMES):
        return Seconds(content.value)
    return _numbers(column)


def _numbers(column: Column) -> Kind:
    if column.content in REFUSED:
        raise ValueError(
            f"X holds {column.content.value} in column {column.label}; {REFUSED[column.content]}."
        )
    return Numbers()


def _declared(column: Column) -> Kind:
    """Return the kind of a column by its dtype alone."""
    if column.content is Content.CATEGORIES:
        return Categories.learn(column)
    return _numbers(column)


def _check_declared(frame: Frame, *, is_none: bool) -> None:
    """Raise ValueError for columns that are neither numbers nor declared categories."""
    wrong = [Content.TEXT, Content.DATES, Content.DURATIONS, Content.TIMES, Content.OBJECTS]
    found = frame.holding(*wrong, *([Content.CATEGORIES] if is_none else []))
    if found:
        value, what = (
            ("None", "numbers") if is_none else ("'from_dtype'", "numbers and categories")
        )
        found = frame.holding(found[0].content)
        labels = ", ".join(column.label for column in found[:5])
        labels = f"{len(found)} columns, first {labels}" if len(found) > 5 else labels
        raise ValueError(
            f"X holds {found[0].content.value} in {labels}, but categorical_features={value} "
            f"takes {what} only; set categorical_features='auto', or turn it into numbers."
        )


def kinds_of_array(frame: Frame, features: object) -> list[Kind]:
    """Return the kinds of the columns of an array: the selected ones are categories."""
    named = selected(features, None, len(frame.columns))
    for position, column in enumerate(frame.columns):
        if position not in named and column.content not in ARRAY_CONTENTS:
            raise ValueError(
                f"X holds {column.content.value} in column {column.label}; give its position in "
                "categorical_features, or make X a table by pandas.DataFrame(X)."
            )
    return [
        Categories.learn(column) if position in named else Numbers()
        for position, column in enumerate(frame.columns)
    ]


def is_a_list(features: object) -> bool:
    """Whether `categorical_features` names columns; it is else one of three values."""
    return not (features is None or is_name(features, "auto") or is_name(features, "from_dtype"))


def selected(features: object, names: list[Any] | None, n_columns: int) -> set[int]:
    """Return the positions that a list of names, positions or bools selects."""
    if isinstance(features, str | bytes) or not isinstance(features, Iterable):
        raise ValueError(f"categorical_features must be {FORMS}, got {features!r}.")
    given = list(features)
    if all(isinstance(feature, bool | np.bool_) for feature in given):
        return _from_mask(given, n_columns)
    if all(isinstance(feature, str) for feature in given):
        return _named_positions(names, given)
    positions = [int(f) for f in given if not isinstance(f, bool) and isinstance(f, Integral)]
    if len(positions) == len(given):
        return _checked_positions(positions, n_columns)
    types = ", ".join(sorted({type(feature).__name__ for feature in given}))
    raise ValueError(f"categorical_features must be {FORMS}, got a list of {types}.")


def _from_mask(given: list[object], n_columns: int) -> set[int]:
    if given and len(given) != n_columns:
        raise ValueError(
            f"categorical_features has {len(given)} bools and X has {n_columns} columns; give "
            "one for each column."
        )
    return {position for position, is_one in enumerate(given) if is_one}


def _named_positions(names: list[Any] | None, given: list[str]) -> set[int]:
    if names is None:
        raise ValueError(
            f"categorical_features names columns, first {given[0]!r}, but X has no column names; "
            "give positions, or make X a DataFrame."
        )
    unknown = [name for name in given if name not in names]
    if unknown:
        raise ValueError(
            f"categorical_features names {unknown[0]!r}, which is not a column of X; give some of "
            f"its columns {names}."
        )
    return {names.index(name) for name in given}


def _checked_positions(given: list[int], n_columns: int) -> set[int]:
    beyond = [position for position in given if not 0 <= position < n_columns]
    if beyond:
        raise ValueError(
            f"categorical_features has position {beyond[0]}, but the columns of X are numbered "
            f"0 to {n_columns - 1}; give positions in this range."
        )
    return set(given)


def is_name(value: object, name: str) -> bool:
    """Whether a parameter is this name; safe for arrays, which `==` compares by element."""
    return isinstance(value, str) and value == name


def left_out(frame: Frame, kinds: list[Kind]) -> list[tuple[Column, LeftOut]]:
    """Return the columns that are left out, with their kinds."""
    pairs = zip(frame.columns, kinds, strict=True)
    return [(column, kind) for column, kind in pairs if isinstance(kind, LeftOut)]
