"""Integrated gradients along straight lines from a reference to rows."""

from functools import cache

import numpy as np

from skdense._explain.member import Member
from skdense.engine import Loss
from skdense.engine.input_gradient import InputGradient
from skdense.engine.typing import Array

# The link is smooth, and costs little beside the networks.
LINK_NODES = 32


@cache
def nodes(n: int) -> list[tuple[float, float]]:
    """Return the nodes and weights of the Gauss-Legendre rule on [0, 1]."""
    at, weight = np.polynomial.legendre.leggauss(n)
    return list(zip(((at + 1) / 2).tolist(), (weight / 2).tolist(), strict=True))


class Path:
    """Lines on which rows move from a reference, in what a network makes of columns alone.

    Not for several threads at once, as it keeps its buffers.

    Parameters
    ----------
    member : Member
    reference : ndarray of shape (n_columns,)
        The start of the lines.
    """

    def __init__(self, member: Member, reference: Array) -> None:
        self.member, self.reference = member, reference
        self._gradient: InputGradient | None = None

    def contributions(self, ends: Array, n_nodes: int) -> Array:
        """Return integrated gradients of the network's output.

        Parameters
        ----------
        ends : ndarray of shape (n_rows, n_columns)
            The rows, as the network represents them.
        n_nodes : int
            Number of points on each line where gradients are computed.

        Returns
        -------
        contributions : ndarray of shape (n_raw, n_rows, n_features)
        """
        moves = ends - self.reference
        gradient = self._buffers(len(ends))
        n_raw, dtype = self.member.rest.widths[-1], moves.dtype
        sums = np.zeros((n_raw, *moves.shape), dtype)
        slope = np.zeros((n_raw, 1, n_raw), dtype)
        for at, weight in nodes(n_nodes):
            point = self.reference + dtype.type(at) * moves
            for i, total in enumerate(sums):
                slope[i, 0, i] = weight
                gradient.forward(point)
                total += gradient.backward(slope[i])
        sums *= moves
        return np.asarray(sums @ self.member.groups)

    def _buffers(self, n_rows: int) -> InputGradient:
        if self._gradient is None or len(self._gradient.frames[0].out) != n_rows:
            self._gradient = InputGradient(self.member.rest, n_rows)
        return self._gradient


def link_slopes(loss: Loss, start: Array, ends: Array, n_values: int) -> Array:
    """Return the mean gradients of `loss.additive` on straight lines of raw predictions.

    Times the moves of the raw predictions, they add up to the change of the value.

    Parameters
    ----------
    loss : Loss
    start : ndarray of shape (n_networks, 1, n_raw)
    ends : ndarray of shape (n_networks, n_rows, n_raw)
    n_values : int

    Returns
    -------
    slopes : ndarray of shape (n_values, n_networks, n_rows, n_raw)
    """
    slopes = np.zeros((n_values, *ends.shape))
    for at, weight in nodes(LINK_NODES):
        point = start + at * (ends - start)
        for i, mine in enumerate(slopes):
            mine += weight * loss.additive_gradient(point, i)
    return slopes
