"""The README is read on a package index as well, where a relative link leads nowhere."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
# GitHub's address of a page for people, and of the bytes of a file
PAGE, FILE = (f"{URLS['Source']}/{kind}/main/" for kind in ("blob", "raw"))

PROSE = re.sub(
    r"^```.*?^```$", "", (ROOT / "README.md").read_text(), flags=re.MULTILINE | re.DOTALL
)
NAMED = dict(re.findall(r"^\[([^\]]+)\]: (\S+)$", PROSE, re.MULTILINE))
# [text](address) and [text][name], with ! in front where it is a picture
LINKS = [
    (mark, address or NAMED.get(name, name))
    for mark, address, name in re.findall(r"(!?)\[[^\]]+\](?:\(([^)]+)\)|\[([^\]]+)\])", PROSE)
]


def anchors(path):
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_are_found_and_named():
    assert len(LINKS) == len(re.findall(r"\]\(|\]\[", PROSE)) > 20
    assert set(NAMED.values()) <= {address for _, address in LINKS}
    assert not re.search(r"<(img|a)\b|\]\[\]", PROSE)  # other forms of links


@pytest.mark.parametrize("address", sorted({address for _, address in LINKS}))
def test_a_link_is_absolute_and_names_what_exists(address):
    name, _, anchor = address.partition("#")
    if name == "":
        assert anchor in anchors(ROOT / "README.md")
        return
    assert name.startswith("https://")
    if name.startswith(URLS["Source"]):
        assert name.startswith((PAGE, FILE))
        path = ROOT / name.removeprefix(PAGE).removeprefix(FILE)
        assert path.is_file()
        assert not anchor or anchor in anchors(path)


def test_pictures_are_bytes_and_not_pages():
    pictures = [address for mark, address in LINKS if mark]
    assert pictures
    assert all(address.startswith(FILE) for address in pictures)


def test_the_project_names_its_files():
    assert (ROOT / URLS["Changelog"].removeprefix(PAGE)).is_file()
    assert (ROOT / URLS["Documentation"].removeprefix(f"{URLS['Source']}/tree/main/")).is_dir()
