"""The L2 penalty."""

import numpy as np

from skdense.engine.layers import Array
from skdense.engine.network import Network


class Penalty:
    """The L2 penalty ``alpha / 2 * sum(coef ** 2)`` of a network."""

    def __init__(self, network: Network, alpha: float) -> None:
        self.alpha = alpha
        self.coefs = network.params[: network.n_penalized]
        self._spare = np.empty_like(self.coefs) if alpha else self.coefs

    def add(self, grads: Array) -> float:
        """Value; its gradient is added to `grads`."""
        if not self.alpha:
            return 0.0
        np.multiply(self.coefs, self.alpha, out=self._spare)
        grads[: self.coefs.size] += self._spare
        return 0.5 * float(self._spare @ self.coefs)
