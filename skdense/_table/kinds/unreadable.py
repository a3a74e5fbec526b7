"""Cells that do not suit what fit saw in their column."""

from typing import Any

from skdense._table.cells.column import Column
from skdense._table.cells.user_warning import warn_user


def check_readable(
    column: Column, strange: list[Any], *, was_text: bool, saw: str, remedy: str
) -> None:
    """Warn of cells that are not read, and are missing; ValueError unless fit saw text as well.

    Of text that cross-validation cuts into folds, a rare cell may be in one of them alone.

    Parameters
    ----------
    column : Column
    strange : list
        The distinct cells that cannot be read.
    was_text : bool
        Whether the column was text in the first table.
    saw : str
        What it was read as.
    remedy : str
    """
    if not strange:
        return
    # by identity, as some cells, such as NA, raise errors when they are compared
    objects = set(map(id, strange))
    row = next(row for row, cell in enumerate(column.cells) if id(cell) in objects)
    where = f"column {column.label}, where fit saw {saw}, first {column.cells[row]!r} in row {row}"
    if not (was_text and all(isinstance(cell, str) for cell in strange)):
        raise ValueError(f"X holds {column.content.value} in {where}; {remedy}.")
    n_others = "" if len(strange) == 1 else f" and {len(strange) - 1} others"
    warn_user(
        f"X holds other text in {where}{n_others}, which count as missing; {remedy}, or name the "
        "column in categorical_features, and fit again."
    )
