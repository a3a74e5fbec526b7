"""Warnings that are reported at the line of the user's code."""

import inspect
from typing import Any
from warnings import warn

# scikit-learn wraps fit, and calls it in searches.
NOT_OF_THE_USER = (__name__.partition(".")[0], "sklearn", "joblib")
# What searches have reported: each message, with the file and the line.
_reported: set[tuple[str, str, int]] = set()


def warn_user(message: str) -> None:
    """Issue a UserWarning at the first line that is the user's, in a search once for all fits.

    Python reports a message once for each line by itself, but forgets that for each fit of
    scikit-learn's searches, which set filters of warnings.
    """
    level, frame, is_search = 1, inspect.currentframe(), False
    while frame is not None and (package := _package_of(frame.f_globals)) in NOT_OF_THE_USER:
        is_search |= package == "joblib"
        level, frame = level + 1, frame.f_back
    place = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
    if is_search and (message, *place) in _reported:
        return
    warn(message, UserWarning, stacklevel=level)  # an error, if the user wants errors
    if is_search:
        _reported.add((message, *place))


def _package_of(names: dict[str, Any]) -> str:
    return str(names.get("__name__", "")).partition(".")[0]
