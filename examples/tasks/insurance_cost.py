"""
Insurance cost
==============

Predict an amount of money that is never negative and has a long tail, by the gamma deviance.
"""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, mean_gamma_deviance
from sklearn.model_selection import train_test_split

from skdense import DenseNetRegressor

rng = np.random.default_rng(0)
n = 1300
people = pd.DataFrame(
    {
        "age": rng.integers(18, 65, n),
        "bmi": rng.normal(30, 6, n).round(1),
        "children": rng.poisson(1.1, n),
        "smoker": rng.choice(["yes", "no"], n, p=[0.2, 0.8]),
        "region": rng.choice(["north", "east", "south", "west"], n),
    }
)
smokes, heavy = people["smoker"] == "yes", people["bmi"] > 30
mean = 1500 + 3.3 * people["age"] ** 2 + 500 * people["children"]
mean += smokes * (11000 + 15000 * heavy + 200 * people["bmi"])
charges = rng.gamma(8, mean / 8)  # a standard deviation of 35%

# the network takes the table as it is, the trees take categories by their dtype
categories = people.astype({"smoker": "category", "region": "category"})
trees = HistGradientBoostingRegressor(loss="gamma", random_state=0)
print(f"{'':22}gamma deviance   mean absolute error")
for name, model, table in [
    ("DenseNetRegressor", DenseNetRegressor(loss="gamma", random_state=0), people),
    ("HistGradientBoosting", trees, categories),
]:
    X, X_test, y, y_test = train_test_split(table, charges, random_state=0)
    amount = model.fit(X, y).predict(X_test)
    errors = mean_gamma_deviance(y_test, amount), mean_absolute_error(y_test, amount)
    print(f"{name:22}{errors[0]:14.3f}{errors[1]:22.0f}")
