"""Check that the parts of a loaded estimator are consistent."""

import numpy as np

from skdense._training.attributes import FittedAttributes


def check_sound(estimator: FittedAttributes) -> None:
    """Raise an error unless a loaded, fitted estimator can predict."""
    predictor = estimator._predictor
    columns, networks = predictor.columns, predictor.networks
    if any(network.widths[0] != columns.n_out for network in networks):
        raise ValueError(f"a network does not accept the {columns.n_out} scaled columns")
    n_features = len(columns.expansion.n_levels) - columns.encoding.n_columns
    if estimator.n_features_in_ != n_features:
        raise ValueError(
            f"it has {estimator.n_features_in_} features, but its scaling has {n_features}"
        )
    predictor.target.predict(predictor.raw(np.zeros((1, n_features))))
