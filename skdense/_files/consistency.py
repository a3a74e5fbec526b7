"""Whether the parts of an estimator that was stored fit together."""

from typing import Any

import numpy as np


def check_sound(estimator: Any) -> None:
    """Raise an error unless a stored, fitted estimator is one that can predict."""
    predictor = estimator._predictor
    columns, networks = predictor.columns, predictor.networks
    if any(network.widths[0] != columns.n_out for network in networks):
        raise ValueError(f"a network does not take the {columns.n_out} scaled columns")
    n_features = len(columns.expansion.n_levels)
    if estimator.n_features_in_ != n_features:
        raise ValueError(f"it has {estimator.n_features_in_} columns, its scaling {n_features}")
    predictor.target.predict(predictor.raw(np.zeros((1, n_features))))
