"""Whether the parts of an estimator that was stored fit together."""

from typing import Any

import numpy as np

from skdense.engine import Network


def check_sound(estimator: Any) -> None:
    """Raise an error unless a stored, fitted estimator is one that can predict."""
    model = estimator._model
    for network in model.networks:
        _check_widths(network, model.columns.n_out)
    n_features = len(model.columns.expansion.n_levels)
    if estimator.n_features_in_ != n_features:
        raise ValueError(f"it has {estimator.n_features_in_} columns, its scaling {n_features}")
    model.target.predict(model.raw(np.zeros((1, n_features))))


def _check_widths(network: Network, n_in: int) -> None:
    widths = [n_in]
    for layer in network.layers:
        widths.append(layer.n_out(widths[-1]))
    if widths != network.widths:
        raise ValueError(f"a network has the widths {network.widths}, its layers {widths}")
