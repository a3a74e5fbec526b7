"""skdense beside scikit-learn's MLP: cross-validated scores and times on four real tables.

All networks have the same settings: one hidden layer of 100 units, 100 epochs of Adam, all else by
default. "raw" gets the table as it is; in front of "scaled" stands scikit-learn's StandardScaler,
and for diabetes its target is scaled as well.
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

SETTINGS = {"max_iter": 100, "random_state": 0}
CLASSIFIERS = {
    "skdense, raw": DenseNetClassifier(**SETTINGS),
    "MLP, raw": MLPClassifier(**SETTINGS),
    "MLP, scaled": make_pipeline(StandardScaler(), MLPClassifier(**SETTINGS)),
}
REGRESSORS = {
    "skdense, raw": DenseNetRegressor(**SETTINGS),
    "MLP, raw": MLPRegressor(**SETTINGS),
    "MLP, scaled": TransformedTargetRegressor(
        make_pipeline(StandardScaler(), MLPRegressor(**SETTINGS)), transformer=StandardScaler()
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
        folds = splitter(5, shuffle=True, random_state=0)
        for model_name, model in models.items():
            with warnings.catch_warnings():
                # 100 epochs are the same for all, whether or not they suffice
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
