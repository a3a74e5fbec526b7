"""
Where does each learning rate end?
==================================

The learning rate can be constant, fall, or go up and down, depending on the parameter
``learning_rate``. We plot each schedule, train the same network with each for the same number of
epochs, and compare the results: the last loss, and the error on new rows.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_friedman1
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

from skdense import DenseNetRegressor, LossCurveDisplay
from skdense.engine import SCHEDULES, Progress

# %%
# The schedules
# -------------
#
# ``learning_rate_init`` is multiplied by the values shown here.

names = ["constant", "cosine", "flat_cosine", "warmup_cosine", "one_cycle", "coslog4"]
done = np.linspace(0, 1, 400)
figure, axes = plt.subplots(3, 2, figsize=(5, 6), sharex=True, sharey=True, layout="constrained")
for ax, name in zip(axes.flat, names, strict=True):
    schedule = SCHEDULES[name]()
    ax.plot(done, [schedule(Progress(fraction=share)) for share in done])
    ax.set_title(name)
figure.supxlabel("fraction of training done")
figure.supylabel("multiplier of the rate")

# %%
# Training
# --------
#
# Each network is trained for 32 epochs on 1,500 rows of a known function with noise, with the
# default learning rate of its schedule: for a schedule that does not end at zero, this is a tenth
# of the rate of the others. The first row of the table shows why, with the larger rate throughout.

X, y = make_friedman1(3500, noise=1, random_state=0)
X, X_new, y, y_new = train_test_split(X, y, train_size=1500, random_state=0)
settings = {"n_estimators": 1, "early_stopping": False, "max_iter": 32, "random_state": 0}
networks = {"constant, 0.2": DenseNetRegressor(learning_rate_init=0.2, learning_rate="constant")}
networks |= {name: DenseNetRegressor(learning_rate=name) for name in names}
for network in networks.values():
    network.set_params(n_iter_no_change=np.inf, **settings)
    with warnings.catch_warnings():
        # at a constant rate the loss may still fall in the last epoch
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(X, y)

print("learning_rate  rate  loss of the last epoch  squared error on new rows")
for name, network in networks.items():
    rate = network.resolved_params_.get("learning_rate_init", 0.2)
    error = mean_squared_error(y_new, network.predict(X_new))
    print(f"{name:13}  {rate:.2f}  {network.loss_:22.3f}  {error:25.2f}")
print("The noise alone has a squared error of 1.")

# %%
# The loss curves
# ---------------
#
# With "coslog4" the loss rises at the peak of each cycle and is low where the cycle ends: there
# early stopping can end the training. With a large constant rate, the loss fluctuates with the
# noise of the batches. All schedules that fall to zero end about equally low.

shown = {name: networks[name] for name in ("constant, 0.2", "constant", "cosine", "coslog4")}
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
LossCurveDisplay.from_estimators(shown, ax=axes)
axes.set(yscale="log", title="Schedules that end at zero end with lower losses")
plt.show()
