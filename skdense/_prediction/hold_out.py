"""The split into training and validation rows for early stopping."""

import numpy as np
from sklearn.model_selection import train_test_split

from skdense.engine.typing import Array, RandomSource


def hold_out(
    n_rows: int, fraction: float, strata: Array | None, rng: RandomSource
) -> tuple[Array, Array]:
    """Return the indices of training and validation rows, with strata in equal proportions.

    At least two rows are held out, and at least as many as there are strata. The row of a
    stratum with a single row is never held out.
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
    least, wanted = max(2, n_strata), int(np.ceil(fraction * n_rows))
    n_held_out = max(least, wanted)
    if len(shared) - n_held_out < max(n_strata, 1):
        lower = ", or lower validation_fraction" if wanted > least else ""
        raise ValueError(
            f"early_stopping=True with validation_fraction={fraction} would hold out {n_held_out} "
            f"rows and leave too few to train on, got n_samples = {n_rows}; give more rows, or "
            f"X_val and y_val{lower}."
        )
    stratify = None if strata is None else codes[shared]
    train, held_out = train_test_split(
        shared, test_size=n_held_out, random_state=rng, stratify=stratify
    )
    # proportions are rounded, so all rows of a small stratum may be held out
    missing = np.setdiff1d(codes[held_out], codes[train])
    back = [int(np.flatnonzero(codes[held_out] == code)[0]) for code in missing]
    train = np.concatenate([train, held_out[back], np.flatnonzero(is_alone)])
    return train, np.delete(held_out, back)
