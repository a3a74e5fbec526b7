"""Integrated gradients along straight lines from a reference to rows."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from skdense._explain.member import Member
from skdense.engine import Loss
from skdense.engine.input_gradient import InputGradient
from skdense.engine.typing import Array


@cache
def nodes(n: int) -> list[tuple[float, float]]:
    """Return the nodes and weights of the Gauss-Legendre rule on [0, 1]."""
    at, weight = np.polynomial.legendre.leggauss(n)
    return list(zip(((at + 1) / 2).tolist(), (weight / 2).tolist(), strict=True))


class Paths:
    """Lines on which rows move from a reference, in what each network makes of columns alone.

    Not for several threads at once, as it keeps its buffers.

    Parameters
    ----------
    members : sequence of Member
    loss : Loss
    factor : float
        On the outputs of the networks: the inverse temperature.
    references : sequence of ndarray
        The start of the lines, for each network.
    """

    def __init__(
        self, members: Sequence[Member], loss: Loss, factor: float, references: Sequence[Array]
    ) -> None:
        self.members, self.loss, self.references = members, loss, references
        self.factor = members[0].network.params.dtype.type(factor)
        self._gradients: list[InputGradient] = []

    def at_reference(self) -> Array:
        """Return the values at the start of the lines, of shape (n_values,)."""
        pairs = zip(self.members, self.references, strict=True)
        raws = np.array([member.rest.forward(start[None]) for member, start in pairs])
        return self.loss.additive(self.factor * raws)[0]

    def contributions(self, ends: Sequence[Array], n_nodes: int, n_values: int) -> Array:
        """Return integrated gradients of shape (n_rows, n_features, n_values).

        Parameters
        ----------
        ends : sequence of ndarray
            The rows, as each network represents them.
        n_nodes : int
            Number of points on each line where gradients are computed.
        n_values : int
        """
        moves = [end - start for end, start in zip(ends, self.references, strict=True)]
        self._allocate(len(ends[0]))
        sums = [np.zeros((n_values, *move.shape), move.dtype) for move in moves]
        for at, weight in nodes(n_nodes):
            self._add_gradients(moves, at, self.factor.dtype.type(weight), sums)
        parts = zip(self.members, moves, sums, strict=True)
        found = sum((total * move) @ member.groups for member, move, total in parts)
        return np.moveaxis(np.asarray(found), 0, 2)

    def _allocate(self, n_rows: int) -> None:
        if not self._gradients or len(self._gradients[0].frames[0].out) != n_rows:
            self._gradients = [InputGradient(member.rest, n_rows) for member in self.members]

    def _add_gradients(
        self, moves: Sequence[Array], at: float, weight: np.floating, sums: Sequence[Array]
    ) -> None:
        """Add the weighted gradients at one point of each line to `sums`."""
        lines = zip(self.references, moves, strict=True)
        points = [start + move.dtype.type(at) * move for start, move in lines]
        pairs = list(zip(self._gradients, points, strict=True))
        raws = self.factor * np.array([one.forward(point) for one, point in pairs])
        for i in range(len(sums[0])):
            slopes = self.loss.additive_gradient(raws, i)
            slopes *= self.factor * weight
            for (one, point), slope, total in zip(pairs, slopes, sums, strict=True):
                if i > 0:
                    one.forward(point)
                total[i] += one.backward(slope)
