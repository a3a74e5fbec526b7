"""Imports run one way, and the engine knows nothing of scikit-learn."""

import ast
import re
from pathlib import Path

import pytest

import skdense

PACKAGE = Path(skdense.__file__).parent
# Every module may import those before it in this list, never those after it.
ORDER = """
engine.checks engine.sparse_products engine.layers engine.activations engine.normalization
engine.scale engine.embeddings engine.losses engine.tweedie
engine.regression_losses engine.classification_losses engine.optimizers engine.schedules
engine.monitoring engine.stopping engine.averaging engine.batches engine.threads engine.network
engine.penalty engine.workspace engine.state engine.plan engine.lanes engine.step engine.training
engine.lbfgs engine
_readable _categorical _shape _table _expansion _rows _range _quantiles _scaler _columns _hold_out
_classes _auto _parameters _targets _labels
_class_weight _build _model _streaming _attributes _validation _calibration _callbacks _mc_dropout
_inspection _paused _kinds _encoding _plain_state _container _saving _checkpoint _soundness
_persistence _base _display _from_sklearn _regressor _classifier _loading
onnx._graph onnx._forms onnx._activations onnx._embeddings onnx._layers onnx._inputs
onnx._categories onnx._columns onnx._links onnx._classes onnx._outputs onnx._export
onnx._skl2onnx onnx
""".split()


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imports_of(path):
    """Names of the modules imported anywhere in a file, skdense's own without the package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield str(node.module)


def test_the_order_names_every_module():
    assert sorted(ORDER) == sorted(name for name in MODULES if name)


@pytest.mark.parametrize("name", ORDER)
def test_imports_run_one_way(name):
    named = [module for module in imports_of(MODULES[name]) if module.startswith("skdense.")]
    own = [module.removeprefix("skdense.") for module in named]
    late = [module for module in own if ORDER.index(module) >= ORDER.index(name)]
    assert not late, f"{name} imports {late}, which come after it"


@pytest.mark.parametrize("name", [name for name in ORDER if name.startswith("engine")])
def test_the_engine_needs_numpy_and_scipy_alone(name):
    standard = {
        "abc",
        "collections",
        "contextlib",
        "dataclasses",
        "functools",
        "itertools",
        "math",
        "numbers",
        "os",
        "queue",
        "threading",
        "typing",
    }
    roots = {module.split(".")[0] for module in imports_of(MODULES[name])}
    assert roots <= standard | {"numpy", "scipy", "skdense", "threadpoolctl"}


def test_what_is_private_in_scipy_stays_in_one_file():
    for name, path in MODULES.items():
        private = re.findall(r"(?:sklearn|scipy)\S*(?:\.| import )_[a-z]\w+", path.read_text())
        assert bool(private) == (name == "engine.sparse_products"), f"{name} uses {private}"
