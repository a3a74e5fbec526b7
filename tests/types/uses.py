"""Right and wrong uses, for type checkers: `nox -s lint` runs mypy and pyright on them.

Both refuse a comment that expects an error where there is none.
"""

from typing import assert_type

import numpy as np

from skdense import DenseNetClassifier, DenseNetRegressor, load
from skdense.engine import Huber, LeakyRelu

X, y = np.zeros((9, 2)), np.arange(9.0)

# right
DenseNetClassifier()
DenseNetRegressor((3,), random_state=0)
DenseNetRegressor(hidden_layer_sizes=3, activation=["relu", LeakyRelu(0.2)], dropout=[0.1, 0.2])
DenseNetRegressor(loss=Huber(delta=2), numeric_embedding=None, early_stopping=True)
DenseNetClassifier(class_weight={"a": 2}, learning_rate=lambda fraction: 1 - fraction)
assert_type(DenseNetRegressor().fit(X, y, X_val=X, y_val=y), DenseNetRegressor)
assert_type(DenseNetClassifier().fit(X, y).loss_curve_, list[float])
assert_type(load("model"), DenseNetClassifier | DenseNetRegressor)
assert_type(load("model", DenseNetClassifier), DenseNetClassifier)
load("model", DenseNetClassifier).predict_proba(X)

# wrong: a misspelt name, a value, a position
DenseNetRegressor(hiden_layer_sizes=(3,))  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
DenseNetClassifier(target_scaling=None)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
DenseNetClassifier(max_iter="many")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
DenseNetRegressor(loss="log_loss")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
DenseNetRegressor(solver="adamw")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
DenseNetRegressor((3,), "relu")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
DenseNetRegressor().fit(X)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
DenseNetRegressor().fit(X, y, weights=y)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
load("model", "classifier")  # type: ignore[call-overload] # pyright: ignore[reportCallIssue, reportArgumentType]
