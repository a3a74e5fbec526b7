"""Check that `partial_fit` is available: not with settings that need all the data."""

from skdense._settings.optimization import schedule_of
from skdense._settings.parameters import Parameters, is_a_name, is_auto
from skdense._target.class_weight import per_output
from skdense.engine import SCHEDULES


def is_streaming(parameters: Parameters) -> bool:
    """Return True; AttributeError with the reason if `partial_fit` is not available."""
    if is_a_name(parameters.solver, "lbfgs"):
        raise AttributeError(
            "partial_fit is not available with solver='lbfgs', which needs all rows at once; "
            "use 'adam' or 'sgd'."
        )
    if not is_auto(parameters.target_encoding) and parameters.target_encoding:
        raise AttributeError(
            "partial_fit is not available with target_encoding=True, as the first batches say too "
            "little of each level; leave it 'auto'."
        )
    rate = parameters.learning_rate
    # `fit` raises the error for invalid values
    is_schedule = callable(rate) or (isinstance(rate, str) and rate in SCHEDULES)
    if is_schedule and schedule_of(rate).needs_end:
        raise AttributeError(
            f"partial_fit is not available with learning_rate={rate!r}, as a stream has no known "
            "end; use 'constant', 'invscaling' or 'adaptive'."
        )
    return True


def is_streaming_classes(parameters: Parameters) -> bool:
    """Return True; AttributeError if `partial_fit` is not available for a classifier."""
    if any(is_a_name(weight, "balanced") for weight in per_output(parameters._class_weight)):
        raise AttributeError(
            "partial_fit is not available with class_weight='balanced', as the fractions of the "
            "classes in the whole stream are not known; give a dict of weights."
        )
    return is_streaming(parameters)
