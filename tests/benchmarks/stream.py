"""Memory of `partial_fit` on batches of 10,000 rows of a memory-mapped file of 4 GB.

The growth of the resident set, as Linux tells it, counts those pages of the file that are in
memory, and the system takes these back when it needs them. Anonymous memory is what the process
has taken for itself. Both are read after each batch, from the second on.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tests.benchmarks.tables import Table
from tests.helpers.plain import PlainClassifier

N_ROWS, N_FEATURES, N_BATCH = 20_000_000, 50, 10_000
STATUS = Path("/proc/self/status")


def write(path, n_rows):
    """A table of two classes that the first column tells apart, piece by piece."""
    rng = np.random.default_rng(0)
    shape = (n_rows, N_FEATURES)
    table = np.lib.format.open_memmap(path, "w+", np.float32, shape)
    for start in range(0, n_rows, N_BATCH):
        table[start : start + N_BATCH] = rng.standard_normal((N_BATCH, N_FEATURES), np.float32)
    table.flush()


def resident():
    """Bytes of the resident set and of what of it is anonymous, or None where Linux is not."""
    if not STATUS.exists():
        return None
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return [int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon")]


def follow(path):
    """The growth of the resident set, and of what of it is anonymous, at most."""
    model = PlainClassifier(hidden_layer_sizes=(100,), random_state=0)
    table = np.load(path, mmap_mode="r")
    seen = []
    for start in range(0, len(table), N_BATCH):
        batch = table[start : start + N_BATCH]
        model.partial_fit(batch, batch[:, 0] > 0, classes=[False, True])
        seen.append(resident())
    return [None, None] if None in seen else np.max(seen, axis=0) - seen[0]


def measure(toy):
    """In the process that calls it: a new one, where no memory waits to be used again."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.npy"
        write(path, 100_000 if toy else N_ROWS)
        size = path.stat().st_size
        growth = follow(path)
    values = [size / 1e6, *(None if grown is None else grown / 1e6 for grown in growth)]
    columns = ["file, MB", "resident set, MB", "anonymous, MB"]
    return Table("Growth along a stream", columns, {"partial_fit": values})
