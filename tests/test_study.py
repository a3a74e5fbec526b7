"""The study's scripts run, on tables of scikit-learn's."""

import subprocess
import sys
from pathlib import Path

STUDY = Path(__file__).parents[1] / "docs/study"
LOADER = """
import pandas as pd
from sklearn.datasets import load_diabetes, load_digits

NAMES = ["diabetes", "digits"]

def load(name):
    numbers = {"diabetes": load_diabetes, "digits": load_digits}[name](as_frame=True)
    task = {"diabetes": "regression", "digits": "multiclass"}[name]
    X = numbers.data.assign(kind=pd.Categorical(["a", "b"] * 900)[: len(numbers.data)])
    return X, numbers.target.astype(float if task == "regression" else str), task
"""


def run(script, *arguments, cwd=STUDY):
    command = [sys.executable, "-W", "ignore", script, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_settings_are_measured_and_printed(tmp_path):
    (tmp_path / "load.py").write_text(LOADER)
    out = tmp_path / "results.jsonl"
    chosen = ["--settings", "scikit-learn MLP", "1 network", "--seeds", 0]
    printed = run("study.py", "--tables", tmp_path, *chosen, "--out", out, "--print")
    assert len(out.read_text().splitlines()) == 4
    mlp, mine = (
        [float(cell) for cell in line.split("|")[2:-1]]
        for line in printed.splitlines()
        if line.startswith(("| scikit-learn MLP", "| 1 network"))
    )
    assert mlp[:4] == [1, 1, 1, 1]
    assert 0 < mine[0] < 1


def test_the_guide_prints_the_results():
    page = (STUDY.parent / "guide/defaults.md").read_text()
    for line in run("study.py", "--print").splitlines():
        assert line in page


def test_the_picture_is_that_of_the_results():
    sys.path.insert(0, str(STUDY))
    try:
        import draw
    finally:
        sys.path.remove(str(STUDY))
    lines = [draw.json.loads(line) for line in draw.RESULTS.read_text().splitlines()]
    assert (STUDY / "curve.svg").read_text() == draw.picture(draw.points(lines))
