"""A user's table in any form, as a list of columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError

from skdense._table.blocks import block_of
from skdense._table.cells.column import Column, Content, objects
from skdense.engine.typing import Array


@dataclass
class Frame:
    """A table of columns.

    Attributes
    ----------
    names : list of str or None
        None if the columns have no names.
    columns : list of Column
    native : DataFrame or None
        The table itself, if its library may give many columns in one call.
    """

    names: list[Any] | None
    columns: list[Column]
    native: Any = None

    @classmethod
    def of_array(cls, X: Array) -> Self:
        """Return the columns of an array of objects or numbers."""
        return cls(None, [Column.of(str(i), X[:, i]) for i in range(X.shape[1])])

    @classmethod
    def of_named(cls, names: Sequence[str], values: Sequence[list[Any]]) -> Self:
        """Return columns of objects with these names."""
        arrays = map(objects, values)
        columns = [Column.of(repr(n), v) for n, v in zip(names, arrays, strict=True)]
        return cls(list(names), columns)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0])

    def block(self, positions: list[int]) -> tuple[list[int], Array] | None:
        """Return the columns of plain numbers among these at once, in a tenth of the time."""
        return None if self.native is None else block_of(self.native, positions)

    def holding(self, *contents: Content) -> list[Column]:
        """Return the columns with one of these contents."""
        return [column for column in self.columns if column.content in contents]


def in_memory(X: Any) -> Any:
    """Return batches of Arrow as a table of Arrow, and a wrapped table itself."""
    X = nw.to_native(X, pass_through=True)
    if nw.dependencies.is_pandas_dataframe(X):  # a tenth of the time of what follows
        return X
    # an array of Arrow has no schema
    if not hasattr(X, "__arrow_c_stream__") or not hasattr(X, "schema") or _is_known(X):
        return X
    return nw.from_arrow(X, backend="pyarrow").to_native()


def _is_known(X: Any) -> bool:
    try:
        return nw.from_native(X, pass_through=True) is not X
    except DuplicateError:
        return True


def frame_of(X: Any) -> Frame | None:
    """Return a DataFrame of any library as a Frame; None for anything else.

    ValueError for a frame that is not in memory, or has a name twice. A sparse DataFrame of
    pandas counts as a sparse matrix.
    """
    try:
        frame = nw.from_native(X, pass_through=True)
    except DuplicateError as error:
        twice = ", ".join(line.strip("- ") for line in str(error).splitlines()[1:])
        raise ValueError(
            f"X has several columns of one name ({twice}); rename all but one."
        ) from error
    if isinstance(frame, nw.LazyFrame):
        raise ValueError(
            f"X is a lazy {type(X).__name__}; load it into memory first, for example by "
            f"X.{loader_of(type(X))}()."
        )
    if isinstance(frame, nw.DataFrame):
        if _is_sparse(X):
            return None
        return _of_columns(frame.columns, frame.get_column, X)
    if not hasattr(X, "columns") or not hasattr(X, "__getitem__"):
        return None
    # a DataFrame of a library that narwhals does not know
    return _of_columns(list(X.columns), lambda name: np.asarray(X[name]))


# The methods that load a lazy table of Dask, DuckDB, Spark, Ibis and polars.
LOADERS = ("compute", "df", "toPandas", "to_pandas", "collect")


def loader_of(library: type) -> str:
    """Return the name of the method by which a class of lazy tables loads them."""
    return next((name for name in LOADERS if hasattr(library, name)), LOADERS[-1])


def _is_sparse(X: Any) -> bool:
    """Whether a DataFrame of pandas is a sparse matrix; it is dense if it is not filled by 0."""
    if not nw.dependencies.is_pandas_dataframe(X):
        return False
    kind = nw.dependencies.get_pandas().SparseDtype
    return all(isinstance(dtype, kind) and dtype.fill_value == 0 for dtype in X.dtypes)


def _of_columns(names: list[Any], column: Callable[[Any], Any], native: Any = None) -> Frame:
    return Frame(names, [Column(repr(name), partial(column, name)) for name in names], native)
