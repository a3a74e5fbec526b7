"""The split for early stopping."""

import numpy as np
from sklearn.model_selection import train_test_split

from skdense.engine.layers import Array, RandomSource


def hold_out(
    n_rows: int, fraction: float, strata: Array | None, rng: RandomSource
) -> tuple[Array, Array]:
    """Row numbers to train on and to validate on, in the same shares of each stratum.

    At least two rows are held out, and as many as there are strata; one of one row trains.
    """
    if fraction == 0:
        raise ValueError(
            "early_stopping=True with validation_fraction=0 has no rows to validate on; raise "
            "validation_fraction, or give X_val and y_val."
        )
    codes = np.zeros(n_rows, int) if strata is None else np.unique(strata, return_inverse=True)[1]
    is_alone = np.bincount(codes)[codes] == 1
    shared = np.flatnonzero(~is_alone)
    n_strata = len(np.unique(codes[shared]))
    n_held_out = max(int(np.ceil(fraction * n_rows)), 2, n_strata)
    if len(shared) - n_held_out < max(n_strata, 1):
        raise ValueError(
            f"early_stopping=True with validation_fraction={fraction} would hold out {n_held_out} "
            f"rows and leave too few to train on, got n_samples = {n_rows}; give more rows, or "
            "X_val and y_val, or lower validation_fraction."
        )
    stratify = None if strata is None else codes[shared]
    train, held_out = train_test_split(
        shared, test_size=n_held_out, random_state=rng, stratify=stratify
    )
    return np.append(train, np.flatnonzero(is_alone)), held_out
