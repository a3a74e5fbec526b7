"""The average of the parameters over the steps of training."""

from dataclasses import dataclass

import numpy as np

from skdense.engine.typing import Array


@dataclass
class Average:
    """An exponential moving average of a vector; not biased towards its start.

    After n updates the vector of the k-th counts ``decay ** (n - k)`` times, over the sum
    of these. An update is one `begin_step`, then `move` for each part of the vector.

    Attributes
    ----------
    values : ndarray of shape (n_params,)
    n_steps : int
        Updates so far.

    References
    ----------
    Polyak & Juditsky (1992), "Acceleration of stochastic approximation by averaging";
    Kingma & Ba (2015), section 7.2, for this form.
    """

    values: Array
    n_steps: int = 0

    def begin_step(self) -> None:
        """Count an update."""
        self.n_steps += 1

    def move(self, params: Array, part: slice, decay: float, buffer: Array) -> None:
        """Move a part towards the parameters after a step; `buffer` has room for it."""
        values = self.values[part]
        difference = np.subtract(params[part], values, buffer[: values.size])
        difference *= (1 - decay) / (1 - decay**self.n_steps)
        values += difference

    def exchange(self, params: Array) -> None:
        """Swap the average with the parameters."""
        before = params.copy()
        params[:] = self.values
        np.copyto(self.values, before)
