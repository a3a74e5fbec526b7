"""Clusters on loopback, shared by the tests of one process."""

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from dask_clusters import local_cluster
from distributed import Client


@pytest.fixture(scope="session")
def two_processes():
    with local_cluster(2) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture
def in_process():
    """A client of four workers that are threads of this process."""
    with local_cluster(4, processes=False) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture(scope="session")
def mixed():
    """A table of every kind of column, and a numeric target that depends on them."""
    rng, n = np.random.RandomState(0), 1_200
    frame = pd.DataFrame(rng.standard_normal((n, 3)), columns=["a", "b", "c"])
    frame.loc[::17, "a"] = np.nan
    frame["city"] = rng.choice([f"city {i}" for i in range(60)], n)
    frame["size"] = rng.choice(["S", "M", "L"], n)
    frame["flag"] = rng.random_sample(n) > 0.5
    frame["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.randint(0, 400, n), unit="D")
    frame["amount"] = [f"{value:.2f}" for value in rng.random_sample(n)]
    number = frame["city"].str[5:].astype(int)
    y = 2 * frame["b"] + number / 20 + frame["flag"] + 0.1 * rng.standard_normal(n)
    return frame, y.rename("y")


@pytest.fixture(scope="session")
def mixed_parts(mixed):
    frame, y = mixed
    return dd.from_pandas(frame, npartitions=4), dd.from_pandas(y, npartitions=4)
