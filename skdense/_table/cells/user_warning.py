"""Warnings that are reported at the line of the user's code."""

import inspect
import re
import warnings
from types import FrameType
from typing import Any

# scikit-learn wraps fit, and calls it in searches.
NOT_OF_THE_USER = (__name__.partition(".")[0], "sklearn", "joblib")
# Each message, and the line at which it was reported.
_reported: set[tuple[str, str, int]] = set()


def warn_user(message: str) -> None:
    """Issue a UserWarning at the first line that is the user's.

    By default Python reports a message once for each line, but forgets that it has when
    scikit-learn's searches set warning filters for each fit; so it is remembered here.
    """
    level, frame = 1, inspect.currentframe()
    while frame is not None and _package_of(frame) in NOT_OF_THE_USER:
        level, frame = level + 1, frame.f_back
    if _action(message, frame) == "default":
        line = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        if (message, *line) in _reported:
            return
        _reported.add((message, *line))
    warnings.warn(message, UserWarning, stacklevel=level)


def _package_of(frame: FrameType) -> str:
    return _module_of(frame).partition(".")[0]


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _action(message: str, frame: FrameType | None) -> str:
    """Return what Python's filters of warnings do with the message."""
    module, line = ("", 0) if frame is None else (_module_of(frame), frame.f_lineno)
    filters: list[Any] = list(warnings.filters)
    for action, text, category, module_filter, line_filter in filters:
        if (
            issubclass(UserWarning, category)
            and (text is None or re.match(text, message))
            and (module_filter is None or re.match(module_filter, module))
            and line_filter in (0, line)
        ):
            return str(action)
    return "default"
