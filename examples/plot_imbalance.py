"""
What helps if one class is rare?
================================

Three in a hundred machines fail. Class weights, the focal loss and a custom decision threshold are
three ways to detect more of these failures. The goal is to detect three quarters of them with as
few false alarms as possible. Which method has the fewest?
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.metrics import PrecisionRecallDisplay, average_precision_score, log_loss
from sklearn.model_selection import train_test_split

from skdense import DenseNetClassifier

# %%
# Machines
# --------
#
# There are twelve sensors, six of which are informative. The validation rows are used for early
# stopping and to choose the threshold.

X, y = make_classification(
    12000, 12, n_informative=6, weights=[0.97], flip_y=0.005, class_sep=1.2, random_state=0
)
X, X_test, y, y_test = train_test_split(X, y, test_size=0.5, stratify=y, random_state=0)
X, X_val, y, y_val = train_test_split(X, y, test_size=1 / 3, stratify=y, random_state=0)
print(f"{y.sum()} of {len(y)} machines to train on fail, {y_test.sum()} of {len(y_test)} new ones")

# %%
# Three networks
# --------------

networks = {
    "plain": DenseNetClassifier(),
    'class_weight="balanced"': DenseNetClassifier(class_weight="balanced"),
    'loss="focal"': DenseNetClassifier(loss="focal"),
}
for network in networks.values():
    network.set_params(n_estimators=1, scoring="loss", random_state=0)
    network.fit(X, y, X_val=X_val, y_val=y_val)

# %%
# Thresholds
# ----------
#
# The threshold is either 0.5 or the one that detects three quarters of the failures among the
# validation rows.

print(f"\n{'':23}  threshold  found  false alarms  average precision  log loss")
figure, ax = plt.subplots(figsize=(5, 4.2), layout="constrained")
for name, network in networks.items():
    proba = network.predict_proba(X_test)[:, 1]
    ranks = f"{average_precision_score(y_test, proba):17.2f}  {log_loss(y_test, proba):8.3f}"
    curve = PrecisionRecallDisplay.from_predictions(y_test, proba, name=name, ax=ax)
    color = curve.line_.get_color()
    chosen = np.quantile(network.predict_proba(X_val)[y_val == 1, 1], 0.25)
    for threshold, marker in ((0.5, "o"), (chosen, "^")):
        found = (proba[y_test == 1] >= threshold).sum()
        alarms = (proba[y_test == 0] >= threshold).sum()
        print(f"{name:23}  {threshold:9.2f}  {found:5}  {alarms:12}  {ranks}")
        point = found / y_test.sum(), found / (found + alarms)
        ax.plot(*point, marker, color=color, markersize=9)
ax.set(xlabel="recall", ylabel="precision", title="circles: threshold 0.5, triangles: chosen")
ax.legend(loc="lower left")
plt.show()

# %%
# The curves
# ----------
#
# Neither weights nor the focal loss rank the machines better than the plain network does. Weights
# move the point of the threshold 0.5 along the curve (circles). Choosing a threshold has the same
# effect (triangles) without training again, and the probabilities keep their meaning, as the log
# loss shows.
