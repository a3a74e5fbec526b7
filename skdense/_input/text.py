"""Refuse text and dates in an array."""

import numpy as np
from scipy import sparse

from skdense._input.typing import TableLike
from skdense._table.cells.column import Content
from skdense._table.frame import Frame


def refuse_text(X: TableLike) -> None:
    """Raise ValueError if an array, which is no DataFrame, holds text or dates."""
    if sparse.issparse(X) or getattr(X, "dtype", None) is None or X.dtype.kind in "biuf":
        return
    frame = Frame.of_array(np.asarray(X))
    for content in (Content.TEXT, Content.BYTES, Content.DATES, Content.DURATIONS, Content.TIMES):
        found = [column.label for column in frame.holding(content)]
        if found:
            where = (
                f"column {found[0]}" if len(found) == 1 else f"the columns {', '.join(found[:5])}"
            )
            more = f" and {len(found) - 5} more" if len(found) > 5 else ""
            cells = "numpy.array(X).astype(str)" if content is Content.BYTES else "X"
            raise ValueError(
                f"X holds {content.value} in {where}{more}; make it a table by "
                f"pandas.DataFrame({cells}), or by set_output(transform='pandas') of what made "
                "it, whose text and dates are read, or turn them into numbers."
            )
