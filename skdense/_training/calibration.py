"""Temperature scaling of probabilities, on validation rows."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from skdense._training.validation import Validation
from skdense.engine import ClassificationLoss, Data, forward_all
from skdense.engine.threads import one_blas_thread
from skdense.engine.typing import Array

# Bounds of the log of the inverse temperature, as a few rows cannot justify more extreme ones.
LIMITS = (-2.5, 2.5)


def fit_inverse_temperature(
    validations: Sequence[Validation],
    loss_with: Callable[[float], ClassificationLoss | None],
) -> float:
    """Return the factor of raw predictions that minimizes their loss on validation rows.

    It is one over the temperature of Guo et al. (2017), "On calibration of modern neural
    networks". It would be infinite if all rows are classified correctly, so labels are smoothed
    as if one more row of each kind had been seen, as in Platt (1999), "Probabilistic outputs for
    support vector machines", section 2.2.

    Parameters
    ----------
    validations : sequence of Validation
    loss_with : callable
        Returns the loss for a label smoothing; None without probabilities.
    """
    parts = [part for validation in validations for part in _parts(validation)]
    n_rows = sum(data.n_rows for _, data in parts)
    loss = loss_with(2 / (2 + n_rows)) if parts else None
    if loss is None:
        return 1.0

    def value(log_factor: float) -> float:
        factor = parts[0][0].dtype.type(np.exp(log_factor))
        return sum(
            loss.value_and_gradient(raw * factor, data.y, data.weight, np.empty_like(raw))
            for raw, data in parts
        )

    with one_blas_thread:
        return float(np.exp(minimize_scalar(value, bounds=LIMITS, method="bounded").x))


def _parts(validation: Validation) -> Iterator[tuple[Array, Data]]:
    """Yield the raw predictions of each network, and their rows."""
    for raw in forward_all(validation.predictor.networks, validation.data.X):
        yield raw, validation.data
