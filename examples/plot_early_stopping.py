"""
When should training stop?
==========================

A network that trains on few and noisy rows for long learns them by heart. The loss on other rows
shows when that begins. We look at both losses with LossCurveDisplay, let early stopping end the
training there, and ask what that brings on new rows.
"""

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skdense import DenseNetRegressor, LossCurveDisplay

# %%
# Three parts of a small table
# ----------------------------
#
# How far diabetes goes on in a year, for 442 patients: half of them train, a quarter tells when to
# stop, and a quarter tells what it has brought.

X, y = load_diabetes(return_X_y=True, scaled=False)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.25, random_state=1)
X, X_val, y, y_val = train_test_split(X, y, test_size=1 / 3, random_state=1)

# %%
# To the end, and in time
# -----------------------
#
# A constant learning rate shows best what happens. Dropout and weight decay, which keep a network
# from learning by heart, are off. Without early stopping the validation rows are watched, and
# change nothing. With it training ends when the score on them has not risen for ten epochs, and
# the parameters go back to the best epoch. The third network is the default: its learning rate
# goes up and down in four waves, and early stopping compares the ends of the waves.

bare = {"learning_rate": "constant", "dropout": 0, "weight_decay": 0}
models = {
    "to the end": DenseNetRegressor(early_stopping=False, max_iter=60, **bare),
    "in time": DenseNetRegressor(early_stopping=True, max_iter=60, **bare),
    "default": DenseNetRegressor(),
}
for model in models.values():
    model.set_params(n_estimators=1, random_state=0)
    with warnings.catch_warnings():
        # the first one has as many epochs as we want it to have
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y, X_val=X_val, y_val=y_val)

# %%
# The two losses
# --------------
#
# The training loss falls on and on. That of the validation rows rises again: what is learnt from
# there on holds for the rows that train, and for no others. The dot is the epoch that was kept.
# The first epochs of the default, whose rate is higher, lie above the picture.

figure, axes = plt.subplots(3, 1, figsize=(7, 8), sharex=True, sharey=True, layout="constrained")
for ax, (name, model) in zip(axes, models.items(), strict=True):
    LossCurveDisplay.from_estimator(model, ax=ax)
    ax.set(title=name, ylim=(0, 1))
    ax.label_outer()

# %%
# What it brings
# --------------

print("network     epochs  kept  R2 of training rows  of new rows")
for name, model in models.items():
    kept = model.best_iter_ if model.early_stopping else model.n_iter_
    scores = model.score(X, y), model.score(X_test, y_test)
    print(f"{name:10}  {model.n_iter_:6}  {kept:4}  {scores[0]:19.2f}  {scores[1]:11.2f}")

plt.show()
