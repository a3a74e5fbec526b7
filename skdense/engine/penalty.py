"""The L2 penalty."""

import numpy as np
from scipy.linalg.blas import get_blas_funcs

from skdense.engine.layers import Array
from skdense.engine.network import Network


class Penalty:
    """The L2 penalty ``alpha / 2 * sum(coef ** 2)`` of a network."""

    def __init__(self, network: Network, alpha: float) -> None:
        self.alpha = alpha
        self.coefs = network.params[: network.n_penalized]
        # y += a x in one pass and without a buffer; another dtype's y it would copy
        self._axpy = get_blas_funcs("axpy", (self.coefs,))

    def add(self, grads: Array, part: slice = slice(None), factor: float = 1.0) -> float:
        """Value of a part; its gradient, times the factor, is added to that part of `grads`.

        `grads` is contiguous and in the network's dtype.
        """
        coefs = self.coefs[part]
        if not (self.alpha and coefs.size):
            return 0.0
        mine = grads[part][: coefs.size]
        self._axpy(coefs, mine, a=self.alpha * factor)
        return 0.5 * self.alpha * float(np.dot(coefs, coefs))
