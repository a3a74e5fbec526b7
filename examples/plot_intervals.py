"""
Which intervals hold as many rows as they say?
==============================================

How long will a delivery take? Longer ways are less certain, and delays are longer than gains. Two
networks say between which times nine of ten deliveries come: one by a Gaussian likelihood, one by
quantiles. We count the new deliveries inside, and correct both by some that did not train.
"""

import matplotlib.pyplot as plt
import numpy as np

from skdense import DenseNetRegressor

# %%
# Deliveries
# ----------
#
# Minutes by distance, with a delay that is skewed and that grows with the distance.

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
# Each should put 5% of the deliveries below its interval and 5% above. 1.645 standard deviations
# to each side do that if the noise is normal. The two quantiles need no such assumption.

settings = {"hidden_layer_sizes": (64, 64), "n_estimators": 1, "random_state": 0}
gaussian = DenseNetRegressor(loss="gaussian", **settings).fit(X, y)
quantiles = DenseNetRegressor(loss="quantile", quantile=[0.05, 0.95], **settings).fit(X, y)


def by_std(X):
    mean, std = gaussian.predict(X, return_std=True)
    return mean - 1.645 * std, mean + 1.645 * std


# %%
# Each end is moved by what the deliveries set aside ask for (conformal prediction). Then at most
# 5% of the new ones lie beyond it, on average over such sets, whatever the network has learnt.


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
# Who is inside?
# --------------
#
# The correction mends what holds for all deliveries together. It moves near and far ones alike, so
# that it cannot mend an interval of the wrong shape: the Gaussian one expects gains as long as
# delays. Quantiles come close before the correction, for near deliveries as well.

print("interval              below  inside  above  inside up to 4 km  mean width")
near = X_new[:, 0] < 4
figure, axes = plt.subplots(2, 2, figsize=(8, 6.5), sharex=True, sharey=True, layout="constrained")
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
axes[0, 0].legend(loc="upper left")
plt.show()
