"""The split for early stopping."""

import numpy as np
from sklearn.model_selection import train_test_split

from skdense.engine.layers import Array, RandomSource


def hold_out(
    n_rows: int, fraction: float, strata: Array | None, rng: RandomSource
) -> tuple[Array, Array]:
    """Row numbers to train on and to validate on, in the same shares of each stratum."""
    sizes = np.array([n_rows]) if strata is None else np.unique(strata, return_counts=True)[1]
    n_held_out = int(np.ceil(fraction * n_rows))
    if len(sizes) > 1 and sizes.min() < 2:
        raise ValueError(
            "early_stopping needs at least 2 rows of every class in y, to train and to "
            "validate on; remove the class of 1 row or switch early_stopping off."
        )
    for n, use, remedy in (
        (n_held_out, "to validate on", "raise"),
        (n_rows - n_held_out, "to train on", "lower"),
    ):
        if n < max(2, len(sizes)):
            raise ValueError(
                f"early_stopping with validation_fraction={fraction} leaves {n} of {n_rows} rows "
                f"{use}, but needs at least 2, and 1 of each class; {remedy} "
                "validation_fraction or give more rows."
            )
    train, held_out = train_test_split(
        np.arange(n_rows), test_size=fraction, random_state=rng, stratify=strata
    )
    return train, held_out
