"""What both estimators share is documented in the same words."""

import inspect
import re

import pytest

from skdense import DenseNetClassifier, DenseNetRegressor

# Parameters and attributes of both whose paragraphs differ, and why.
DIFFERENT = {
    "activation": "the default",
    "output_activation": "the classifier has two, the regressor any",
    "initialization": 'the loss "gaussian" of the regressor',
    "learning_rate_init": "the default rates",
    "validation_fraction": "classes are stratified",
    "scoring": "the default score, and class weights",
    "loss": "the losses",
    "coefs_": "the regressor scales the target too",
    "loss_": "the regressor scales the target",
    "out_activation_": "the output functions",
}
# Methods of both whose paragraphs of the same name differ.
DIFFERENT_IN = {
    "from_sklearn": {"mlp"},
    "partial_fit": {"y"},
    "score": {"score"},
}
HEADING = re.compile(r"^(\S.*)\n-+$", re.MULTILINE)
ENTRY = re.compile(r"^(\*{0,2}\w[\w, ]*?)(?: : .*)?$(?:\n(?: .*)?$)*", re.MULTILINE)


def paragraphs(thing, *sections):
    """The entries of some sections of a numpydoc docstring, by name."""
    _, *parts = HEADING.split(inspect.getdoc(thing))
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    entries = [entry for name in sections for entry in ENTRY.finditer(texts.get(name, ""))]
    return {entry[1]: entry[0].strip() for entry in entries}


def of_class(kind):
    return paragraphs(kind, "Parameters", "Attributes")


def test_every_parameter_has_a_paragraph():
    for kind in (DenseNetClassifier, DenseNetRegressor):
        documented = paragraphs(kind, "Parameters")
        assert list(documented) == list(inspect.signature(kind).parameters)


def test_both_classes_describe_what_they_share_in_the_same_words():
    one, other = of_class(DenseNetClassifier), of_class(DenseNetRegressor)
    shared = one.keys() & other.keys()
    assert len(shared) > 60
    assert {name for name in shared if one[name] != other[name]} == DIFFERENT.keys()


@pytest.mark.parametrize("method", ["from_sklearn", "partial_fit", "predict_mc_dropout", "score"])
def test_both_classes_describe_their_arguments_in_the_same_words(method):
    kinds = (DenseNetClassifier, DenseNetRegressor)
    one, other = (paragraphs(getattr(kind, method), "Parameters", "Returns") for kind in kinds)
    shared = one.keys() & other.keys()
    assert shared
    different = {name for name in shared if one[name] != other[name]}
    assert different == DIFFERENT_IN.get(method, set())
