"""Warnings that are reported at the line of the user's code."""

import inspect
from typing import Any
from warnings import warn

# scikit-learn wraps fit, and calls it in searches.
NOT_OF_THE_USER = (__name__.partition(".")[0], "sklearn", "joblib")


def warn_user(message: str) -> None:
    """Issue a UserWarning at the first line that is the user's."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and _package_of(frame.f_globals) in NOT_OF_THE_USER:
        level, frame = level + 1, frame.f_back
    warn(message, UserWarning, stacklevel=level)


def _package_of(names: dict[str, Any]) -> str:
    return str(names.get("__name__", "")).partition(".")[0]
