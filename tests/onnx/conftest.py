"""Tables for the tests of the export."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def table(rng):
    """Columns of several sizes; one that is constant, one far from zero for its spread."""
    X = rng.normal(size=(200, 5)) * [1, 10, 0.1, 0, 3] + [0, 5, 0, 7, 3000]
    return X, np.sin(X[:, 0]) + 0.1 * X[:, 1]


@pytest.fixture
def flats(rng):
    """A raw table: numbers with and without holes, categories of few and of many levels."""
    n = 240
    frame = pd.DataFrame(
        {
            "area": rng.uniform(30, 150, n),
            "rooms": np.where(rng.uniform(size=n) < 0.2, np.nan, rng.randint(1, 6, n)),
            "balcony": pd.Categorical(rng.choice(["yes", "no"], n)),
            "district": pd.Categorical(rng.choice(["north", "south", "harbour"], n)),
            "street": pd.Categorical(rng.choice([f"street {i}" for i in range(20)], n)),
            "owner": pd.Categorical(rng.choice([f"owner {i}" for i in range(90)], n)),
        }
    )
    frame.loc[::9, ["balcony", "street", "owner"]] = None
    return frame, 10 * frame["area"].to_numpy() + 50 * (frame["balcony"] == "yes").to_numpy()
