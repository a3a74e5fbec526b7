"""The package as it is installed and imported."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest

import skdense
from skdense import DenseNetClassifier, DenseNetRegressor

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def run(code, *options):
    done = subprocess.run(
        [sys.executable, *options, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_depends_on_scikit_learn_and_what_comes_with_it_alone():
    needed = PYPROJECT["project"]["dependencies"]
    names = {"narwhals", "numpy", "scikit-learn", "scipy", "threadpoolctl"}
    assert {requirement.split(">=")[0] for requirement in needed} == names
    # narwhals comes with scikit-learn from 1.9 on
    assert names - {"scikit-learn", "narwhals"} <= {
        re.match(r"[\w-]+", requirement)[0] for requirement in requires("scikit-learn")
    }


def test_the_floors_are_those_that_are_tested():
    oldest = (ROOT / "tests/oldest.txt").read_text()
    for requirement in PYPROJECT["project"]["dependencies"]:
        name, floor = requirement.split(">=")
        assert re.search(rf"\n{name}=={re.escape(floor)}[.\n]", oldest)


@pytest.mark.whole
def test_import_brings_nothing_that_scikit_learn_does_not():
    listed = "import sys; print(*{m.split('.')[0] for m in sys.modules})"
    mine = set(run(f"from skdense import DenseNetClassifier, DenseNetRegressor; {listed}"))
    theirs = set(run(f"import sklearn.neural_network; {listed}"))
    assert mine - theirs - {"narwhals"} == {"skdense"}


@pytest.mark.parametrize("cls", [DenseNetClassifier, DenseNetRegressor])
def test_editors_see_every_parameter_and_fitted_attribute(cls):
    X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    net = cls(n_estimators=1, max_iter=1).fit(X, [0, 0, 1, 1])
    hints = get_type_hints(cls)
    assert hints.keys() >= net.get_params().keys()
    # during a fit alone
    transient = {"remaining_seconds_"}
    assert {name for name in hints if name.endswith("_")} - {"_"} - transient == {
        name for name in vars(net) if name.endswith("_")
    }


@pytest.mark.whole
@pytest.mark.pitfall(33)
@pytest.mark.parametrize("options", [(), ("-OO",)])
def test_fits_without_docstrings_and_asserts(options):
    # skorch 1071: the import fails under -OO
    code = (
        "import warnings; warnings.simplefilter('ignore'); "
        "from skdense import DenseNetClassifier as C, DenseNetRegressor as R; "
        "X = [[0.0], [1.0], [2.0], [3.0]]; "
        "print(*(cls(max_iter=2).fit(X, [0, 0, 1, 1]).n_iter_ for cls in (C, R)))"
    )
    assert run(code, *options) == ["2", "2"]


@pytest.mark.whole
def test_without_callbacks_in_scikit_learn_all_else_works():
    code = (
        "import sys, sklearn.model_selection, sklearn.neural_network\n"
        "sys.modules['sklearn.callback'] = None  # as below 1.9\n"
        "from skdense import DenseNetRegressor as R\n"
        "net = R(max_iter=2, learning_rate='cosine').fit([[0.0], [1.0]], [0.0, 1.0])\n"
        "try: net.set_callbacks()\n"
        "except ImportError as error: print(net.n_iter_, error)"
    )
    printed = " ".join(run(code))
    assert printed.startswith("2 set_callbacks needs scikit-learn 1.9 or newer, and this is")


@pytest.mark.whole
def test_the_engine_works_without_the_estimators():
    code = (
        "import sys, skdense.engine as e; print(e.Network([e.Dense(2)], 3).params.size); "
        "print([m for m in sys.modules if m.startswith(('sklearn', 'joblib', 'skdense._'))])"
    )
    assert run(code) == ["8", "['skdense._version']"]


@pytest.mark.whole
def test_the_package_tells_a_bug_report_what_it_needs():
    def printed(*arguments):
        command = [sys.executable, "-m", "skdense", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert printed("--version").strip() == skdense.__version__
    shown = printed()
    for line in [f"skdense: {skdense.__version__}", f"numpy: {np.__version__}", "threads: [1-9]"]:
        assert re.search(rf"^ *{line}", shown, re.MULTILINE)
    assert "num_threads" in shown  # of BLAS
    assert re.search(r"^ *pandas: \d", shown, re.MULTILINE)
    extras = PYPROJECT["project"]["optional-dependencies"]
    needed = PYPROJECT["project"]["dependencies"]
    needed = sum(
        (extras[name] for name in ("progress", "plot", "explain", "onnx", "dask")), needed
    )
    for name in {re.match(r"[\w-]+", requirement)[0] for requirement in needed}:
        shown_as = "sklearn" if name == "scikit-learn" else name
        assert re.search(rf"^ *{shown_as}: (\d|None)", shown, re.MULTILINE), name


def test_type_hints_are_shipped():
    assert (Path(skdense.__file__).parent / "py.typed").exists()


def test_public_names():
    names = ["DenseNetClassifier", "DenseNetRegressor", "Checkpoint", "ContributionDisplay"]
    names += ["LossCurveDisplay", "load", "show_versions", "__version__"]
    assert skdense.__all__ == names
    assert all(hasattr(skdense, name) for name in skdense.__all__)
    assert set(skdense.__all__) <= set(dir(skdense))
    with pytest.raises(AttributeError, match="no attribute 'DenseNet'"):
        skdense.DenseNet  # noqa: B018
    assert all(hasattr(skdense.engine, name) for name in skdense.engine.__all__)
