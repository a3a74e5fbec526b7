"""What is said where an optional package is missing."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import skdense
from skdense._extras import extra

PACKAGE = Path(skdense.__file__).parent
PYPROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
USES = [
    found
    for path in PACKAGE.rglob("*.py")
    for found in re.findall(r'\bextra\("(\w+)", ', path.read_text())
]


def test_a_sentence_says_what_to_install():
    message = (
        "Drawing needs a package that cannot be imported (No module named 'of_nobody'); install "
        'it by `pip install "skdense[plot]"`, or in a checkout by `pip install ".[plot]"`.'
    )
    with (
        pytest.raises(ImportError, match=f"^{re.escape(message)}$") as error,
        extra("plot", "Drawing"),
    ):
        import of_nobody  # noqa: F401
    assert error.value.__cause__.name == "of_nobody"


def test_long_reasons_are_cut_to_their_first_line():
    with pytest.raises(ImportError, match=r"imported \(Missing\); install"), extra("dask", "It"):
        raise ImportError("Missing.\n\nPlease install\n  all of this")


def test_every_extra_that_is_named_exists():
    assert set(USES) == {"plot", "dask", "onnx"}
    assert set(USES) <= PYPROJECT["project"]["optional-dependencies"].keys()


@pytest.mark.parametrize("package", ["distributed", "dask"])
def test_without_dask_the_import_says_so(package):
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "try: import skdense.dask\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("skdense.dask needs a package that cannot be imported (")
    assert 'pip install "skdense[dask]"' in done.stdout
