"""
How much memory does a large table need?
========================================

A table of 400,000 rows is stored on disk and never loaded as a whole. The network sees it batch by
batch. This example measures how much memory that takes, and how close the network comes to the
best accuracy that this table allows.
"""

import tempfile
import time
import tracemalloc
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.preprocessing import StandardScaler

from skdense import DenseNetClassifier

# %%
# A table on disk
# ---------------
#
# 20 measurements of a machine and whether it fails within ten years. Failures depend on four of
# the measurements, through an absolute value and a product, and on chance. The columns are in raw
# units.

N_ROWS, N_COLUMNS, BATCH = 400_000, 20, 1_000
rng = np.random.default_rng(0)
centers, units = rng.uniform(-50, 50, N_COLUMNS), 10.0 ** rng.uniform(-2, 3, N_COLUMNS)


def draw(n_rows):
    Z = rng.standard_normal((n_rows, N_COLUMNS))
    logit = 6 * np.abs(Z[:, 0]) - 4 + 4 * Z[:, 1] * Z[:, 2] + 2 * Z[:, 3]
    fails = rng.random(n_rows) < 1 / (1 + np.exp(-logit))
    return (centers + units * Z).astype(np.float32), fails, logit > 0


folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "table.npy"
table = np.lib.format.open_memmap(path, "w+", np.float32, (N_ROWS, N_COLUMNS))
target = np.empty(N_ROWS, dtype=bool)
for first in range(0, N_ROWS, BATCH):
    table[first : first + BATCH], target[first : first + BATCH], _ = draw(BATCH)
table.flush()
del table

X_test, y_test, best_guess = draw(20_000)
ceiling = np.mean(best_guess == y_test)

# %%
# One pass
# --------
#
# Each batch is scored before it is trained on, so every score is computed on new rows. A linear
# model gets the same stream. The memory is what Python and NumPy allocate; it does not include the
# pages of the file that the operating system caches.

table = np.load(path, mmap_mode="r")
network = DenseNetClassifier((64, 64), n_estimators=1, batch_size=250, random_state=0)
scaler, linear = StandardScaler(), SGDClassifier(loss="log_loss", random_state=0)
scores = {"network": [], "linear model": []}
tracemalloc.start()
start = time.perf_counter()
for first in range(0, N_ROWS, BATCH):
    X, y = table[first : first + BATCH], target[first : first + BATCH]
    if first:
        scores["network"].append(network.score(X, y))
        scores["linear model"].append(linear.score(scaler.transform(X), y))
    network.partial_fit(X, y, classes=[False, True])
    linear.partial_fit(scaler.partial_fit(X).transform(X), y, classes=[False, True])
seconds, (_, peak) = time.perf_counter() - start, tracemalloc.get_traced_memory()
tracemalloc.stop()

print(f"the table on disk         {path.stat().st_size / 1e6:6.1f} MB")
print(f"peak memory of the pass   {peak / 1e6:6.1f} MB")
print(f"rows seen                 {network.t_:,} in {seconds:.0f} seconds")
print(f"accuracy on new rows      {network.score(X_test, y_test):6.3f}")
print(f"of the linear model       {linear.score(scaler.transform(X_test), y_test):6.3f}")
print(f"of the best prediction    {ceiling:6.3f}")

# %%
# The scores over the stream
# --------------------------

figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
for name, values in scores.items():
    means = np.reshape(values[: len(values) // 7 * 7], (-1, 7)).mean(axis=1)
    axes.plot((np.arange(len(means)) * 7 + 1) * BATCH / 1000, means, label=name)
axes.axhline(ceiling, color="black", linestyle="--", label="best possible")
axes.set(xlabel="thousands of rows seen before", ylabel="accuracy on the next 7,000 rows")
axes.set_title("400,000 rows, never in memory as a whole")
axes.legend()
del table, X  # closes the file
folder.cleanup()
plt.show()
