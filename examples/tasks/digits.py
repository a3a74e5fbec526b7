"""
Handwritten digits
==================

Predict which digit an image of 8 by 8 pixels shows.
"""

from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from skdense import DenseNetClassifier

digits = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(*digits, stratify=digits[1], random_state=0)
print(f"{'':22}accuracy   log loss")
for name, model in {
    "DenseNetClassifier": DenseNetClassifier(random_state=0),
    # half of its rounds, as it makes a tree for each digit in each
    "HistGradientBoosting": HistGradientBoostingClassifier(max_iter=50, random_state=0),
}.items():
    model.fit(X, y)
    loss = log_loss(y_test, model.predict_proba(X_test))
    print(f"{name:22}{model.score(X_test, y_test):8.3f}{loss:11.3f}")
