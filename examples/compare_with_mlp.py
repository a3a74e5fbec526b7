"""
Beside scikit-learn's MLP
=========================

Is it better than the MLP, and what does it cost? Cross-validated scores and times on four real
tables.

All networks have their defaults. skdense gets the table as it is, with four networks (the default)
and with one; in front of "MLP, scaled" stands scikit-learn's StandardScaler, and for diabetes its
target is scaled as well.
"""

import time
import warnings

from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdense import DenseNetClassifier, DenseNetRegressor

CLASSIFIERS = {
    "skdense": DenseNetClassifier(random_state=0),
    "skdense, one": DenseNetClassifier(n_estimators=1, random_state=0),
    "MLP": MLPClassifier(random_state=0),
    "MLP, scaled": make_pipeline(StandardScaler(), MLPClassifier(random_state=0)),
}
REGRESSORS = {
    "skdense": DenseNetRegressor(random_state=0),
    "skdense, one": DenseNetRegressor(n_estimators=1, random_state=0),
    "MLP": MLPRegressor(random_state=0),
    "MLP, scaled": TransformedTargetRegressor(
        make_pipeline(StandardScaler(), MLPRegressor(random_state=0)),
        transformer=StandardScaler(),
    ),
}
TABLES = {
    "breast cancer": (load_breast_cancer(return_X_y=True), CLASSIFIERS),
    "wine": (load_wine(return_X_y=True), CLASSIFIERS),
    "digits": (load_digits(return_X_y=True), CLASSIFIERS),
    "diabetes": (load_diabetes(return_X_y=True, scaled=False), REGRESSORS),
}


def main():
    print(f"{'table':15s}{'model':15s}{'score':>8s}{'+-':>8s}{'fit, ms':>9s}")
    for name, ((X, y), models) in TABLES.items():
        splitter = KFold if models is REGRESSORS else StratifiedKFold
        folds = splitter(3, shuffle=True, random_state=0)
        for model_name, model in models.items():
            with warnings.catch_warnings():
                # the MLP's 200 epochs do not always suffice
                warnings.simplefilter("ignore", ConvergenceWarning)
                result = cross_validate(model, X, y, cv=folds)
            score, fit_time = result["test_score"], result["fit_time"]
            print(
                f"{name:15s}{model_name:15s}{score.mean():8.3f}{score.std():8.3f}"
                f"{1e3 * fit_time.mean():9.0f}"
            )
    print("\nScores are accuracy, for diabetes R2: the mean of 3 folds and its deviation.")


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"{time.perf_counter() - start:.0f} seconds in all")
