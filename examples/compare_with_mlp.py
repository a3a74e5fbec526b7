"""skdense beside scikit-learn's MLP: cross-validated scores and times on four real tables.

Every network has one hidden layer of 100 units and 100 epochs of Adam. "raw" gives the network
the table as it is, "scaled" puts scikit-learn's StandardScaler in front of the MLP.
"""

import time
import warnings

from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdense import DenseNetClassifier, DenseNetRegressor

SETTINGS = {"max_iter": 100, "random_state": 0}
TABLES = {
    "breast cancer": load_breast_cancer(return_X_y=True),
    "wine": load_wine(return_X_y=True),
    "digits": load_digits(return_X_y=True),
    "diabetes": load_diabetes(return_X_y=True, scaled=False),
}


def models(is_regression):
    mlp = MLPRegressor if is_regression else MLPClassifier
    net = DenseNetRegressor if is_regression else DenseNetClassifier
    return {
        "skdense, raw": net(learning_rate="cosine", learning_rate_init=0.01, **SETTINGS),
        "MLP, raw": mlp(**SETTINGS),
        "MLP, scaled": make_pipeline(StandardScaler(), mlp(**SETTINGS)),
    }


def main():
    print(f"{'table':15s}{'model':15s}{'score':>8s}{'+-':>8s}{'fit, ms':>9s}")
    for name, (X, y) in TABLES.items():
        is_regression = name == "diabetes"
        folds = (KFold if is_regression else StratifiedKFold)(5, shuffle=True, random_state=0)
        for model_name, model in models(is_regression).items():
            with warnings.catch_warnings():
                # that the MLP has not converged after 100 epochs is part of the comparison
                warnings.simplefilter("ignore", ConvergenceWarning)
                result = cross_validate(model, X, y, cv=folds)
            score, fit_time = result["test_score"], result["fit_time"]
            print(
                f"{name:15s}{model_name:15s}{score.mean():8.3f}{score.std():8.3f}"
                f"{1e3 * fit_time.mean():9.0f}"
            )
    print("\nScores are accuracy, for diabetes R2: the mean of 5 folds and its deviation.")


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"{time.perf_counter() - start:.0f} seconds in all")
