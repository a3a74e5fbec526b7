"""Make examples/flats.csv, the raw table of the first example: made-up flats and their rents."""

from pathlib import Path

import numpy as np
import pandas as pd

FILE = Path(__file__).parents[2] / "examples/flats.csv"
N = 800


def made_up():
    """Return the flats: numbers, text, dates, booleans, and holes."""
    rng = np.random.default_rng(0)
    day = rng.integers(0, 730, N)
    flats = pd.DataFrame(
        {
            "advertised": np.datetime64("2023-01-01") + day,
            "free_from": np.datetime64("2023-01-01") + day + rng.integers(1, 90, N),
            "area": rng.gamma(9, 8, N).round(1) + 15,
            "rooms": rng.integers(1, 6, N),
            "built": rng.integers(1880, 2023, N).astype(str),
            "heating": rng.choice(["gas", "district", "heat pump"], N, p=[0.6, 0.3, 0.1]),
            "furnished": rng.choice([False, True], N, p=[0.8, 0.2]),
            "street": [f"{name} Street" for name in rng.choice(streets(), N)],
        }
    )
    flats["rent"] = rents(flats, rng)
    flats["free_from"] = flats["free_from"].dt.strftime("%d.%m.%Y")
    for column, mark in {"rooms": None, "built": "?", "heating": None}.items():
        flats.loc[rng.random(N) < 0.08, column] = mark
    return flats


def streets():
    """Return the names of 50 streets."""
    first = "Oak Elm Ash Birch Cedar Maple Linden Willow Poplar Alder".split()
    return [f"{prefix} {tree}" for prefix in "Old New North South Mill".split() for tree in first]


def rents(flats, rng):
    """Return rents that depend on some columns, and on chance."""
    of_street = pd.Series(rng.normal(0, 0.15, 50), [f"{name} Street" for name in streets()])
    price = 12 * np.exp(flats["street"].map(of_street)) * (1 + 0.6 * np.exp(-flats["area"] / 30))
    built = flats["built"].astype(int)
    price *= np.where((built > 1945) & (built < 1980), 0.8, 1)
    price *= 1 + 0.05 * (flats["advertised"].dt.month.isin([8, 9, 10]))
    price *= 1 + 0.04 * (flats["advertised"].dt.year - 2023)
    extra = 90 * (flats["heating"] == "heat pump") + 150 * flats["furnished"]
    return ((price * flats["area"] + extra) * rng.lognormal(0, 0.06, len(flats))).round()


if __name__ == "__main__":
    made_up().to_csv(FILE, index=False)
