"""A network cut in two: what it makes of each column alone, and what it makes of them together."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from skdense.engine import Network
from skdense.engine.input_gradient import InputGradient
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Member:
    """A network whose first layers, such as embeddings, take columns one by one.

    Attributes
    ----------
    network : Network
    n_layers : int
        Number of these layers.
    rest : Network
        The layers after them.
    groups : ndarray of shape (n_columns, n_features)
        1 where a column after these layers follows from a feature of the user, else 0.
    """

    network: Network
    n_layers: int
    rest: Network
    groups: Array

    @classmethod
    def of(cls, network: Network, features: Array, n_features: int) -> Self:
        """Cut a network; `features` has the user's feature behind each column of the matrix."""
        n_layers, origin = network.columnwise()
        groups = features[origin][:, None] == np.arange(n_features)
        return cls(network, n_layers, network.after(n_layers), groups.astype(network.params.dtype))

    def represent(self, matrix: Array) -> Array:
        """Return what the first layers make of rows."""
        if self.n_layers == 0:
            return matrix
        return self.network.forward(matrix, n_layers=self.n_layers)

    def gradient(self, n_rows: int) -> InputGradient:
        """Return buffers for the gradient of the rest."""
        return InputGradient(self.rest, n_rows)
