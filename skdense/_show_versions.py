"""What a bug report needs to know about a machine."""

from importlib.metadata import PackageNotFoundError, version

import sklearn

from skdense._version import __version__
from skdense.engine.threads import n_threads

# What skdense uses, besides what every scikit-learn lists.
OTHERS = [
    *("narwhals", "polars", "pyarrow", "rich", "shap", "dask", "distributed"),
    *("onnx", "onnxruntime", "skl2onnx", "skops"),
]


def show_versions() -> None:
    """Print the versions of skdense, Python and what they use, for bug reports.

    ``python -m skdense`` prints the same. What follows the first lines is printed by
    `sklearn.show_versions`: the system, the libraries, and the threads of BLAS and OpenMP.
    """
    print("\nskdense:")
    lines = {"skdense": __version__, "threads": n_threads()}
    for name, value in (lines | {name: _version_of(name) for name in OTHERS}).items():
        print(f"{name:>13}: {value}")
    sklearn.show_versions()


show_versions.__module__ = "skdense"


def _version_of(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
