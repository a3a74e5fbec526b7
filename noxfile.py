"""One command per chore: `nox -s fast`, `nox -s lint`; `nox -l` lists them all.

Each session has an environment of its own in .nox, kept for the next time; `nox -R -s fast`
does not even look whether something is to be installed. What follows `--` goes to the command
of the session: `nox -s fast -- -k activation`.
"""

import platform
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2024.4"
nox.options.sessions = ["lint", "fast"]
nox.options.reuse_venv = "yes"

# Kernels of OpenBLAS on x86-64, from AVX2 to SSE; None is what OpenBLAS takes by itself.
KERNELS = ["Haswell", "Nehalem", None]
SHOW_KERNEL = """
import sys
import scipy.linalg
from threadpoolctl import threadpool_info
used = {lib["architecture"] for lib in threadpool_info() if lib["internal_api"] == "openblas"}
print("kernels of OpenBLAS:", *sorted(used) or ["none"])
sys.exit(bool(sys.argv[1:]) and used != set(sys.argv[1:]))
"""
SHOW_VERSIONS = """
import numpy, scipy, sklearn
print("NumPy", numpy.__version__, "SciPy", scipy.__version__, "scikit-learn", sklearn.__version__)
"""
FIRST_FIT = """
import skdense
X, y = [[0.0], [1.0], [2.0], [3.0]], ["low", "low", "high", "high"]
model = skdense.DenseNetClassifier(max_iter=2, learning_rate="cosine").fit(X, y)
model.save("model")
print(skdense.load("model").predict(X))
"""


def run_pytest(session, *options, **how):
    """Run the tests of the checkout with the session's options, then the caller's."""
    session.run("python", "-m", "pytest", *options, *session.posargs, **how)


@nox.session
def fast(session):
    """Run the tests that take a minute: while you work."""
    session.install(".[test]")
    run_pytest(session, "-m", "fast")


@nox.session
def whole(session):
    """Run all tests, as the README's second command does: before a pull request."""
    session.install(".[test]")
    run_pytest(session)


@nox.session
def lint(session):
    """Check form, types and spelling."""
    session.install(".[lint]")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("pyright")
    session.run("codespell")


@nox.session
def docs(session):
    """Build the site into docs/_build, with the examples that draw; a warning is an error."""
    session.install(".[docs]")
    session.run("python", "-m", "sphinx", "-W", "--keep-going", "-q", "docs", "docs/_build")


@nox.session
def package(session):
    """Build what a release uploads, and fit a model where nothing else is installed."""
    session.install("build>=1.2", "twine>=6")
    dist, empty = Path("dist"), Path(session.create_tmp(), "empty").absolute()
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build")  # the sdist, and the wheel from the sdist
    session.run("twine", "check", "--strict", *map(str, dist.iterdir()))
    session.run("python", "-m", "venv", "--clear", str(empty))
    python = str(empty / ("Scripts" if platform.system() == "Windows" else "bin") / "python")
    (wheel,) = dist.glob("*.whl")
    session.run(python, "-m", "pip", "install", "--quiet", str(wheel), external=True)
    with session.chdir(session.create_tmp()):  # away from the checkout
        session.run(python, "-m", "skdense", external=True)
        session.run(python, "-c", FIRST_FIT, external=True)


@nox.session(python="3.11")
def oldest(session):
    """Run the fast tests and some estimator checks on the oldest versions; measure coverage.

    Coverage below the floor in pyproject.toml fails.
    """
    session.install("-r", "tests/oldest.txt", "coverage>=7.6")
    session.install(".", "-c", "tests/oldest.txt")
    session.run("python", "-c", SHOW_VERSIONS)
    # in one process: coverage does not look into the workers of pytest-xdist
    session.run("coverage", "run", "-m", "pytest", "-m", "fast", "-n", "0", *session.posargs)
    session.run("coverage", "report")
    run_pytest(session, "tests/promises/test_check_estimator.py", "-k", "n_estimators")


@nox.session
def kernels(session):
    """Run the tests of equal bits once with each kind of OpenBLAS' matrix products."""
    session.install(".[test]")
    is_x86 = platform.machine().lower() in ("x86_64", "amd64")
    for kernel in KERNELS:
        if kernel and not is_x86:
            session.log(f"{kernel} skipped: no kernel of {platform.machine()}")
            continue
        env = {"OPENBLAS_CORETYPE": kernel}  # None takes the variable out
        session.run("python", "-c", SHOW_KERNEL, *[kernel] * bool(kernel), env=env)
        run_pytest(session, "-m", "bits", env=env)


@nox.session
def bench(session):
    """Measure time and memory with nothing else running: tests/benchmarks says of what."""
    session.install(".[test]")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)
