"""The pages of the estimators have each parameter in one section."""

import inspect
import runpy
from pathlib import Path

import pytest

from skdense import DenseNetClassifier, DenseNetRegressor

PAGE = runpy.run_path(str(Path(__file__).parents[2] / "docs/parameter_sections.py"))
NUMPYDOC = """What it is.

:Parameters:

    **loss** : str
        What is minimized.

        In two paragraphs.

    **n_estimators** : int
        Number of networks.
{more}
:Attributes:

    **loss_** : float
"""


def test_each_parameter_has_one_section():
    placed = [name for section in PAGE["SECTIONS"] for name in section.names.split()]
    kinds = (DenseNetClassifier, DenseNetRegressor)
    assert sorted(placed) == sorted({name for kind in kinds for name in kind().get_params()})


def test_parameters_move_into_their_sections():
    text = PAGE["in_sections"](NUMPYDOC.format(more=""))
    parts = ["What it is.", ":To know first:", "**n_estimators**", ":What comes out:", "**loss**"]
    parts += ["        In two paragraphs.", ":Attributes:", "**loss_**"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert ":Parameters:" not in text


def test_a_parameter_without_a_section_stops_the_build():
    more = "\n    **new** : int\n        What it does.\n"
    with pytest.raises(ValueError, match=r"without a section: \['new'\]"):
        PAGE["in_sections"](NUMPYDOC.format(more=more))


def test_the_folded_signature_is_the_beginning_of_the_whole_one():
    folded = PAGE["FOLDED"].removesuffix("...)")
    for kind in (DenseNetClassifier, DenseNetRegressor):
        first, second = list(inspect.signature(kind).parameters.values())[:2]
        assert f"({first.name}={first.default}, *, " == folded
        assert second.kind is inspect.Parameter.KEYWORD_ONLY
