"""
What does a search gain over the defaults?
==========================================

Many candidates are trained for a few epochs each, and the best ones for more. The gain of such a
search is measured on rows that it never saw. The table contains 442 patients with diabetes and the
progression of the disease in a year: few rows and much noise, so the default networks may be too
large.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from scipy.stats import loguniform, uniform
from sklearn.datasets import load_diabetes
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, KFold

from skdense import DenseNetRegressor

X, y = load_diabetes(return_X_y=True, scaled=False, as_frame=True)

# %%
# The search
# ----------
#
# These four parameters are the ones to search first. The epochs are the resource: each candidate
# runs its whole learning rate schedule in 4 epochs, then in 12, then in 36. A search with one
# network is fast; the default number of networks, 12 for so few rows, is fitted at the end.

space = {
    "learning_rate_init": loguniform(0.003, 0.6),
    "dropout": uniform(0, 0.5),
    "hidden_layer_sizes": [(16,), (64,), (64, 64), (128, 128, 128)],
    "numeric_embedding": ["auto", None],
}
search = HalvingRandomSearchCV(
    DenseNetRegressor(n_estimators=1, random_state=0),
    space,
    n_candidates=12,
    resource="max_iter",
    min_resources=4,
    max_resources=36,
    cv=KFold(3, shuffle=True, random_state=1),
    n_jobs=2,
    random_state=0,
)

# %%
# The gain
# --------
#
# The search runs inside each fold of a cross-validation, and is scored on rows that are not part
# of it. With so few rows the gain differs from fold to fold, so the last column matters as much as
# the mean.

scores, start = [], time.perf_counter()
for train, test in KFold(4, shuffle=True, random_state=0).split(X):
    search.fit(X.iloc[train], y[train])
    tuned = DenseNetRegressor(**search.best_params_, random_state=0)
    models = [DenseNetRegressor(n_estimators=1, random_state=0), search.best_estimator_]
    models += [DenseNetRegressor(random_state=0), tuned]
    models = [model.fit(X.iloc[train], y[train]) for model in models]
    scores.append([model.score(X.iloc[test], y[test]) for model in models])
    best = search.best_params_
    print(
        f"chosen: rate {best['learning_rate_init']:.3f}, dropout {best['dropout']:.2f}, "
        f"layers {best['hidden_layer_sizes']}, embedding {best['numeric_embedding']}"
    )
print(f"\n{'R2 on unseen rows':20}{'default':>9}{'tuned':>9}{'gain':>9}   folds with a gain")
for name, (default, tuned) in zip(
    ["one network", "12 networks"], np.transpose(scores).reshape(2, 2, -1), strict=True
):
    gain = tuned - default
    print(
        f"{name:20}{default.mean():9.3f}{tuned.mean():9.3f}{gain.mean():9.3f}"
        f"{(gain > 0).sum():8} of {len(gain)}"
    )
print(f"\n{time.perf_counter() - start:.0f} seconds for four searches")

# %%
# The candidates of the last search
# ---------------------------------
#
# Each line is a candidate, and ends where the search dropped it. The ring marks the best one.
# Candidates that are worse than predicting the mean of the target, below 0, are not shown.

results = search.cv_results_
rates = results["param_learning_rate_init"].astype(float)
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
colors = ScalarMappable(LogNorm(rates.min(), rates.max()))
for rate in np.unique(rates):  # each candidate has its own rate
    rows = rates == rate
    line = results["iter"][rows], results["mean_test_score"][rows]
    axes.plot(*line, "o-", color=colors.to_rgba(rate), linewidth=1, markersize=4)
place = results["iter"][search.best_index_], search.best_score_
axes.plot(*place, "o", markersize=14, markerfacecolor="none", color="black")
labels = zip(search.n_candidates_, search.n_resources_, strict=True)
axes.set_xticks(range(search.n_iterations_), [f"{n} candidates\n{m} epochs" for n, m in labels])
axes.set(
    ylim=(0, None), ylabel="mean R2 of three folds", title="Most candidates are dropped early"
)
figure.colorbar(colors, ax=axes, label="learning rate")
plt.show()
