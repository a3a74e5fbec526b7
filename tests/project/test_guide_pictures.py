"""The pictures of the guide are drawn by a script, shown by a page, small, and legible."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/guide"
PICTURES = sorted((GUIDE / "pictures").iterdir())
SCRIPT = ROOT / "docs/study/draw_guide.py"

named = pytest.mark.parametrize("path", PICTURES, ids=[path.name for path in PICTURES])


def words_of(path):
    """The texts with letters; versions of matplotlib write numbers in other ways."""
    return set(re.findall(r"<text[^>]*>([^<]*[a-z][^<]*)</text>", path.read_text()))


def test_the_script_draws_all_pictures_and_no_others():
    (drawn,) = re.findall(r"^DRAWN = \((.*?)\)", SCRIPT.read_text(), re.MULTILINE | re.DOTALL)
    assert sorted(f"{name}.svg" for name in re.findall(r"\w+", drawn)) == [
        path.name for path in PICTURES
    ]


@named
def test_a_page_shows_the_picture_and_says_its_finding(path):
    pages = [page.read_text() for page in GUIDE.glob("*.md")]
    shown = [re.findall(rf"!\[([^\]]*)\]\(pictures/{path.name}\)", page) for page in pages]
    (alt,) = (alt for alts in shown for alt in alts)
    assert len(alt) > 60


@named
def test_a_picture_is_small_and_its_text_is_not(path):
    assert path.stat().st_size < 60_000
    # user units of 4 / 3 pixels, in a figure that a phone shows at 0.8 of its size
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)px", path.read_text())]
    assert sizes
    assert min(sizes) >= 12


def test_a_picture_without_training_is_drawn_as_it_is_kept(tmp_path):
    pytest.importorskip("matplotlib")
    pytest.importorskip("pandas")
    copied = tmp_path / "docs/study"
    copied.mkdir(parents=True)
    (tmp_path / "docs/guide").mkdir()
    for script in SCRIPT.parent.glob("*.py"):
        (copied / script.name).write_text(script.read_text())
    command = [sys.executable, "-W", "ignore", str(copied / SCRIPT.name), "learning_rates"]
    subprocess.run(command, check=True, capture_output=True)
    drawn = words_of(tmp_path / "docs/guide/pictures/learning_rates.svg")
    assert len(drawn) >= 10
    assert drawn == words_of(GUIDE / "pictures/learning_rates.svg")
