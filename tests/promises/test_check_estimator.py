"""scikit-learn's check_estimator, for the defaults and for every documented setting."""

import json
import os
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import sklearn

SCRIPT = Path(__file__).parents[1] / "helpers/estimator_checks.py"
SETTINGS = runpy.run_path(str(SCRIPT))
MINE = [name for name in SETTINGS["ESTIMATORS"] if not name.startswith("MLP")]
# Number of checks by scikit-learn's minor version. On 1.9 its own MLPs get 67 and 60: the tag
# multi_output adds one to either, and the parameter class_weight one to the classifier; the tag
# allow_nan takes one away, which wants NaN refused.
COUNTS = {"1.6": (66, 58), "1.7": (67, 59), "1.8": (67, 59), "1.9": (68, 60)}
VERSION = ".".join(sklearn.__version__.split(".")[:2])


@pytest.fixture(scope="module")
def checks():
    """All checks of all estimators, in two processes: some checks need SCIPY_ARRAY_API."""
    parts = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), str(part), "2"],
            env={**os.environ, "SCIPY_ARRAY_API": "1", "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(2)
    ]
    printed = [part.communicate()[0] for part in parts]
    assert [part.returncode for part in parts] == [0, 0]
    return {name: found for out in printed for name, found in json.loads(out).items()}


@pytest.mark.parametrize("name", MINE)
def test_every_check_passes_that_can(name, checks):
    excused = SETTINGS["EXPECTED"].get(name.partition(", ")[2], {})
    assert not [found for found in failed(checks[name]) if found[0] not in excused]
    # none is skipped, and none is missing
    assert {status for _, status, _ in checks[name]} <= {"passed", "failed"}
    position = name.startswith("regressor")
    assert len(checks[name]) == COUNTS.get(VERSION, (len(checks[name]),) * 2)[position]


def failed(found):
    return [(check, error) for check, status, error in found if status == "failed"]


@pytest.mark.parametrize("setting", SETTINGS["EXPECTED"])
def test_every_excuse_is_needed(setting, checks):
    assert any(failed(checks[name]) for name in MINE if name.endswith(f", {setting}"))


@pytest.mark.parametrize("source", ["default", "from MLP"])
@pytest.mark.parametrize(
    ("kind", "its"), [("classifier", "MLPClassifier"), ("regressor", "MLPRegressor")]
)
def test_no_check_that_the_mlp_gets_is_missing(kind, its, source, checks):
    # a wrong tag silently yields fewer checks
    names = Counter(check[0] for check in checks[f"{kind}, {source}"])
    theirs = Counter(check[0] for check in checks[its])
    assert theirs.total() > 50
    # NaN is taken, and the check wants it refused
    assert set(theirs - names) == {"check_estimators_nan_inf"}


def test_the_guide_lists_what_is_excused():
    page = (SCRIPT.parents[2] / "docs/guide/checks.md").read_text()
    for setting, excused in SETTINGS["EXPECTED"].items():
        for check, reason in excused.items():
            assert f"| {setting} | `{check}` | {reason} |\n" in page
