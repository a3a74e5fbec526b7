"""Every Python block of the README and the docs runs, and the examples that the site does not."""

import re
import runpy
from importlib.util import find_spec
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from skdense import DenseNetClassifier

ROOT = Path(__file__).parents[2]
GUIDE = sorted((ROOT / "docs/guide").glob("*.md"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *GUIDE]
# the others run when the site is built; parquet_folder.py takes a minute and is run by hand
EXAMPLES = [ROOT / "examples/model_card.py"]
# A block, and the text block right behind it: what it prints.
BLOCK = re.compile(
    r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\]\(([^)#:]*)(#[^)]*)?\)")
# A date has several, such as 03.12.2024.
NUMBER = re.compile(r"\b\d[\d,]*(\.\d+)?(e[+-]?\d+)?\b")

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=[path.name for path in paths])


def words(text):
    """The text without numbers and lines drawn."""
    return re.findall(r"[^\W\d_]+", NUMBER.sub(" ", text))


def numbers(text):
    """The numbers of a text; they differ a little from machine to machine."""
    return [float(found.group().rstrip(",").replace(",", "")) for found in NUMBER.finditer(text)]


@pytest.mark.whole
@named([path for path in PAGES if BLOCK.search(path.read_text())])
@threadpool_limits.wrap(limits=1)  # other libraries' small products wait for threads
def test_code_blocks_run_and_print_what_they_say(path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)  # where the reader of a checkout is
    if path.name == "scale.md":
        pytest.importorskip("distributed")
    if path.name == "onnx.md":
        pytest.importorskip("skl2onnx")
        pytest.importorskip("onnxruntime")
    if path.name == "callbacks.md" and find_spec("sklearn.callback") is None:
        with pytest.raises(ImportError, match=r"set_callbacks needs scikit-learn 1\.9"):
            DenseNetClassifier().set_callbacks()
        return
    namespace = {"__name__": "__main__"}
    for number, (code, printed) in enumerate(BLOCK.findall(path.read_text()), 1):
        exec(compile(code, f"{path.name}, block {number}", "exec"), namespace)
        out = capsys.readouterr().out
        if printed:
            assert words(out) == words(printed), f"block {number} printed\n{out}"
            expected = pytest.approx(numbers(printed), rel=0.2, abs=0.05)
            assert numbers(out) == expected, f"block {number} printed\n{out}"


@pytest.mark.whole
@named(EXAMPLES)
def test_examples_run_and_print(path, capsys):
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out


def anchors(path):
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {
        "#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings
    }


@named([*PAGES, ROOT / "CONTRIBUTING.md"])
def test_links_lead_somewhere(path):
    for target, anchor in LINK.findall(path.read_text()):
        page = path.parent / target if target else path
        assert page.exists(), target
        assert not anchor or anchor in anchors(page), target + anchor


def test_the_guide_links_every_page():
    linked = {target for target, _ in LINK.findall((ROOT / "docs/guide/index.md").read_text())}
    assert linked >= {page.name for page in GUIDE if page.name != "index.md"}


@named([ROOT / "docs/mathematics.md", ROOT / "docs/architecture.md", ROOT / "docs/engine.md"])
def test_files_that_a_page_names_exist(path):
    named_files = re.findall(r"[`|] ?([\w/]+\.py)", path.read_text())
    assert named_files
    homes = (ROOT, ROOT / "skdense", ROOT / "skdense/engine", ROOT / "skdense/_training")
    homes += (ROOT / "skdense/_prediction", ROOT / "skdense/_input", ROOT / "tests")
    missing = [name for name in named_files if not any((home / name).exists() for home in homes)]
    assert not missing
