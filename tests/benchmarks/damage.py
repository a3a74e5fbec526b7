"""How many damaged model files are read, and how many files a killed process loses.

    python -m tests.benchmarks --only damage

10,000 files, each damaged in one of the ways of tests/helpers/damage.py: bits flipped, cut, one
value of the header absurd, headers cut or turned round (both under a right checksum), and files
that would become large. "wrong" is a damaged file that is read, or a prediction that is no number;
"large" takes more than twice the file. 200 processes are killed while they save over a file.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.datasets import load_wine

from skdense import DenseNetClassifier
from tests.benchmarks.tables import Table
from tests.helpers.damage import DAMAGES, count, kills

COLUMNS = ["refused", "read", "wrong", "large"]


def measure(toy, rounds, peers):
    X, y = load_wine(return_X_y=True)
    with TemporaryDirectory() as folder:
        one, other = (Path(folder) / name for name in ("one", "other"))
        for path, target in ((one, y), (other, np.roll(y, 1))):
            DenseNetClassifier(max_iter=2, random_state=0).fit(X, target).save(path)
        n = 10 if toy else 10_000 // len(DAMAGES)
        path = Path(folder) / "damaged"
        found = count(one.read_bytes(), path, n, lambda model: model.predict_proba(X))
        rows = {kind: [counts[name] for name in COLUMNS] for kind, counts in found.items()}
        yield Table("Damaged files", COLUMNS, rows)
        n = 2 if toy else 200
        yield Table(
            "Processes killed", ["killed", "lost"], {"save": [n, kills(one, other, folder, n)]}
        )
