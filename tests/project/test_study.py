"""The study's scripts run, on tables of scikit-learn's."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole

STUDY = Path(__file__).parents[2] / "docs/study"
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


@pytest.mark.parametrize("command", [("study.py", "--print"), ("compare.py",)])
def test_the_page_prints_the_results(command):
    page = (STUDY.parent / "accuracy.md").read_text()
    printed = run(*command).splitlines()
    assert len(printed) > 30
    for line in printed:
        assert line in page


def test_both_halves_have_tables_of_all_groups_and_no_table_in_common():
    lines = list(map(json.loads, (STUDY / "tables.jsonl").read_text().splitlines()))
    halves = {half: {line["data"] for line in lines if line["half"] == half} for half in "AB"}
    groups = {half: {line["group"] for line in lines if line["half"] == half} for half in "AB"}
    assert len(halves["A"]) == len(halves["B"]) == 16
    assert not halves["A"] & halves["B"]
    assert groups["A"] == groups["B"] == {"data", "small", "nominal", "large"}


def test_the_figures_show_what_was_measured(tmp_path):
    pytest.importorskip("matplotlib")
    folder = shutil.copytree(STUDY, tmp_path / "study")
    run("draw.py", cwd=folder)
    for name in ("accuracy.svg", "speed.svg"):
        drawn = texts_of(folder / name)
        assert len(drawn) > 15
        assert drawn == texts_of(STUDY / name)


def texts_of(path):
    """What an SVG says: names and numbers."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text())
