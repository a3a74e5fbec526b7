"""Refuse text and categories in numeric columns."""

from collections.abc import Iterable

from skdense._input.dtypes import (
    CATEGORIES,
    TEXT_TYPES,
    TEXTS,
    TIME_TYPES,
    TIMES,
    TableLike,
    column_name,
    columns_of,
    dtype_at,
    is_of_kind,
    named_columns,
)
from skdense._input.refusals import refuse_times


def refuse_text(
    X: TableLike, positions: Iterable[int] | None = None, *, is_new: bool = True
) -> None:
    """Raise ValueError if columns, among `positions`, hold text, times or categories.

    `is_new` says that X is the first table, whose columns can still become categorical.
    """
    refuse_times(X, "X", columns_of(X, TIMES, TIME_TYPES, positions))
    found = columns_of(X, TEXTS, TEXT_TYPES, positions)
    texts = [i for i in found if not is_of_kind(dtype_at(X, i), *CATEGORIES)]
    if texts:
        where, numbers = f"X holds text in {named_columns(X, texts)}", _to_numbers(X)
        if not is_new:
            raise ValueError(f"{where}, where fit saw numbers; turn it into numbers by {numbers}.")
        raise ValueError(
            f"{where}: {_as_categories(X, texts)} in categorical_features, and fit; if it holds "
            f"numbers as text, turn it into numbers by {numbers}."
        )
    if found:
        raise ValueError(
            f"X holds categories in {named_columns(X, found)} (dtype {dtype_at(X, found[0])}), "
            "which fit takes for numbers; set categorical_features='from_dtype' or name them "
            "there, and fit."
        )


def _as_categories(X: TableLike, positions: list[int]) -> str:
    them, it = ("it a category", "it") if len(positions) == 1 else ("them categories", "them")
    if not hasattr(X, "columns"):
        return f"to make {them}, give the position{'s' * (len(positions) > 1)}"
    dtype, method = ("'category'", "astype") if hasattr(X, "iloc") else ("pl.Categorical", "cast")
    dtypes = ", ".join(f"{column_name(X, i)}: {dtype}" for i in positions[:5])
    more = ", ..." if len(positions) > 5 else ""
    return f"make {them} by X.{method}({{{dtypes}{more}}}) or name {it}"


def _to_numbers(X: TableLike) -> str:
    if hasattr(X, "columns"):
        return "pandas.to_numeric" if hasattr(X, "iloc") else "X.cast with pl.Float64"
    return "float"
