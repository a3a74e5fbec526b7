"""
Which intervals have the right coverage?
========================================

How long will a delivery take? Longer distances are less certain, and deliveries are late by more
than they are early. Two networks predict an interval for nine out of ten deliveries: one by a
Gaussian likelihood, one by quantiles. We count the new deliveries inside, and correct both
intervals on deliveries that were not used for training.
"""

import matplotlib.pyplot as plt
import numpy as np

from skdense import DenseNetRegressor

# %%
# Deliveries
# ----------
#
# Delivery time in minutes by distance, with a skewed delay that grows with the distance.

rng = np.random.default_rng(0)


def deliveries(n):
    km = rng.uniform(0.5, 12, n)
    delay = rng.gamma(1.5, 0.4 + 0.5 * km)
    return km[:, None], 5 + 12 * np.sqrt(km) + delay


X, y = deliveries(2000)
X_calibration, y_calibration = deliveries(2000)
X_new, y_new = deliveries(5000)

# %%
# Two networks
# ------------
#
# For each, 5% of the deliveries should be below the interval and 5% above. With 1.645 standard
# deviations to each side, this is the case if the noise is normal. The two quantiles need no such
# assumption.

settings = {"hidden_layer_sizes": (64, 64), "n_estimators": 1, "random_state": 0}
gaussian = DenseNetRegressor(loss="gaussian", **settings).fit(X, y)
quantiles = DenseNetRegressor(loss="quantile", quantile=[0.05, 0.95], **settings).fit(X, y)


def by_std(X):
    mean, std = gaussian.predict(X, return_std=True)
    return mean - 1.645 * std, mean + 1.645 * std


# %%
# Each bound is shifted by an amount computed from the calibration deliveries (conformal
# prediction). Then at most 5% of the new ones are beyond it, on average over such calibration
# sets, whatever the network has learned.


def corrected(interval):
    low, high = interval(X_calibration)
    level = 0.95 * (1 + 1 / len(y_calibration))
    down = np.quantile(low - y_calibration, level, method="higher")
    up = np.quantile(y_calibration - high, level, method="higher")
    return lambda X: (interval(X)[0] - down, interval(X)[1] + up)


intervals = {
    "Gaussian": by_std,
    "Gaussian, corrected": corrected(by_std),
    "quantiles": lambda X: quantiles.predict(X).T,
    "quantiles, corrected": corrected(lambda X: quantiles.predict(X).T),
}

# %%
# Coverage
# --------
#
# The correction fixes the coverage over all deliveries together. It shifts the bounds of near and
# far deliveries equally, so it cannot fix an interval of the wrong shape: the Gaussian one is
# symmetric, as if deliveries could be early by as much as late. The quantiles are close to the
# right coverage before the correction, also for near deliveries.

print("interval              below  inside  above  inside up to 4 km  mean width")
near = X_new[:, 0] < 4
figure, axes = plt.subplots(4, 1, figsize=(5, 10), sharex=True, sharey=True, layout="constrained")
grid = np.linspace(0.5, 12, 200)[:, None]
for ax, (name, interval) in zip(axes.flat, intervals.items(), strict=True):
    low, high = interval(X_new)
    below, above = y_new < low, y_new > high
    inside = ~(below | above)
    shares = f"{below.mean():5.1%}  {inside.mean():6.1%}  {above.mean():5.1%}"
    width = (high - low).mean()
    print(f"{name:20}  {shares}  {inside[near].mean():14.1%}  {width:8.1f} min")
    ax.scatter(X_new[:1000], y_new[:1000], s=3, color="gray", label="new deliveries")
    ax.fill_between(grid[:, 0], *interval(grid), alpha=0.4, label="9 of 10 should lie here")
    ax.set_title(f"{name}: {inside.mean():.1%} inside")
figure.supxlabel("distance, km")
figure.supylabel("minutes")
axes[0].legend(loc="upper left")
plt.show()
