"""Whether the parts of an estimator that was stored fit together."""

from typing import Any

import numpy as np


def check_sound(estimator: Any) -> None:
    """Raise an error unless a stored, fitted estimator is one that can predict."""
    model = estimator._model
    if any(network.widths[0] != model.columns.n_out for network in model.networks):
        raise ValueError(f"a network does not take the {model.columns.n_out} scaled columns")
    n_features = len(model.columns.expansion.n_levels)
    if estimator.n_features_in_ != n_features:
        raise ValueError(f"it has {estimator.n_features_in_} columns, its scaling {n_features}")
    model.target.predict(model.raw(np.zeros((1, n_features))))
