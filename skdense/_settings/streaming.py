"""Whether `partial_fit` is offered: not with settings that need all the data."""

from typing import Any

from skdense._settings.optimization import schedule_of
from skdense._target.class_weight import per_output
from skdense.engine import SCHEDULES


def is_streaming(estimator: Any) -> bool:
    """True, or AttributeError that says why not."""
    if estimator.solver == "lbfgs":
        raise AttributeError(
            "partial_fit is not available with solver='lbfgs', which needs all rows at once; "
            "use 'adam' or 'sgd'."
        )
    rate = estimator.learning_rate
    # another value gets its sentence when fitting
    is_schedule = callable(rate) or (isinstance(rate, str) and rate in SCHEDULES)
    if is_schedule and schedule_of(rate).needs_end:
        raise AttributeError(
            f"partial_fit is not available with learning_rate={rate!r}, as a stream has no known "
            "end; use 'constant', 'invscaling' or 'adaptive'."
        )
    return True


def is_streaming_classes(estimator: Any) -> bool:
    """As `is_streaming`, for a classifier."""
    if any(isinstance(w, str) and w == "balanced" for w in per_output(estimator.class_weight)):
        raise AttributeError(
            "partial_fit is not available with class_weight='balanced', as the shares of the "
            "classes in all of the stream are not known; give a dict of weights."
        )
    return is_streaming(estimator)
