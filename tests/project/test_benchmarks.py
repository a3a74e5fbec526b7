"""The benchmarks run, at toy size, and measure what they say; no time is asserted."""

import os
import re
import subprocess
import sys
from math import inf
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]
WORKS = {"tiny", "small", "tabular", "wide", "deep", "bigbatch"}
ROWS = {  # what the tables of a topic have rows for, among others
    "speed": WORKS | {"geometric mean"},
    "steps": WORKS,
    "settings": {"squared_error", "batch norm", "early_stopping", "log_loss", "focal"},
    "prediction": {"skdense, float32", "skdense, from_sklearn, float64", "MLP, float32"},
    "sparse": {"skdense", "MLP"},
    "memory": {"from_sklearn, float32", "defaults, float64, early_stopping", "partial_fit"},
    "imports": {"import sklearn.neural_network", "import skdense.engine"},
    "search": {"skdense", "MLP"},
    "damage": {"flipped", "cut", "edited", "spliced", "bomb", "save"},
    "scaling": {"200 rows", "400 rows", "32 a batch", "tabular"},
}
WORDS = {"the same bits", "other bits", "-"}


@pytest.fixture(scope="module")
def printed():
    """What the documented command prints, by its headings."""
    options = "-W error -m tests.benchmarks --toy --rounds 1".split()
    # small networks: threads would wait for each other
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *options], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    _, *parts = re.split(r"^# (\w+)\n", done.stdout, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def rows_of(text):
    """Name and cells of each row of the tables in a text, without heads and rules."""
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    for table in tables:
        for line in table.splitlines()[2:]:
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            yield name, cells


@pytest.mark.parametrize("topic", ROWS)
def test_a_topic_measures_what_it_names(printed, topic):
    rows = list(rows_of(printed[topic]))
    assert {name for name, _ in rows} >= ROWS[topic]
    for name, cells in rows:
        numbers = [float(cell.replace(",", "")) for cell in cells if cell not in WORDS]
        # what a stream adds may be nothing, and what a step waits, a difference, less
        least = {"memory": 0, "damage": 0, "steps": -inf}.get(topic, 1e-12)
        assert numbers, name
        assert all(least <= number < inf for number in numbers), name


def test_the_machine_is_named(printed):
    assert printed.keys() == {*ROWS, "machine"}
    for named in (r"\d CPUs", "skdense", "Python", "numpy", r"best: [\d.]+ GFLOP/s"):
        assert re.search(named, printed["machine"])
