"""
The Flux listing on the engine
==============================

The program that this project began with. In Flux.jl, with one sample a column::

    model = Chain(Dense(10, 32, relu), Dense(32, 2), softmax)
    X, y = rand(10, 1000), rand(2, 1000)
    loss(x, y) = Flux.mse(model(x), y)
    Flux.train!(loss, params(model), [(X, y)], ADAM(0.01))

Here, with one sample a row:
"""

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

# One pass over the whole data is one step. Half the squared error, summed over two outputs,
# is Flux.mse's mean over them.
epochs = train(
    [TrainState(model, Adam(), rng)],
    Data(X, y),
    SquaredError(),
    Plan(batch_size=1000, max_iter=1, learning_rate_init=0.01),
    Stopping(patience=np.inf, tol=0.0),
)
print(f"loss before the step {epochs[0].loss:.6f}")
print(f"loss after the step  {0.5 * np.square(model.forward(X) - y).sum() / len(X):.6f}")
