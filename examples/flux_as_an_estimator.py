"""
The Flux listing as an estimator
================================

The program that this project began with, in ten lines of scikit-learn: the same network as in
flux_on_the_engine.py, with the checks and the fitted attributes of an estimator.
"""

import numpy as np

from skdense import DenseNetRegressor
from skdense.engine import Adam

rng = np.random.default_rng(0)
X, y = rng.random((1000, 10)), rng.random((1000, 2))

model = DenseNetRegressor(
    hidden_layer_sizes=(32,),
    activation="relu",
    output_activation="softmax",
    solver=Adam(),  # Flux's, with its place for epsilon
    learning_rate_init=0.01,
    batch_size=1000,
    dtype="float64",
    # without what the defaults add
    n_estimators=1,
    feature_scaling=None,
    numeric_embedding=None,
    input_scale=False,
    parametrization="standard",
    initialization="random",
    dropout=0,
    weight_decay=0,
    random_state=0,
)
# one train! pass over the whole data
model.partial_fit(X, y)
print(f"loss before the step {model.loss_:.6f}")
print(f"loss after the step  {0.5 * np.square(model.predict(X) - y).sum() / len(X):.6f}")
