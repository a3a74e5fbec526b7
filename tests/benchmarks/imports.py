"""Seconds of an import, each in a new process of Python.

    python -m tests.benchmarks --only imports

What starting Python itself takes does not count.
"""

import subprocess
import sys

from tests.benchmarks.tables import Table

STATEMENTS = [
    "import sklearn.neural_network",
    "from skdense import DenseNetClassifier, DenseNetRegressor",
    "import skdense.engine",
]
CODE = """
from time import perf_counter
start = perf_counter()
{}
print(perf_counter() - start)
"""


def seconds_of(statement):
    command = [sys.executable, "-c", CODE.format(statement)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def measure(toy, rounds, peers):
    turns = [[seconds_of(statement) for statement in STATEMENTS] for _ in range(rounds)]
    least = map(min, zip(*turns, strict=True))
    rows = {statement: [time] for statement, time in zip(STATEMENTS, least, strict=True)}
    yield Table("Imports", ["seconds"], rows)
