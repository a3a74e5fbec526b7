"""
Can a cluster train on a table that none of its workers can hold?
=================================================================

A folder of parquet files holds more than the memory that each worker is allowed. Networks visit
the files where they are read, and the loss falls as it does on a single machine. It takes a minute
or two, and is therefore the only example that is not run with the documentation.
"""

import tempfile
from pathlib import Path

import dask.dataframe as dd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from distributed import Client, LocalCluster

from skdense.dask import DaskDenseNetRegressor

# %%
# A folder of files
# -----------------
#
# 80 files of 25,000 rows: 816 MB of numbers in double precision.

N_FILES, N_ROWS, N_COLUMNS = 80, 25_000, 50
NAMES = [f"x{i}" for i in range(N_COLUMNS)]


def write(folder, number):
    rng = np.random.default_rng(number)
    X = rng.standard_normal((N_ROWS, N_COLUMNS))
    y = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + 0.1 * rng.standard_normal(N_ROWS)
    pd.DataFrame(X, columns=NAMES).assign(y=y).to_parquet(Path(folder) / f"{number:02}.parquet")


# %%
# Two workers of 800 MB
# ---------------------
#
# Dask restarts a worker that takes more. Workers are new processes, which import this file; hence
# the last two lines.


def main():
    folder = tempfile.TemporaryDirectory()
    for number in range(N_FILES):
        write(folder.name, number)

    # what does not fit into the memory of the workers waits on the disk
    with (
        LocalCluster(2, threads_per_worker=1, memory_limit="800MB", dashboard_address=":0") as own,
        Client(own) as client,
    ):
        table = dd.read_parquet(folder.name)
        net = DaskDenseNetRegressor((64,), n_estimators=2, max_iter=3, random_state=0)
        net.fit(table[NAMES], table["y"])
        n_workers = len(client.scheduler_info()["workers"])
    print(f"{net.t_:,} rows on {n_workers} workers, R2 = {net.best_validation_score_:.3f}")
    folder.cleanup()

    plt.plot(range(1, net.n_iter_ + 1), net.loss_curve_, label="training")
    plt.plot(range(1, net.n_iter_ + 1), net.validation_loss_curve_, label="validation")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.yscale("log")
    plt.legend()
    plt.show()


if __name__ == "__main__":
    main()
