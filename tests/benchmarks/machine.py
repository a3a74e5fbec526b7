"""On what it was measured."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from threadpoolctl import threadpool_info

import skdense
from tests.benchmarks.tables import text
from tests.benchmarks.timing import matrix_peak

ALWAYS = ["numpy", "scipy", "scikit-learn", "joblib"]


def processor():
    """Its name, which Linux keeps in a file and other systems know themselves."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def blas():
    """Each library of BLAS that is loaded, and its threads."""
    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return ", ".join(
        f"{library['internal_api']} {library['version']} ({library['num_threads']} threads)"
        for library in found
    )


def describe(packages, toy):
    """Lines on machine, versions and peak; `packages` are those beside the ones always named."""
    named = ALWAYS + [package for package in packages if package != "sklearn"]
    versions = ", ".join(f"{package} {version(package)}" for package in named)
    return "\n".join(
        [
            f"- {processor()}, {os.cpu_count()} CPUs, {platform.platform()}",
            f"- skdense {skdense.__version__}, Python {platform.python_version()}, {versions}",
            f"- BLAS: {blas()}",
            f"- float32 matrix product at its best: {text(matrix_peak(toy) / 1e9)} GFLOP/s",
        ]
    )
