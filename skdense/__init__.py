"""Dense neural networks for scikit-learn, on NumPy and SciPy alone."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from skdense._version import __version__

if TYPE_CHECKING:
    from skdense._estimators.classifier import DenseNetClassifier
    from skdense._estimators.display import LossCurveDisplay
    from skdense._estimators.load import load
    from skdense._estimators.regressor import DenseNetRegressor
    from skdense._explain.display import ContributionDisplay
    from skdense._files.checkpoint import Checkpoint
    from skdense._show_versions import show_versions

__all__ = [
    "DenseNetClassifier",
    "DenseNetRegressor",
    "Checkpoint",
    "ContributionDisplay",
    "LossCurveDisplay",
    "load",
    "show_versions",
    "__version__",
]

_HOMES = {
    "DenseNetClassifier": "_estimators.classifier",
    "DenseNetRegressor": "_estimators.regressor",
    "Checkpoint": "_files.checkpoint",
    "ContributionDisplay": "_explain.display",
    "LossCurveDisplay": "_estimators.display",
    "load": "_estimators.load",
    "show_versions": "_show_versions",
}


def __getattr__(name: str) -> Any:
    # when first asked for, so that skdense.engine does not import scikit-learn
    if name not in _HOMES:
        raise AttributeError(f"module 'skdense' has no attribute {name!r}")
    return getattr(import_module(f"skdense.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "engine"]
