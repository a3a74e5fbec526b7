"""Check that the parts of a loaded estimator are consistent."""

import numpy as np

from skdense._training.attributes import FittedAttributes


def check_sound(estimator: FittedAttributes) -> None:
    """Raise an error unless a loaded, fitted estimator can predict."""
    predictor = estimator._predictor
    columns, networks = predictor.columns, predictor.networks
    n_read = columns.n_in
    if any(network.widths[0] != columns.n_out for network in networks):
        raise ValueError(f"a network does not accept the {columns.n_out} scaled columns")
    table = predictor.table
    if len(table.n_levels if table.kinds else range(estimator.n_features_in_)) != n_read:
        raise ValueError(f"its table does not give the {n_read} columns that its scaling has")
    if table.kinds and len(table.kinds) != estimator.n_features_in_:
        raise ValueError(
            f"it has {estimator.n_features_in_} features, but its table has {len(table.kinds)}"
        )
    background, scores = predictor.background, predictor.scores
    if background is not None and background.shape[1:] != (n_read,):
        raise ValueError(f"its background rows do not have the {n_read} columns of its table")
    if scores is not None and scores.shape[1:] != (predictor.target.n_outputs,):
        raise ValueError(f"its scores are not those of {predictor.target.n_outputs} outputs")
    if scores is not None and not (scores[1:] >= scores[:-1]).all():
        raise ValueError("its scores are not in increasing order")
    predictor.target.predict(predictor.raw(np.zeros((1, n_read))))
