"""Dense neural networks for scikit-learn, on NumPy and SciPy alone."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skdense._checkpoint import Checkpoint
    from skdense._classifier import DenseNetClassifier
    from skdense._display import LossCurveDisplay
    from skdense._loading import load
    from skdense._regressor import DenseNetRegressor

__version__ = "0.1.0.dev0"
__all__ = [
    "DenseNetClassifier",
    "DenseNetRegressor",
    "Checkpoint",
    "LossCurveDisplay",
    "load",
    "__version__",
]

_HOMES = {
    "DenseNetClassifier": "_classifier",
    "DenseNetRegressor": "_regressor",
    "Checkpoint": "_checkpoint",
    "LossCurveDisplay": "_display",
    "load": "_loading",
}


def __getattr__(name: str) -> Any:
    # when first asked for, so that skdense.engine does without scikit-learn
    if name not in _HOMES:
        raise AttributeError(f"module 'skdense' has no attribute {name!r}")
    return getattr(import_module(f"skdense.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "engine"]
