"""
The Flux listing as an estimator
================================

What does an estimator add to a training? The program that this project began with, once more: the
network of :ref:`sphx_glr_gallery_flux_on_the_engine.py` in the hands of scikit-learn, with checks,
fitted attributes and a score.
"""

# sphinx_gallery_thumbnail_path = "_static/network.svg"
import numpy as np
from sklearn.model_selection import cross_val_score

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

# %%
# A pass is a call
# ----------------
#
# ``partial_fit`` makes one pass over what it gets: here all rows in one batch, one step.

print("step  loss before it")
for step in range(1, 101):
    model.partial_fit(X, y)
    if step in (1, 2, 5, 10, 20, 50, 100):
        print(f"{step:4}  {model.loss_:.6f}")

# %%
# What it is now
# --------------
#
# The network, its number of parameters, and what any estimator has: a score on rows it did not
# train on. The targets are noise, of which nothing can be learnt: R2 is not above zero.

print(model.summary())
scores = cross_val_score(model.set_params(learning_rate="constant", max_iter=50), X, y, cv=5)
print(f"\nR2 on rows held out {scores.mean():.2f}")
