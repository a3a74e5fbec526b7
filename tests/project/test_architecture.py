"""Each folder imports those below it, and the engine knows nothing of scikit-learn."""

import ast
import re
import sys
from pathlib import Path

import pytest

import skdense
from skdense import engine, onnx

PACKAGE = Path(skdense.__file__).parent
# What a file of a folder may import besides the files of its own folder.
ENGINE = {
    "engine.typing": set(),
    "engine.checks": set(),
    "engine.threads": set(),
    "engine.kernels": {"engine.typing"},
    "engine.layers": {"engine.typing", "engine.checks", "engine.kernels"},
    "engine.losses": {"engine.typing", "engine.checks"},
    "engine.optim": {"engine.typing", "engine.checks"},
    "engine.network": {"engine.typing", "engine.threads", "engine.layers"},
    "engine.input_gradient": {"engine.typing", "engine.network"},
    "engine.stack": {"engine.typing", "engine.threads", "engine.layers", "engine.network"},
    "engine.training": {
        *("engine.typing", "engine.threads", "engine.layers", "engine.losses", "engine.optim"),
        "engine.network",
    },
}
ENGINE["engine"] = set(ENGINE)
BELOW = {"engine", *ENGINE}
ARRAYS = BELOW | {"_arrays"}
COLUMNS = ARRAYS | {"_columns"}
CELLS = {"engine.typing", "_table.cells"}
KINDS = CELLS | {"_table.kinds"}
TABLE = KINDS | {"_table"}
INPUT = ARRAYS | TABLE | {"_input"}
TARGET = INPUT | {"_target"}
SETTINGS = TARGET | COLUMNS | {"_settings"}
PREDICTION = SETTINGS | {"_prediction"}
TRAINING = PREDICTION | {"_training"}
EXPLAIN = PREDICTION | {"_explain", "_extras"}
FILES = TRAINING | {"_files", "_version"}
ESTIMATORS = FILES | EXPLAIN | {"_estimators"}
FOLDERS = ENGINE | {
    "_arrays": BELOW,
    "_columns": ARRAYS,
    "_table.cells": {"engine.typing"},
    "_table.kinds": CELLS,
    "_table": KINDS,
    "_input": ARRAYS | TABLE,
    "_target": INPUT,
    "_settings": TARGET | COLUMNS,
    "_prediction": SETTINGS,
    "_training": PREDICTION,
    "_explain": PREDICTION | {"_extras"},
    "_files": TRAINING | {"_version"},
    "_estimators": FILES | EXPLAIN,
    "onnx": ESTIMATORS,
    "dask": ESTIMATORS,
    "_version": set(),
    "_extras": set(),
    "_show_versions": {"_version", "engine.threads"},
    # for type checkers, and when first asked for
    "": {"_version", "_show_versions", "_estimators", "_explain", "_files"},
}
STANDARD = sys.stdlib_module_names - {"random", "pickle", "subprocess", "time"}


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def folder_of(module):
    """The longest name in FOLDERS that a module's name begins with."""
    parts = module.split(".")
    names = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next(name for name in [*names, ""] if name in FOLDERS)


def imports_of(path):
    """Names of the modules imported anywhere in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            own = [name for name in names if name.removeprefix("skdense.") in MODULES]
            yield from own or [node.module]


def own_imports(module):
    for name in imports_of(MODULES[module]):
        if name.split(".")[0] == "skdense":
            yield name.removeprefix("skdense").removeprefix(".")


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_run_one_way_between_folders(folder):
    modules = [module for module in MODULES if folder_of(module) == folder]
    assert modules
    for module in modules:
        used = {folder_of(name) for name in own_imports(module)} - {folder}
        assert used <= FOLDERS[folder], f"{module} imports {used - FOLDERS[folder]}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_run_one_way_within_a_folder(folder):
    left = {
        module: {name for name in own_imports(module) if folder_of(name) == folder} - {module}
        for module in MODULES
        if folder_of(module) == folder
    }
    while left:
        free = {module for module, used in left.items() if not used & left.keys()}
        assert free, f"{sorted(left)} import each other in a circle"
        left = {module: used for module, used in left.items() if module not in free}


def test_a_folder_says_what_enters_and_what_leaves():
    for module, path in MODULES.items():
        if path.name == "__init__.py" and folder_of(module) not in ("", "onnx", "engine"):
            lines = ast.get_docstring(ast.parse(path.read_text())).split("\n")
            assert lines[1] == "", module
            assert re.fullmatch(r"In: .+ Out: .+", " ".join(lines[2:])), module


def test_the_engine_needs_numpy_and_scipy_alone():
    for module in MODULES:
        if folder_of(module) in ENGINE:
            roots = {name.split(".")[0] for name in imports_of(MODULES[module])}
            allowed = STANDARD | {"numpy", "scipy", "skdense", "threadpoolctl"}
            assert roots <= allowed, f"{module} imports {roots - allowed}"


def test_what_is_private_in_scipy_stays_in_one_file():
    for name, path in MODULES.items():
        private = re.findall(r"(?:sklearn|scipy)\S*(?:\.| import )_[a-z]\w+", path.read_text())
        assert bool(private) == (name == "engine.kernels.sparse_products"), f"{name}: {private}"


@pytest.mark.parametrize("module", [skdense, engine, onnx], ids=lambda module: module.__name__)
def test_public_names_say_where_they_are_public(module):
    public = {name: getattr(module, name) for name in module.__all__}
    for name, value in public.items():
        if callable(value):
            assert value.__module__ == module.__name__, name
