"""What was made of each column of a user's table, as a table to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from skdense._table.table import Table
from skdense.engine.typing import Array


@dataclass(frozen=True)
class ColumnSummary:
    """What each column of the first table is read as; prints as a table.

    Attributes
    ----------
    rows : list of (str, str)
        The name of each column, and what it is read as with its number of missing values, if
        there are some.
    """

    rows: list[tuple[str, str]]

    @classmethod
    def of(
        cls, table: Table, names: Sequence[str], n_missing: Array | None = None
    ) -> "ColumnSummary":
        """Summarize a table whose columns have these names.

        `n_missing` has the number of missing values of each column that is read, if known.
        """
        read_as = [kind.description for kind in table.kinds] or ["number"] * len(names)
        if n_missing is not None:
            origin = table.origin if table.kinds else range(len(names))
            # of a date several columns are read, which lack the same rows
            for i, n in dict(zip(origin, n_missing.tolist(), strict=True)).items():
                read_as[i] += f"; {n:,} missing" if n else ""
        return cls(list(zip(names, read_as, strict=True)))

    def __str__(self) -> str:
        table = [("column", "read as"), *self.rows]
        width = max(len(name) for name, _ in table)
        return "\n".join(f"{name:<{width}}  {read_as}" for name, read_as in table)

    __repr__ = __str__
