"""The examples in docstrings run; all of them are in docstrings of public names."""

import doctest
from pathlib import Path

import pytest

import skdense
from skdense import engine, onnx

PUBLIC = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (skdense, engine, onnx)
    for name in module.__all__
    if callable(getattr(module, name))
}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def examples_of(name):
    found = doctest.DocTestFinder().find(PUBLIC[name], name, module=False)
    return [test for test in found if test.examples]


WITH_EXAMPLES = [name for name in PUBLIC if examples_of(name)]


def test_the_main_names_have_an_example():
    assert {
        *("skdense.DenseNetClassifier", "skdense.DenseNetRegressor", "skdense.LossCurveDisplay"),
        *("skdense.onnx.to_onnx", "skdense.onnx.register_skl2onnx"),
    } <= set(WITH_EXAMPLES)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_docstrings_run(name):
    if name.startswith("skdense.onnx"):
        pytest.importorskip("skl2onnx")
        pytest.importorskip("onnxruntime")
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for test in examples_of(name):
        assert runner.run(test).failed == 0


def test_there_are_no_examples_elsewhere():
    sources = [path.read_text() for path in Path(skdense.__file__).parent.rglob("*.py")]
    found = [test for name in WITH_EXAMPLES for test in examples_of(name)]
    assert sum(source.count(">>> ") for source in sources) == sum(
        len(test.examples) for test in found
    )
