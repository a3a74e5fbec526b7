"""The program this project began with, as an estimator: see flux_on_the_engine.py."""

import numpy as np

from skdense import DenseNetRegressor
from skdense.engine import Adam

rng = np.random.default_rng(0)
X, y = rng.random((1000, 10)), rng.random((1000, 2))

model = DenseNetRegressor(
    hidden_layer_sizes=(32,),
    output_activation="softmax",
    solver=Adam(),  # Flux's, with its place for epsilon
    learning_rate_init=0.01,
    alpha=0,
    batch_size=1000,
    feature_scaling=None,
    dtype="float64",
    random_state=0,
)
# one train! pass over the whole data
model.partial_fit(X, y)
print(f"loss before the step {model.loss_:.6f}")
print(f"loss after the step  {0.5 * np.square(model.predict(X) - y).sum() / len(X):.6f}")
