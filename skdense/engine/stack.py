"""Few rows pass through several networks in as many calls as through one."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Self

import numpy as np

from skdense.engine.layers.base import Frame, Layer
from skdense.engine.network import Network
from skdense.engine.threads import one_blas_thread
from skdense.engine.typing import Array, Arrays, DType, Matrix

# With more parameters, reading them takes longer than the calls do, and a copy takes memory.
MOST_PARAMS = 2_000_000
# With more values in the buffers of a layer, they leave the cache.
MOST_VALUES = 20_000

# A layer of some networks, which of them, and their parameters side by side.
Part = tuple[Layer, slice, Arrays]


class Stack:
    """Networks of equal widths side by side, for the prediction of few rows.

    A layer that several networks have in common is applied to all of them in one call. The
    parameters are copies, which do not follow later changes of the networks.

    Threads may share a stack. It keeps its buffers for later tables of as many rows; while one
    thread computes in some, other threads do not find them.

    Parameters
    ----------
    networks : sequence of Network
        At least one.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        # networks of equal layers follow each other
        layers = [_layers_of(network) for network in networks]
        order = sorted(range(len(networks)), key=lambda i: layers.index(layers[i]))
        self._positions = np.argsort(order)
        self._widths, self._dtype = networks[0].widths, networks[0].params.dtype
        ordered = [networks[i] for i in order]
        self._depths = [_parts(ordered, depth) for depth in range(len(layers[0]))]
        self._free: list[_Buffers] = []

    @classmethod
    def of(cls, networks: Sequence[Network]) -> Self | None:
        """Return a stack; None if the networks are too different or too large for one."""
        n_params = sum(network.params.size for network in networks)
        are_alike = all(network.widths == networks[0].widths for network in networks)
        are_stackable = all(layer.is_stackable for net in networks for layer in net.layers)
        return cls(networks) if are_alike and are_stackable and n_params <= MOST_PARAMS else None

    def takes(self, X: Matrix) -> bool:
        """Return whether a table has so few rows that they are faster here than elsewhere."""
        n_values = X.shape[0] * len(self._positions) * max(self._widths)
        return isinstance(X, np.ndarray) and n_values <= MOST_VALUES

    def forward(self, X: Any) -> Array:
        """Return the outputs of all networks, of shape (n_networks, n_rows, n_out)."""
        buffers = self._take_buffers(X.shape[0])
        with one_blas_thread:
            out = buffers.run(X)[self._positions]
        self._free.append(buffers)
        return out

    def _take_buffers(self, n_rows: int) -> "_Buffers":
        try:
            # list.pop is atomic, also without the global interpreter lock
            buffers = self._free.pop()
        except IndexError:
            return self._new_buffers(n_rows)
        return buffers if buffers.n_rows == n_rows else self._new_buffers(n_rows)

    def _new_buffers(self, n_rows: int) -> "_Buffers":
        return _Buffers(self._depths, self._widths, (len(self._positions), n_rows), self._dtype)


class _Buffers:
    """Everything that a pass of so many rows writes.

    Parameters
    ----------
    depths : list of list of Part
        The parts of each layer.
    widths : list of int
    shape : tuple of int
        Number of networks and of rows.
    dtype : dtype
    """

    def __init__(
        self,
        depths: Sequence[Sequence[Part]],
        widths: Sequence[int],
        shape: tuple[int, int],
        dtype: DType,
    ) -> None:
        self.n_rows = shape[1]
        self._frames: list[tuple[Layer, Frame]] = []
        self._n_first, self.out = len(depths[0]), np.empty((*shape, widths[0]), dtype)
        for parts, width in zip(depths, widths[1:], strict=True):
            x, self.out = self.out, np.empty((*shape, width), dtype)
            for layer, mine, params in parts:
                out = self.out[mine]
                frame = Frame(params, x[mine], out, layer.scratch(out.shape, dtype))
                self._frames.append((layer, frame))

    def run(self, X: Array) -> Array:
        """Pass rows through all networks; return the output, which the next call overwrites."""
        for _, frame in self._frames[: self._n_first]:
            frame.x = X[None]
        for layer, frame in self._frames:
            layer.forward(frame)
        return self.out


def _parts(networks: Sequence[Network], depth: int) -> list[Part]:
    """Return the parts of one layer, for neighbours whose layer is the same."""
    parts: list[Part] = []
    start = 0
    for layer, equal in groupby(networks, key=lambda network: _layers_of(network)[depth]):
        views = [network.views[depth] for network in equal]
        params = {name: _side_by_side([own[name] for own in views]) for name in views[0]}
        parts.append((layer, slice(start, start + len(views)), params))
        start += len(views)
    return parts


def _layers_of(network: Network) -> list[Layer]:
    return [layer.in_prediction() for layer in network.layers]


def _side_by_side(params: Sequence[Array]) -> Array:
    stacked = np.stack(params)
    # so that columns broadcast over rows
    return stacked[:, None] if stacked.ndim == 2 else stacked
