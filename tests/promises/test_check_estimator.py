"""scikit-learn's check_estimator, for the defaults and for every documented setting."""

import json
import os
import runpy
import subprocess
import sys
from collections import Counter
from functools import cache
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


def setting_of(name):
    return name.partition(", ")[2]


@pytest.fixture(scope="session")
def check():
    """All checks of an estimator by its name, run once, where some get SCIPY_ARRAY_API."""
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        env={**os.environ, "SCIPY_ARRAY_API": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    @cache
    def checks_of(name):
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    with process:
        yield checks_of


@pytest.mark.whole
@pytest.mark.parametrize("name", MINE)
def test_every_check_passes_that_can(name, check):
    excused, found = SETTINGS["EXPECTED"].get(setting_of(name), {}), check(name)
    assert not [failure for failure in failed(found) if failure[0] not in excused]
    # none is skipped, and none is missing
    assert {status for _, status, _ in found} <= {"passed", "failed"}
    position = name.startswith("regressor")
    assert len(found) == COUNTS.get(VERSION, (len(found),) * 2)[position]


def failed(found):
    return [(check, error) for check, status, error in found if status == "failed"]


@pytest.mark.whole
@pytest.mark.parametrize("setting", SETTINGS["EXPECTED"])
def test_every_excuse_is_needed(setting, check):
    assert any(failed(check(name)) for name in MINE if setting_of(name) == setting)


@pytest.mark.whole
@pytest.mark.parametrize("source", ["default", "from MLP"])
@pytest.mark.parametrize(
    ("kind", "its"), [("classifier", "MLPClassifier"), ("regressor", "MLPRegressor")]
)
def test_no_check_that_the_mlp_gets_is_missing(kind, its, source, check):
    # a wrong tag silently yields fewer checks
    names = Counter(found[0] for found in check(f"{kind}, {source}"))
    theirs = Counter(found[0] for found in check(its))
    assert theirs.total() > 50
    # NaN is taken, and the check wants it refused
    assert set(theirs - names) == {"check_estimators_nan_inf"}


def test_the_guide_lists_what_is_excused():
    page = (SCRIPT.parents[2] / "docs/guide/checks.md").read_text()
    for setting, excused in SETTINGS["EXPECTED"].items():
        for check, reason in excused.items():
            assert f"| {setting} | `{check}` | {reason} |\n" in page
