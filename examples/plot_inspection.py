"""
What has a network learned from a raw table?
============================================

A regressor is fitted to a raw table of rents: numbers in raw units, text and missing values.
Two tools of scikit-learn, permutation importance and partial dependence, show what it has learned
about each column. The rule behind the rents is known here, so the answers can be checked.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.model_selection import train_test_split

from skdense import DenseNetRegressor

# %%
# The table and its rule
# ----------------------
#
# Old and new houses are expensive, those in between are cheap. If the floor is missing, the rule
# uses the second floor. Neither the letter of the street nor the day of the advertisement matters.

rng = np.random.default_rng(0)
n = 3_000
flats = pd.DataFrame(
    {
        "area": rng.gamma(9, 8, n).round(),
        "built": rng.integers(1900, 2021, n).astype(float),
        "floor": rng.integers(0, 7, n).astype(float),
        "district": rng.choice(["harbor", "north", "old town", "south"], n),
        "street": rng.choice(list("ABCDEFGHIJKLMNOP"), n),
        "day": rng.integers(1, 366, n).astype(float),
    }
)
flats.loc[rng.random(n) < 0.2, "floor"] = np.nan
flats.loc[rng.random(n) < 0.1, "district"] = None
EXTRA = {"harbor": 250, "old town": 150, "north": 0, "south": -100}


class Rule(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, X):
        rent = 9 * X["area"] + 0.08 * (X["built"] - 1970) ** 2 + 25 * X["floor"].fillna(2)
        return (rent + X["district"].map(EXTRA).fillna(0).astype(float)).to_numpy()


rent = Rule().predict(flats) + rng.normal(0, 60, n)
X, X_test, y, y_test = train_test_split(flats, rent, random_state=0)

network = DenseNetRegressor(random_state=0).fit(X, y)
rule = Rule().fit(X, y)
print(network.columns_, end="\n\n")
print(network.summary())
print(f"\nR2 on new flats: network {network.score(X_test, y_test):.3f}", end=", ")
print(f"the rule itself {rule.score(X_test, y_test):.3f}")

# %%
# Importance
# ----------
#
# The decrease in R2 when a column is shuffled. The rule is evaluated in the same way.

models = {"network": network, "rule": rule}
losses = pd.DataFrame(index=flats.columns)
for name, model in models.items():
    found = permutation_importance(model, X_test, y_test, n_repeats=5, random_state=0)
    losses[name] = found.importances_mean
print(losses.abs().round(3).to_string())

# %%
# Dependence
# ----------
#
# The mean prediction when a column is set to one value in all rows. The values are passed
# explicitly, since scikit-learn does not compute quantiles of a column with missing values.

values = {
    "area": np.arange(30.0, 131, 5),
    "built": np.arange(1900.0, 2021, 5),
    "floor": np.arange(7.0),
    "district": np.array(list(EXTRA), dtype=object),
}
figure, axes = plt.subplots(2, 2, sharey=True, figsize=(5, 5), layout="constrained")
for axis, (column, grid) in zip(axes.flat, values.items(), strict=True):
    rule_style = "k_" if column == "district" else "k-"
    for name, style in {"rule": rule_style, "network": "C1."}.items():
        options = {"categorical_features": ["district"], "custom_values": {column: grid}}
        found = partial_dependence(models[name], X, [column], **options)
        size = 24 if style == "k_" else 8
        axis.plot(grid, found["average"][0], style, markersize=size, label=name)
    axis.set_xlabel(column)
    axis.margins(x=0.12)
axes[0, 0].legend()
axes[1, 1].tick_params("x", rotation=30)
figure.supylabel("mean rent")
figure.suptitle("The network has learned the rule of each column")
plt.show()
