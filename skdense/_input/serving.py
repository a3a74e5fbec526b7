"""Single rows and records for a fitted estimator, whose names say which column a value is for."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.base import BaseEstimator

from skdense._table.frame import Frame


def frame_of_records(estimator: BaseEstimator, X: Any) -> Frame | None:
    """Return a dict, a list of dicts or a row as a Series as a Frame; None for anything else.

    Their values may be in any order. ValueError if names are missing or unknown.
    """
    if not _may_be_records(X):
        return None
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        return None
    if isinstance(X, Mapping):
        return _of_mapping(X, list(names))
    if isinstance(X, list | tuple):
        return _of_rows(X, list(names))
    # a Series that is not a row, but a column, is left to be refused
    is_row = not set(names).isdisjoint(X.index)
    return _of_rows([X.to_dict()], list(names)) if is_row else None


def _may_be_records(X: Any) -> bool:
    if isinstance(X, list | tuple):
        return len(X) > 0 and all(isinstance(row, Mapping) for row in X)
    is_series = getattr(X, "ndim", None) == 1 and hasattr(X, "index") and hasattr(X, "to_dict")
    return is_series or (isinstance(X, Mapping) and not hasattr(X, "shape"))


def _of_mapping(X: Mapping[Any, Any], names: list[str]) -> Frame:
    if any(isinstance(value, Mapping) for value in X.values()):
        raise ValueError(
            "X is a dict of dicts; give a dict of lists, in pandas X.to_dict('list'), or a list "
            "of dicts, X.to_dict('records')."
        )
    are_columns = [_is_column(value) for value in X.values()]
    if not any(are_columns):
        return _of_rows([X], names)
    lengths = {len(value) for value in X.values() if _is_column(value)}
    if not all(are_columns) or len(lengths) > 1 or 0 in lengths:
        raise ValueError(
            "X is a dict of values that are not lists of one length; give a single value, or a "
            "list with the value of each row, for every name."
        )
    _check_names(X, names)
    return Frame.of_named(names, [list(X[name]) for name in names])


def _is_column(value: object) -> bool:
    if isinstance(value, str | bytes):
        return False
    return isinstance(value, Sequence) or len(getattr(value, "shape", ())) > 0


def _of_rows(rows: Sequence[Mapping[Any, Any]], names: list[str]) -> Frame:
    for row in rows:
        _check_names(row, names)
    return Frame.of_named(names, [[row[name] for row in rows] for name in names])


def _check_names(row: Mapping[Any, Any], names: list[str]) -> None:
    missing = [name for name in names if name not in row]
    unknown = [name for name in row if name not in names]
    if missing:
        raise ValueError(
            f"X has no value for {_listed(missing)}; give one for each of "
            "model.feature_names_in_, None where it is missing."
        )
    if unknown:
        raise ValueError(
            f"X has values for {_listed(unknown)}, which fit did not see; give those of "
            "model.feature_names_in_ alone."
        )


def _listed(names: list[Any]) -> str:
    return ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")
