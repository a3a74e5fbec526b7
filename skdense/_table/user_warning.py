"""Warnings that are reported at the line of the user's code."""

import inspect
from warnings import warn

PACKAGE = __name__.partition(".")[0]


def warn_user(message: str) -> None:
    """Issue a UserWarning at the first line outside of the package."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith(PACKAGE):
        level, frame = level + 1, frame.f_back
    warn(message, UserWarning, stacklevel=level)
