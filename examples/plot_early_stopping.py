"""
When should training stop?
==========================

A network that is trained for a long time on few and noisy rows overfits. The loss on other rows
shows when that begins. We plot both losses with LossCurveDisplay, let early stopping end the
training at that point, and check what this gains on new rows.
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
# The progression of diabetes in a year, for 442 patients. Half of them are used for training, a
# quarter to decide when to stop, and a quarter to evaluate the result.

X, y = load_diabetes(return_X_y=True, scaled=False)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.25, random_state=1)
X, X_val, y, y_val = train_test_split(X, y, test_size=1 / 3, random_state=1)

# %%
# To the end, and in time
# -----------------------
#
# A constant learning rate shows the effect best. Dropout and weight decay, which reduce
# overfitting, are off. Without early stopping the validation rows are only monitored. With early
# stopping, training ends when the score on them has not risen for ten epochs, and the parameters
# of the best epoch are restored. The third network is the default: its learning rate goes up and
# down in four cycles, and early stopping compares the ends of the cycles.

bare = {"learning_rate": "constant", "dropout": 0, "weight_decay": 0}
models = {
    "to the end": DenseNetRegressor(early_stopping=False, max_iter=60, **bare),
    "in time": DenseNetRegressor(early_stopping=True, max_iter=60, **bare),
    "default": DenseNetRegressor(),
}
for model in models.values():
    model.set_params(n_estimators=1, random_state=0)
    with warnings.catch_warnings():
        # the first one is meant to end after a fixed number of epochs
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y, X_val=X_val, y_val=y_val)

# %%
# The two losses
# --------------
#
# The training loss keeps falling. The validation loss rises again: what is learned from there on
# only holds for the training rows. The dot marks the epoch that was kept. The first epochs of the
# default, whose learning rate is higher, are above the visible range.

figure, axes = plt.subplots(3, 1, figsize=(5, 8), sharex=True, sharey=True, layout="constrained")
for ax, (name, model) in zip(axes, models.items(), strict=True):
    LossCurveDisplay.from_estimator(model, ax=ax)
    ax.set(title=name, ylim=(0, 1))
    ax.label_outer()

# %%
# Scores
# ------

print("network     epochs  kept  R2 of training rows  of new rows")
for name, model in models.items():
    kept = model.best_iter_ if model.early_stopping else model.n_iter_
    scores = model.score(X, y), model.score(X_test, y_test)
    print(f"{name:10}  {model.n_iter_:6}  {kept:4}  {scores[0]:19.2f}  {scores[1]:11.2f}")

plt.show()
