"""
Bike demand
===========

Predict counts by the hour with the Poisson loss, for the last days of each month. The network
reads the hour, the weekday and the month from the time by itself.
"""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import root_mean_squared_log_error

from skdense import DenseNetRegressor

rng = np.random.default_rng(0)
time = pd.Series(pd.date_range("2023-03-01", "2023-06-30 23:00", freq="h"))
hour, is_weekend = time.dt.hour, time.dt.day_of_week >= 5
season = np.sin((time.dt.day_of_year - 100) / 58)
temperature = 12 + 9 * season + 4 * np.sin((hour - 9) / 3.8) + rng.normal(0, 2, len(time))
weather = pd.Series(rng.choice(["clear", "mist", "rain"], len(time), p=[0.65, 0.25, 0.1]))
rush = np.exp(-((hour - 8) ** 2) / 3) + np.exp(-((hour - 17) ** 2) / 5)
leisure = np.exp(-((hour - 14) ** 2) / 20)
mean = (15 + 250 * np.where(is_weekend, leisure, rush)) * np.exp(0.04 * (temperature - 12))
mean *= weather.map({"clear": 1, "mist": 0.9, "rain": 0.5})
rented = rng.poisson(mean)
is_test = time.dt.day >= 20

# the network takes the times as text, the trees take what is made of them by hand
raw = pd.DataFrame({"time": time.astype(str), "temperature": temperature, "weather": weather})
by_hand = raw.assign(time=hour, weekday=time.dt.day_of_week, month=time.dt.month)
by_hand["weather"] = by_hand["weather"].astype("category")
trees = HistGradientBoostingRegressor(loss="poisson", random_state=0)
print("root mean squared logarithmic error")
for name, model, table in [
    ("DenseNetRegressor", DenseNetRegressor(loss="poisson", random_state=0), raw),
    ("HistGradientBoosting", trees, by_hand),
]:
    counts = model.fit(table[~is_test], rented[~is_test]).predict(table[is_test])
    print(f"{name:22}{root_mean_squared_log_error(rented[is_test], counts):.3f}")
