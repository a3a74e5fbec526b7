"""Checks that a table has rows and columns."""

from collections.abc import Iterator, Mapping, Set
from io import IOBase
from os import PathLike
from types import UnionType
from typing import Any

from skdense._input.typing import TableLike
from skdense.engine.typing import Array

# Types that users mistake for tables, and what to do with them.
NOT_TABLES: tuple[tuple[type | UnionType, str], ...] = (
    (type(None), "give a table of rows and columns"),
    (str | bytes | PathLike | IOBase, "read the table first, for example by pandas.read_csv"),
    (Set | Iterator, "make it a list of rows, or an array of two dimensions"),
)


def check_is_table(X: TableLike) -> None:
    """Raise ValueError if X is of a type that cannot be a table."""
    if isinstance(X, list | tuple) and len(X) == 0:
        raise ValueError("X has no rows; give at least one.")
    if isinstance(X, list | tuple) and isinstance(X[0], Mapping):
        what = f"a {type(X).__name__} of dicts"
        raise ValueError(f"X is {what}; make it a table by pandas.DataFrame(X).")
    if isinstance(X, Mapping) and not hasattr(X, "shape"):
        raise ValueError(f"X is a dict; {_remedy_for_dict(X)}.")
    if hasattr(X, "get_chunk"):
        raise ValueError(f"X is a {type(X).__name__}, which reads parts; read all by X.read().")
    for kind, remedy in NOT_TABLES:
        # a sparse matrix may be a dict of its cells
        if isinstance(X, kind) and not hasattr(X, "shape"):
            what = "None" if X is None else f"a {type(X).__name__}"
            raise ValueError(f"X is {what}; {remedy}.")


def check_is_rows(given: TableLike, array: Array) -> None:
    """Raise ValueError if NumPy has made a single object of what was given."""
    if array.ndim == 0:
        raise ValueError(
            f"X is a {type(given).__name__}, which is not a table; give a table of rows and "
            "columns, such as a pandas.DataFrame."
        )


def _remedy_for_dict(X: Mapping[Any, Any]) -> str:
    tables = [name for name, value in X.items() if len(getattr(value, "shape", ())) == 2]
    if tables:
        return f"give one of its tables, such as X[{tables[0]!r}]"
    are_columns = all(hasattr(value, "__len__") for value in X.values())
    rows = "X" if are_columns and not any(isinstance(v, str) for v in X.values()) else "[X]"
    return f"make it a table by pandas.DataFrame({rows})"


def check_shape(X: TableLike) -> None:
    """Raise ValueError unless X has rows and columns; leave X without a shape to scikit-learn."""
    shape = tuple(getattr(X, "shape", ()))
    if getattr(getattr(X, "dtype", None), "names", None):
        raise ValueError(
            "X is a structured array; make it a table by pandas.DataFrame(numpy.atleast_1d(X))."
        )
    if len(shape) == 1:
        _refuse_one_dimension(X, shape)
    if len(shape) > 2:
        raise ValueError(
            f"Found array with dim {len(shape)}: X has shape {shape}; give a table of rows "
            "and columns."
        )
    for n, what, unit in zip(shape, ("rows", "columns"), ("sample", "feature"), strict=False):
        if n == 0:
            raise ValueError(
                f"X has no {what}; give at least one (Found array with 0 {unit}(s) "
                f"(shape={shape}) while a minimum of 1 is required)."
            )


def _refuse_one_dimension(X: TableLike, shape: tuple[int, ...]) -> None:
    if not hasattr(X, "to_frame"):
        raise ValueError(
            f"Expected 2D array, got 1D array instead: X has shape {shape}. Reshape your data "
            "by np.reshape(X, (-1, 1)) if it is one column, or by np.reshape(X, (1, -1)) if it "
            "is one row."
        )
    # a row of pandas is a Series
    row = ", or of one row by X.to_frame().T" if hasattr(X, "iloc") else ""
    raise ValueError(
        f"X is a {type(X).__name__}, which has one dimension; give a table of one column by "
        f"X.to_frame(){row}."
    )
