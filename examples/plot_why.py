"""
Why, how sure, and what if?
===========================

Three pictures answer three questions about a model of rents: what did each column contribute to a
prediction, between which bounds will the rent lie, and what would it be in another flat?
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.inspection import partial_dependence
from sklearn.model_selection import train_test_split

from skdense import ContributionDisplay, DenseNetRegressor

# %%
# A raw table
# -----------
#
# Dates, text, categories, booleans and missing values, as they come from a file. The loss
# learns a standard deviation for each flat besides its mean.

here = Path("flats.csv")
flats = pd.read_csv(here if here.exists() else Path("examples") / here)
rent = flats.pop("rent")
flats, new, rent, rent_new = train_test_split(flats, rent, random_state=0)
regressor = DenseNetRegressor(loss="gaussian", random_state=0).fit(flats, rent)
print(f"R2 on new flats: {regressor.score(new, rent_new):.2f}")

# %%
# Why?
# ----
#
# The mean sizes of contributions over all new flats, and the contributions to the highest
# prediction: they lead from the mean rent to that of this flat.

figure, (top, below) = plt.subplots(2, 1, figsize=(5, 7), layout="constrained")
ContributionDisplay.from_estimator(regressor, new, ax=top, color="C0")
top.set_title("All new flats")

dearest = new.iloc[[np.argmax(regressor.predict(new))]]
explanation = regressor.explain(dearest)
order = np.argsort(np.abs(explanation.values[0]))
names = [f"{explanation.feature_names[i]} = {dearest.iloc[0, i]}" for i in order]
sizes = explanation.values[0][order]
below.barh(names, sizes, color=np.where(sizes > 0, "C3", "C0"))
below.axvline(0, color="k", linewidth=0.8)
base, total = explanation.base_values[0], explanation.base_values[0] + sizes.sum()
below.set(title=f"From {base:.0f}, the mean, to {total:.0f}", xlabel="Contribution, euros")

# %%
# How sure?
# ---------
#
# Intervals that contain nine of ten rents, from the rows that the networks held out. They are
# wider where the learned standard deviation is larger.

interval = regressor.predict_interval(new, coverage=0.9)
prediction = regressor.predict(new)
inside = (interval[:, 0] <= rent_new) & (rent_new <= interval[:, 1])
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
order = np.argsort(prediction)
axes.fill_between(np.arange(len(new)), *interval[order].T, alpha=0.3, label="90% interval")
axes.plot(prediction[order], color="C0", label="prediction")
for found, color in ((True, "k"), (False, "C3")):
    at = np.flatnonzero(inside.to_numpy()[order] == found)
    label = "rent" if found else "rent outside"
    axes.plot(at, rent_new.to_numpy()[order][at], ".", color=color, label=label)
axes.set(xlabel="New flats, by prediction", ylabel="Rent, euros")
axes.set_title(f"{inside.mean():.0%} of the rents lie inside")
axes.legend()

# %%
# What if?
# --------
#
# The mean prediction if all flats had one area, or one heating. The values are given, as
# scikit-learn makes no grid of categories with missing values.

figure, axes = plt.subplots(2, 1, sharey=True, figsize=(5, 6), layout="constrained")
grids = {
    "area": np.linspace(*flats["area"].quantile([0.02, 0.98]), 30),
    "heating": np.array(sorted(flats["heating"].dropna().unique()), dtype=object),
}
for axis, (column, grid) in zip(axes, grids.items(), strict=True):
    found = partial_dependence(regressor, new, [column], custom_values={column: grid})
    axis.plot(grid, found["average"][0], "-" if column == "area" else "o")
    axis.set_xlabel(column)
figure.supylabel("Mean predicted rent, euros")
figure.suptitle("Area matters more than heating")
plt.show()
