"""Monte Carlo dropout: predictions with dropout active."""

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np

from skdense._prediction.predictor import Predictor
from skdense._settings.networks import random_source
from skdense._settings.parameters import RandomState
from skdense._settings.rule import is_a
from skdense._target.base import Target
from skdense.engine import Dropout
from skdense.engine.typing import Array, Matrix


def mc_dropout(
    predictor: Predictor[Target],
    X: Matrix,
    predict: Callable[[Array], Array | list[Array]],
    n_samples: int,
    random_state: RandomState,
) -> Any:
    """Stack `n_samples` predictions, each with its own dropout mask; lists output by output."""
    if not (is_a(n_samples, Integral) and n_samples >= 1):
        raise ValueError(f"n_samples must be an integer of at least 1, got {n_samples!r}.")
    if not any(isinstance(layer, Dropout) for layer in predictor.networks[0].layers):
        raise ValueError(
            "predict_mc_dropout needs a network with dropout, as all samples are equal without "
            "it; set dropout, for example to 0.1, and fit again."
        )
    rng = random_source(random_state)
    samples = [predict(predictor.raw(X, rng)) for _ in range(n_samples)]
    if isinstance(samples[0], list):
        return [np.stack(outputs) for outputs in zip(*samples, strict=True)]
    return np.stack(samples)
