"""Figures of each release: one line of JSON each, and a picture of all."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "docs/study"
RELEASES = STUDY / "releases.jsonl"
WORKS = {"tiny", "small", "tabular", "wide", "deep", "bigbatch", "geometric mean"}


def run(*arguments, cwd=ROOT):
    command = [sys.executable, "-W", "ignore", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def record(path, topic):
    run("-m", "tests.benchmarks", "--toy", "--rounds", 1, "--only", topic, "--record", path)
    return [json.loads(line) for line in path.read_text().splitlines()]


def draw(folder):
    """What the picture of a folder's releases says, drawn anew."""
    run("draw.py", cwd=folder)
    return texts_of(folder / "releases.svg")


def texts_of(path):
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text())


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """The line of a run at toy size."""
    path = tmp_path_factory.mktemp("record") / "releases.jsonl"
    record(path, "imports")
    (line,) = record(path, "speed")  # it replaces the one before
    return line


def test_a_line_names_the_release_and_its_figures(line):
    version = re.search(r'__version__ = "(.+)"', (ROOT / "skdense/_version.py").read_text())[1]
    assert line["version"] == version
    assert line["toy"]
    assert line.keys() >= {"date", "machine", "blas", "python", "packages", "rounds"}
    assert line["figures"].keys() == {"speed"}
    for table in line["figures"]["speed"]:
        assert table["rows"].keys() >= WORKS - {"geometric mean"}
        for values in table["rows"].values():
            assert len(values) == len(table["columns"])
            assert all(value > 0 for value in values)


def test_the_picture_has_every_release_and_work(line, tmp_path):
    pytest.importorskip("matplotlib")
    folder = shutil.copytree(STUDY, tmp_path / "study")
    lines = [json.dumps(line | {"version": version}) for version in ("8.1", "8.2")]
    (folder / RELEASES.name).write_text("\n".join(lines) + "\n")
    assert set(draw(folder)) >= {"8.1", "8.2", *WORKS}


@pytest.mark.skipif(not RELEASES.exists(), reason="no release has been measured yet")
def test_the_figures_that_are_kept_are_drawn(tmp_path):
    lines = [json.loads(line) for line in RELEASES.read_text().splitlines()]
    assert not any(line["toy"] for line in lines)
    assert len({line["version"] for line in lines}) == len(lines)
    pytest.importorskip("matplotlib")
    assert draw(shutil.copytree(STUDY, tmp_path / "study")) == texts_of(STUDY / "releases.svg")
