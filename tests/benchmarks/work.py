"""Work to do: a table that is drawn, and the network that learns from it."""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from tests.helpers.plain import PlainClassifier, PlainRegressor


@dataclass(frozen=True)
class Work:
    """With `n_classes` of 0 it is regression."""

    n_rows: int
    n_features: int
    hidden_layer_sizes: tuple[int, ...]
    batch_size: int
    n_classes: int = 0
    epochs: int = 1

    def toy(self):
        n_rows = min(200, self.n_rows)
        return replace(self, n_rows=n_rows, batch_size=min(self.batch_size, n_rows // 2), epochs=1)

    def table(self, dtype=np.float32):
        """X, and y that depends on a sum of five columns."""
        X = np.random.default_rng(0).standard_normal((self.n_rows, self.n_features), np.float32)
        total = X[:, :5].sum(axis=1)
        ranks = total.argsort().argsort()
        y = ranks * self.n_classes // self.n_rows if self.n_classes else total.astype(dtype)
        return X.astype(dtype, copy=False), y

    def mlp(self, epochs, **changed):
        """scikit-learn's network: no penalty, and no end before the last epoch."""
        make = MLPClassifier if self.n_classes else MLPRegressor
        network = {"hidden_layer_sizes": self.hidden_layer_sizes, "batch_size": self.batch_size}
        settings = {"alpha": 0.0, "tol": 0.0, "n_iter_no_change": 10**6, "random_state": 0}
        return make(max_iter=epochs, **(network | settings | changed))

    def dense(self, epochs, **changed):
        """The same in skdense."""
        return self.dense_class.from_sklearn(self.mlp(epochs, **changed))

    @property
    def dense_class(self):
        return PlainClassifier if self.n_classes else PlainRegressor

    @property
    def n_steps(self):
        return ceil(self.n_rows / self.batch_size)

    @property
    def operations(self):
        """Of an epoch's matrix products: forward, and gradients of coefficients and of inputs."""
        n_outputs = self.n_classes if self.n_classes > 2 else 1
        widths = [self.n_features, *self.hidden_layer_sizes, n_outputs]
        first, *others = (2 * n_in * n_out for n_in, n_out in pairwise(widths))
        # nobody asks for the gradient of the table itself
        return self.n_rows * (2 * first + 3 * sum(others))
