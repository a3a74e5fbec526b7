"""
Is a network as good as gradient boosting on a raw table?
=========================================================

A table of flats for rent, with numbers, categories and missing values, is passed as it is to
DenseNetRegressor and to scikit-learn's HistGradientBoostingRegressor, both with their defaults.
This example compares the errors on new flats, and the fit times.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from skdense import DenseNetRegressor

# %%
# The flats
# ---------
#
# The rents are synthetic, so we know what determines them. The price per square meter differs
# between districts, falls with the distance from the center, and is lower for large flats and for
# those built in the decades after the war. Every rent includes noise of about 10%.

rng = np.random.default_rng(0)
n = 6000
flats = pd.DataFrame(
    {
        "area": rng.gamma(9, 8, n).round() + 15,
        "km_to_center": rng.gamma(3, 1.5, n).round(1),
        "built": rng.choice(np.arange(1880, 2025), n).astype(float),
        "floor": rng.integers(0, 8, n),
        "lift": rng.choice(["yes", "no"], n),
        "heating": rng.choice(["gas", "district", "heat pump", "oil"], n, p=[0.5, 0.3, 0.1, 0.1]),
        "district": [f"district {number:02}" for number in rng.integers(0, 40, n)],
    }
)
by_district = pd.Series(rng.normal(0, 0.15, 40), [f"district {number:02}" for number in range(40)])
price = 14 * np.exp(by_district[flats["district"]].to_numpy() - 0.06 * flats["km_to_center"])
price *= 1 + 0.6 * np.exp(-flats["area"] / 30)
price *= np.where(flats["built"].between(1946, 1979), 0.85, 1) * (
    1 + 0.1 * (flats["built"] > 2010)
)
price *= np.where((flats["floor"] > 3) & (flats["lift"] == "no"), 0.9, 1)
fair = price * flats["area"] + 40 * (flats["heating"] == "heat pump")
rent = fair * rng.lognormal(0, 0.1, n)

flats.loc[rng.random(n) < 0.15, "built"] = None
flats.loc[rng.random(n) < 0.1, "heating"] = None
flats = flats.astype({"lift": "category", "heating": "category", "district": "category"})
X, X_test, y, y_test = train_test_split(flats, rent, test_size=2000, random_state=0)
print(X.head(3).to_string())

# %%
# Three models
# ------------
#
# None of them needs an imputer, an encoder or a scaler. Boosting needs text in columns of the
# dtype ``category``; the networks do not. All are fitted on one thread, so that the times can be
# compared.

models = {
    "gradient boosting": HistGradientBoostingRegressor(random_state=0),
    "one network": DenseNetRegressor(n_estimators=1, random_state=0),
    "four networks (default)": DenseNetRegressor(random_state=0),
}
errors, seconds = {}, {}
for name, model in models.items():
    start = time.perf_counter()
    with threadpool_limits(1):
        model.fit(X, y)
    seconds[name] = time.perf_counter() - start
    errors[name] = mean_absolute_error(y_test, model.predict(X_test))
luck = mean_absolute_error(y_test, fair[X_test.index])
for name in models:
    print(f"{name:24} mean error {errors[name]:6.1f} euros, fitted in {seconds[name]:4.1f} s")
print(f"{'the true formula':24} mean error {luck:6.1f} euros")

# %%
# What the time buys
# ------------------
#
# The dashed line is the error of the true formula, which is due to the noise alone. The networks
# come closer to it; boosting is many times faster. Rents that follow smooth curves suit networks;
# on a table with more steps and thresholds it may be the other way round.

figure, (top, below) = plt.subplots(2, 1, figsize=(5, 4), layout="constrained")
for ax, values, label in ((top, errors, "mean error, euros"), (below, seconds, "fit, seconds")):
    ax.bar_label(ax.barh(list(models), values.values()), fmt="%.1f", padding=3)
    ax.margins(x=0.2)
    ax.set_xlabel(label)
    ax.invert_yaxis()
top.axvline(luck, color="black", linestyle="--")
figure.suptitle("Networks have smaller errors, boosting is faster")
plt.show()
