"""What a column of text is read as: numbers, dates, times of day, categories, or nothing."""

from collections.abc import Hashable

import numpy as np

from skdense._table.cells.cell import present
from skdense._table.cells.column import Column, Content
from skdense._table.cells.date_text import style_of
from skdense._table.cells.time_text import are_times
from skdense._table.cells.user_warning import warn_user
from skdense._table.kinds.categories import Categories
from skdense._table.kinds.dates import Dates
from skdense._table.kinds.kind import Kind, LeftOut
from skdense._table.kinds.lookalikes import FEW_TEXTS, Lookalike, lookalike_of
from skdense._table.kinds.numbers import Numbers, Seconds, are_numbers

# A column is left out if more than this share of its rows have a text of their own; a table of
# few rows cannot tell.
OWN_TEXT = 0.8


def kind_of_text(column: Column) -> Kind:
    """Return the kind of a column of text in the first table."""
    found = present(column.cells)
    texts = {text for text in found if isinstance(text, str)}
    if not found:
        return LeftOut("no values", is_own_text=False)
    if not texts and all(isinstance(cell, bool | np.bool_) for cell in found):
        return Categories.learn(column)
    if are_numbers(texts):
        return Numbers(Content.TEXT.value)
    is_text = len(texts) == len(found)
    if is_text and are_times(texts):
        return Seconds(Content.TIMES.value, was_text=True)
    style = style_of(texts) if is_text else None
    if style is not None:
        return Dates.learn(column, style)
    cells = f"X[{column.label}]" if is_text else f"X[{column.label}].astype(str)"
    alike = lookalike_of({str(cell) for cell in found}, cells)
    return own_text(column, found, alike) or _categories(column, alike)


def own_text(
    column: Column, found: set[Hashable], alike: Lookalike | None = None
) -> LeftOut | None:
    """Return the kind of a column in which nearly every row has a text of its own."""
    n_rows = sum(cell in found for cell in column.cells)
    if len(found) <= max(FEW_TEXTS, OWN_TEXT * n_rows):
        return None
    reason = f"{len(found):,} texts in {n_rows:,} rows"
    advice = "" if alike is None else f"{alike.what}, {_remedy(column, alike)}"
    return LeftOut(reason, is_own_text=True, advice=advice)


def _categories(column: Column, alike: Lookalike | None) -> Kind:
    """Return the categories of a column; warn if they look like numbers or dates."""
    if alike is not None:
        warn_user(
            f"X holds {alike.what} in column {column.label}, which are read as categories, "
            f"{_remedy(column, alike)}; name the column in categorical_features if they are "
            "categories."
        )
    return Categories.learn(column)


def _remedy(column: Column, alike: Lookalike) -> str:
    return f"such as {alike.example!r}; in pandas X[{column.label}] = {alike.code} reads them"
