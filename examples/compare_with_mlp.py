"""
Comparison with scikit-learn's MLP
==================================

Is skdense more accurate than scikit-learn's MLP, and how much longer does it take? This example
compares cross-validated scores and fit times on four real tables, with all networks at their
defaults.
"""

import time
import warnings
from importlib.util import find_spec

from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from skdense import DenseNetClassifier, DenseNetRegressor

# %%
# Models and tables
# -----------------
#
# skdense gets the raw table, with its default of 12 networks for so few rows (5 for digits, which
# has more), and with one. "MLP, scaled" is preceded by scikit-learn's StandardScaler, and for
# diabetes its target is scaled, too. The MLP gets one thread, with which its small batches are
# fastest.

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
    "breast cancer": (load_breast_cancer(return_X_y=True), CLASSIFIERS, StratifiedKFold),
    "wine": (load_wine(return_X_y=True), CLASSIFIERS, StratifiedKFold),
    "digits": (load_digits(return_X_y=True), CLASSIFIERS, StratifiedKFold),
    "diabetes": (load_diabetes(return_X_y=True, scaled=False), REGRESSORS, KFold),
}

# %%
# Scores
# ------
#
# Accuracy, or R2 for diabetes: the mean and the standard deviation over three folds.

start = time.perf_counter()
scores = {}
print(f"{'table':15s}{'model':15s}{'score':>8s}{'+-':>8s}{'fit, ms':>9s}")
for table, ((X, y), models, splitter) in TABLES.items():
    folds = splitter(3, shuffle=True, random_state=0)
    for name, model in models.items():
        n_threads = 1 if "MLP" in name else None
        with warnings.catch_warnings(), threadpool_limits(n_threads):
            # the MLP's 200 epochs are not always enough
            warnings.simplefilter("ignore", ConvergenceWarning)
            result = cross_validate(model, X, y, cv=folds)
        score, fit_time = result["test_score"], result["fit_time"]
        scores[table, name] = score
        print(
            f"{table:15s}{name:15s}{score.mean():8.3f}{score.std():8.3f}"
            f"{1e3 * fit_time.mean():9.0f}",
            flush=True,
        )
print(f"{time.perf_counter() - start:.0f} seconds in total")

# %%
# The same as a figure
# --------------------
#
# Each dot is a fold. The figure is only drawn if matplotlib is installed, which skdense does not
# need.

if find_spec("matplotlib"):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(4, 1, figsize=(5, 8), layout="constrained")
    for ax, table in zip(axes.flat, TABLES, strict=True):
        for position, name in enumerate(reversed(CLASSIFIERS)):
            folds = scores[table, name]
            color = "C0" if "skdense" in name else "C7"
            ax.plot(folds, [position] * len(folds), "o", color=color, alpha=0.5)
            ax.plot(folds.mean(), position, "|", color=color, markersize=18, markeredgewidth=2.5)
        ax.set(title=table, ylim=(-0.6, 3.6), yticks=range(4))
        ax.set_yticklabels(reversed(CLASSIFIERS))
        ax.set_xlabel("R2" if table == "diabetes" else "accuracy")
        ax.locator_params("x", nbins=5)
    plt.show()
