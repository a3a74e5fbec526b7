"""Dense neural networks for scikit-learn, on NumPy and SciPy alone."""

from skdense._classifier import DenseNetClassifier
from skdense._regressor import DenseNetRegressor

__version__ = "0.1.0.dev0"
__all__ = ["DenseNetClassifier", "DenseNetRegressor", "__version__"]
