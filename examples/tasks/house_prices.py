"""
House prices
============

Predict the logarithm of a price, from numbers, grades and neighborhoods, some of them missing.
"""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import cross_val_score

from skdense import DenseNetRegressor

rng = np.random.default_rng(0)
n = 1200
houses = pd.DataFrame(
    {
        "living area": rng.gamma(12, 10, n).round(),
        "lot": rng.lognormal(6.3, 0.4, n).round(),
        "built": rng.integers(1890, 2011, n),
        "quality": rng.choice(["fair", "typical", "good", "excellent"], n, p=[0.1, 0.5, 0.3, 0.1]),
        "neighborhood": rng.choice([f"quarter {i}" for i in range(25)], n),
        "garage": rng.choice(["attached", "detached", None], n, p=[0.6, 0.3, 0.1]),
    }
)
quality = houses["quality"].map({"fair": -0.2, "typical": 0, "good": 0.15, "excellent": 0.4})
quarter = houses["neighborhood"].str[8:].astype(int).map(dict(enumerate(rng.normal(0, 0.2, 25))))
age = np.exp((houses["built"] - 2010) / 40)
log_price = 8 + 0.75 * np.log(houses["living area"]) + 0.1 * np.log(houses["lot"]) + 0.3 * age
log_price += quality + quarter + 0.1 * houses["garage"].notna() + rng.normal(0, 0.1, n)

# the network takes the table as it is, the trees take categories by their dtype
categories = houses.astype(dict.fromkeys(["quality", "neighborhood", "garage"], "category"))
print("root mean squared error of the logarithm, where 0.10 is the noise")
for name, model, table in [
    ("DenseNetRegressor", DenseNetRegressor(random_state=0), houses),
    ("HistGradientBoosting", HistGradientBoostingRegressor(random_state=0), categories),
]:
    scores = cross_val_score(model, table, log_price, cv=3, scoring="neg_root_mean_squared_error")
    print(f"{name:22}{-scores.mean():.3f}")
