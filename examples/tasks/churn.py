"""
Churn
=====

Predict which customers leave, as probabilities, from a table whose charges are text with blanks.
"""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

from skdense import DenseNetClassifier

rng = np.random.default_rng(0)
n = 2000
months, monthly = rng.integers(0, 73, n), rng.uniform(18, 118, n).round(2)
customers = pd.DataFrame(
    {
        "months": months,
        "monthly charge": monthly,
        "total charge": np.where(months == 0, " ", (months * monthly).round(2).astype(str)),
        "contract": rng.choice(["monthly", "one year", "two years"], n, p=[0.55, 0.2, 0.25]),
        "internet": rng.choice(["fiber", "DSL", "no"], n, p=[0.44, 0.34, 0.22]),
        "paperless": rng.choice([True, False], n),
    }
)
score = -1.2 - 0.04 * months + 0.015 * monthly + 0.9 * (customers["internet"] == "fiber")
score += customers["contract"].map({"monthly": 1, "one year": -0.4, "two years": -1.6})
churn = np.where(rng.random(n) < 1 / (1 + np.exp(-score)), "leaves", "stays")

# the network takes the table as it is, the trees need numbers and categories
prepared = customers.astype({"contract": "category", "internet": "category"})
prepared["total charge"] = pd.to_numeric(prepared["total charge"], errors="coerce")
trees = HistGradientBoostingClassifier(random_state=0)
print(f"{'':22}log loss   AUC")
for name, model, table in [
    ("DenseNetClassifier", DenseNetClassifier(random_state=0), customers),
    ("HistGradientBoosting", trees, prepared),
]:
    X, X_test, y, y_test = train_test_split(table, churn, stratify=churn, random_state=0)
    proba = model.fit(X, y).predict_proba(X_test)
    print(f"{name:22}{log_loss(y_test, proba):8.3f}{roc_auc_score(y_test, proba[:, 1]):6.3f}")
