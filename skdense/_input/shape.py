"""Checks that a table has rows and columns."""

from collections.abc import Iterator, Mapping, Set
from os import PathLike
from types import UnionType

from skdense._input.dtypes import TableLike

# Types that users mistake for tables, and what to do with them.
NOT_TABLES: tuple[tuple[type | UnionType, str], ...] = (
    (type(None), "give a table of rows and columns"),
    (str | bytes | PathLike, "read the table first, for example by pandas.read_csv"),
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
        are_columns = all(hasattr(value, "__len__") for value in X.values())
        rows = "X" if are_columns and not any(isinstance(v, str) for v in X.values()) else "[X]"
        raise ValueError(f"X is a dict; make it a table by pandas.DataFrame({rows}).")
    for kind, remedy in NOT_TABLES:
        # a sparse matrix may be a dict of its cells
        if isinstance(X, kind) and not hasattr(X, "shape"):
            what = "None" if X is None else f"a {type(X).__name__}"
            raise ValueError(f"X is {what}; {remedy}.")


def check_shape(X: TableLike) -> None:
    """Raise ValueError unless X has rows and columns; leave X without a shape to scikit-learn."""
    shape = tuple(getattr(X, "shape", ()))
    if len(shape) == 1 and hasattr(X, "to_frame"):
        raise ValueError(
            f"X is a {type(X).__name__}, which has one dimension; give a table of one column by "
            "X.to_frame()."
        )
    if len(shape) == 1:
        raise ValueError(
            f"Expected 2D array, got 1D array instead: X has shape {shape}. Reshape your data "
            "by np.reshape(X, (-1, 1)) if it is one column, or by np.reshape(X, (1, -1)) if it "
            "is one row."
        )
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
