"""The L2 penalty and the weight decay: what shrinks the coefficients."""

import numpy as np

from skdense.engine.network import Network
from skdense.engine.typing import Array, Number


class Penalty:
    """The L2 penalty ``alpha / 2 * sum(coef ** 2)`` of a network, part by part."""

    def __init__(self, network: Network, alpha: float) -> None:
        self.alpha = alpha
        self.coefs = network.params[: network.n_penalized]

    def add(self, grads: Array, part: slice, buffer: Array, factor: Number = 1.0) -> float:
        """Return the penalty of a part; add its gradient, times the factor, to `grads`.

        `buffer` has room for the part.
        """
        coefs = self.coefs[part]
        if not (self.alpha and coefs.size):
            return 0.0
        mine = grads[part][: coefs.size]
        mine += np.multiply(coefs, self.alpha * factor, buffer[: coefs.size])
        return 0.5 * self.alpha * float(np.dot(coefs, coefs))

    def decay(self, part: slice, fraction: float) -> None:
        """Subtract this fraction of them from the coefficients of a part: decoupled decay."""
        self.coefs[part] *= 1 - fraction
