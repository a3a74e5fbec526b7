"""
What an estimator adds to a training loop: the Flux listing
===========================================================

What does an estimator add to a training loop? This is once more the program that the project began
with: the network of :ref:`sphx_glr_gallery_flux_on_the_engine.py` as a scikit-learn estimator,
with checks, fitted attributes and a score.
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
    solver=Adam(),  # as in Flux, including where epsilon is added
    learning_rate_init=0.01,
    batch_size=1000,
    dtype="float64",
    # switch off what the defaults add
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
# One call is one pass
# --------------------
#
# ``partial_fit`` makes one pass over the rows it receives: here all rows in one batch, so one
# step.

print("step  loss before it")
for step in range(1, 101):
    model.partial_fit(X, y)
    if step in (1, 2, 5, 10, 20, 50, 100):
        print(f"{step:4}  {model.loss_:.6f}")

# %%
# The result
# ----------
#
# The network, its number of parameters, and what any estimator has: a score on rows it was not
# trained on. The targets are noise, so nothing can be learned from them: R2 is not above zero.

print(model.summary())
scores = cross_val_score(model.set_params(learning_rate="constant", max_iter=50), X, y, cv=5)
print(f"\nR2 on held-out rows {scores.mean():.2f}")
