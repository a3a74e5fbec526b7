"""Every Python block of the README and the docs runs, and so does every example."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=[path.name for path in paths])


@named([path for path in PAGES if BLOCK.search(path.read_text())])
def test_code_blocks_run(path, capsys):
    namespace = {"__name__": "__main__"}
    for number, code in enumerate(BLOCK.findall(path.read_text()), 1):
        exec(compile(code, f"{path.name}, block {number}", "exec"), namespace)


@named(EXAMPLES)
def test_examples_run_and_print(path, capsys):
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out


def test_benchmarks_run_at_toy_size(capsys):
    epochs = runpy.run_path(str(ROOT / "tests/benchmarks/epochs.py"))
    epochs["main"](["--rounds", "1", "--share", "0.01"])
    assert capsys.readouterr().out.count("\n") == 2 + len(epochs["WORK"])


@named([*PAGES, ROOT / "CONTRIBUTING.md"])
def test_links_lead_somewhere(path):
    for target in LINK.findall(path.read_text()):
        assert (path.parent / target).exists(), target
