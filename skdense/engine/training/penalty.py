"""The L2 penalty."""

from typing import Any

import numpy as np

from skdense.engine.network import Network
from skdense.engine.typing import Array


class Penalty:
    """The L2 penalty ``alpha / 2 * sum(coef ** 2)`` of a network."""

    def __init__(self, network: Network, alpha: float) -> None:
        self.alpha = alpha
        self.coefs = network.params[: network.n_penalized]

    def add(self, grads: Array, part: slice, spare: Array, factor: Any = 1.0) -> float:
        """Value of a part; its gradient, times the factor, is added to that part of `grads`.

        `spare` has room for the part.
        """
        coefs = self.coefs[part]
        if not (self.alpha and coefs.size):
            return 0.0
        mine = grads[part][: coefs.size]
        mine += np.multiply(coefs, self.alpha * factor, spare[: coefs.size])
        return 0.5 * self.alpha * float(np.dot(coefs, coefs))
