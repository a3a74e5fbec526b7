"""
Training without an estimator: the Flux listing
===============================================

What does training look like without an estimator around it? This is the program that the project
began with. In Flux.jl, with one sample per column::

    model = Chain(Dense(10, 32, relu), Dense(32, 2), softmax)
    X, y = rand(10, 1000), rand(2, 1000)
    loss(x, y) = Flux.mse(model(x), y)
    Flux.train!(loss, params(model), [(X, y)], ADAM(0.01))

Here, with one sample per row:
"""

# sphinx_gallery_thumbnail_path = "_static/network.svg"
import numpy as np

from skdense.engine import (
    Adam,
    Data,
    Dense,
    Network,
    Plan,
    Relu,
    Softmax,
    SquaredError,
    Stopping,
    TrainState,
    train,
)

rng = np.random.default_rng(0)
X, y = rng.random((1000, 10)), rng.random((1000, 2))

model = Network([Dense(32), Relu(), Dense(2), Softmax()], n_in=10)
model.initialize(rng)

# %%
# One pass over all the data is one step. Half the squared error, summed over two outputs, equals
# the mean over them that Flux.mse computes.

state = TrainState(model, Adam(), rng)
plan = Plan(batch_size=1000, max_iter=1, learning_rate_init=0.01)


def train_once():
    return train([state], Data(X, y), SquaredError(), plan, Stopping(patience=np.inf, tol=0.0))


# %%
# Step by step
# ------------
#
# The state contains the network, the optimizer and the random stream, so a second call continues
# from the first, as a second ``train!`` does. The targets are noise: half the sum of their
# variances is 0.083, and any loss below that is overfitting.

print("step  loss before it")
for step in range(1, 101):
    epochs = train_once()
    if step in (1, 2, 5, 10, 20, 50, 100):
        print(f"{step:4}  {epochs[0].loss:.6f}")
print(f"after {0.5 * np.square(model.forward(X) - y).sum() / len(X):.6f}")
