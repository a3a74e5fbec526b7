"""The network: layers, one vector of parameters, and prediction."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.layers.base import Frame, Layer
from skdense.engine.threads import n_threads, one_blas_thread, work_apart
from skdense.engine.typing import Array, Matrix, RandomSource

# Values of a layer computed at once in prediction: enough for full speed, and in the cache.
CHUNK = 200_000
# With fewer multiply-adds than FEW_PRODUCTS BLAS uses one thread anyway; fewer than
# MANY_PRODUCTS are done before other threads have started.
FEW_PRODUCTS, MANY_PRODUCTS = 9_000, 30_000_000


class Network:
    """A chain of layers whose parameters are one contiguous vector.

    Parameters
    ----------
    layers : sequence of Layer
        From input to output.
    n_in : int
        Number of input columns.
    dtype : dtype, default=float64
        float32 or float64; inputs are expected in the same.

    Attributes
    ----------
    n_penalized : int
        Number of parameters that penalties shrink.
    n_products : int
        Multiply-adds of matrix products that a row needs to pass through all layers.
    learning_rates : ndarray of shape (n_params,) or None
        Factors on the learning rate, by parameter; None if all are 1.
    params : ndarray of shape (n_params,)
        First the `n_penalized` parameters that penalties shrink (the coefficients of all
        layers, in order), then the others. Zero until `initialize`.
    views : list of dict of ndarray
        The same memory, by layer and name.
    widths : list of int
        Number of columns before the first layer and after each layer.
    """

    def __init__(self, layers: Sequence[Layer], n_in: int, dtype: DTypeLike = np.float64) -> None:
        self.layers = tuple(layers)
        self.widths = self._widths(n_in)
        self.params = np.zeros(self._n_params(), dtype)
        self._derive()

    def _widths(self, n_in: int) -> list[int]:
        widths = [n_in]
        for layer in self.layers:
            widths.append(layer.n_out(widths[-1]))
        return widths

    def _n_params(self) -> int:
        return sum(prod(shape) for *_, shape in self._slots())

    def _derive(self) -> None:
        self.views = self.bind(self.params)
        self.n_penalized = sum(prod(shape) for penalized, *_, shape in self._slots() if penalized)
        pairs = zip(self.layers, self.widths, strict=False)
        self.n_products = sum(layer.n_products(n_in) for layer, n_in in pairs)
        self.learning_rates = self._learning_rates()

    def _slots(self) -> list[tuple[bool, int, str, tuple[int, ...]]]:
        """Return (penalized, index of the layer, name, shape) in the order of `params`."""
        slots = [
            (name in layer.penalized, i, name, shape)
            for i, layer in enumerate(self.layers)
            for name, shape in layer.shapes(self.widths[i]).items()
        ]
        return sorted(slots, key=lambda slot: not slot[0])

    def _learning_rates(self) -> Array | None:
        rates = np.ones_like(self.params)
        for layer, views, n_in in zip(self.layers, self.bind(rates), self.widths, strict=False):
            for name, rate in layer.learning_rates(n_in).items():
                views[name].fill(rate)
        return None if (rates == 1).all() else rates

    def products_per_row(self, X: Matrix) -> float:
        """Return `n_products`, counting only the stored entries of a sparse input."""
        if isinstance(X, np.ndarray):
            return self.n_products
        density = X.nnz / max(1, prod(X.shape))
        return self.n_products - (1 - density) * self.layers[0].n_products(self.widths[0])

    def bind(self, vector: Array) -> list[dict[str, Array]]:
        """Return views of a vector laid out as `params`, by layer and name."""
        views: list[dict[str, Array]] = [{} for _ in self.layers]
        start = 0
        for _, i, name, shape in self._slots():
            end = start + prod(shape)
            views[i][name] = vector[start:end].reshape(shape)
            start = end
        return views

    def initialize(self, rng: RandomSource) -> None:
        """Draw starting parameters, layer by layer."""
        for layer, views in zip(self.layers, self.views, strict=True):
            layer.initialize(views, rng)

    def adapt(self, X: Matrix, rng: RandomSource) -> None:
        """Fit the starting parameters to rows of input, layer by layer."""
        frames = self.frames(X.shape[0])
        frames[0].x = X
        with one_blas_thread:
            for layer, frame in zip(self.layers, frames, strict=True):
                layer.adapt(frame.params, frame.x, rng)
                layer.forward(frame)

    def columnwise(self) -> tuple[int, Array]:
        """Return how many layers from the first on take columns one by one, and their origin.

        The origin has the input column that each column after these layers follows from.
        """
        origin, n_layers = np.arange(self.widths[0]), 0
        for layer, n_in in zip(self.layers, self.widths, strict=False):
            own = layer.origin(n_in)
            if own is None:
                break
            origin, n_layers = origin[own], n_layers + 1
        return n_layers, origin

    def after(self, n_layers: int) -> "Network":
        """Return a network of the layers after the first `n_layers`, with copied parameters."""
        rest = Network(self.layers[n_layers:], self.widths[n_layers], self.params.dtype)
        for own, views in zip(rest.views, self.views[n_layers:], strict=True):
            for name, values in views.items():
                own[name][...] = values
        return rest

    def frames(self, n_rows: int, **common: Any) -> list[Frame]:
        """Allocate frames for `n_rows` rows, each layer's `out` being the next one's `x`.

        `common` are attributes that all frames get.
        """
        frames: list[Frame] = []
        for i, layer in enumerate(self.layers):
            shape = (n_rows, self.widths[i + 1])
            # the first layer's input belongs to the caller and is never overwritten
            in_place = bool(frames) and layer.in_place
            x = frames[-1].out if frames else None
            out = frames[-1].out if in_place else np.empty(shape, self.params.dtype)
            scratch = layer.scratch(shape, self.params.dtype)
            frames.append(Frame(self.views[i], x, out, scratch, **common))
        return frames

    def forward(self, X: Matrix, **how: Any) -> Array:
        """Return the output of the network: `forward_all` of this one alone."""
        return np.asarray(forward_all([self], X, **how)[0])

    def run(self, frames: list[Frame], X: Matrix) -> Array:
        """Pass rows forward through the frames of all layers, or of the first; return `out`."""
        if X.dtype != self.params.dtype:
            raise TypeError(f"X must be in the network's {self.params.dtype}, got {X.dtype}.")
        frames[0].x = X
        for layer, frame in zip(self.layers, frames, strict=False):
            layer.forward(frame)
        return frames[-1].out

    # Copying or pickling would turn the views into separate arrays.
    def __getstate__(self) -> dict[str, Any]:
        derived = ("views", "n_penalized", "n_products", "learning_rates")
        return {name: value for name, value in vars(self).items() if name not in derived}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if self.widths != self._widths(self.widths[0]):
            raise ValueError(f"the widths {self.widths} of a network do not match its layers.")
        if self.params.shape != (self._n_params(),):
            raise ValueError(
                f"the layers have {self._n_params()} parameters, got {self.params.shape}."
            )
        self._derive()


def repeated_forward(networks: Sequence[Network], X: Matrix) -> Callable[[], Array]:
    """Return a function that computes `forward_all` of a table at each call.

    For a small table it keeps its buffers, whose allocation would take longer than the
    computation; each call then overwrites what the last one returned.
    """
    n_rows, n_out = X.shape[0], networks[0].widths[-1]
    if n_rows * sum(net.products_per_row(X) for net in networks) >= MANY_PRODUCTS:
        return lambda: forward_all(networks, X)
    frames = [net.frames(n_rows) for net in networks]
    raw = np.empty((len(networks), n_rows, n_out), networks[0].params.dtype)

    def forward() -> Array:
        with one_blas_thread:
            for net, own, out in zip(networks, frames, raw, strict=True):
                out[...] = net.run(own, X)
        return raw

    return forward


def forward_all(
    networks: Sequence[Network],
    X: Matrix,
    *,
    prepare: Callable[[Matrix], Matrix] | None = None,
    n_layers: int | None = None,
    rng: RandomSource | None = None,
) -> Array:
    """Return the outputs of networks, or of their first layers.

    The networks are not changed, so that threads may share them. Large tables are divided
    among threads, unless `rng` is given; that changes no bit.

    Parameters
    ----------
    networks : sequence of Network
        All with the same numbers of input and output columns.
    X : ndarray or CSR matrix of shape (n_rows, n_in)
    prepare : callable, default=None
        Turns rows of `X` into input of the networks; None takes them as they are.
    n_layers : int, default=None
        Number of layers to apply, at least 1; None applies all.
    rng : RandomState, Generator or None, default=None
        Switches layers on that are random in training, such as `Dropout`.

    Returns
    -------
    out : ndarray of shape (n_networks, n_rows, n_out)
    """
    one, n_rows = networks[0], X.shape[0]
    n_out = one.widths[-1 if n_layers is None else n_layers]
    chunk = max(256, CHUNK // max(max(net.widths) for net in networks))
    raw = np.empty((len(networks), n_rows, n_out), one.params.dtype)

    def pass_through(starts: range) -> None:
        frames: list[list[Frame]] = []
        for start in starts:
            rows = X[start : start + chunk]
            rows = rows if prepare is None else prepare(rows)
            if not frames or rows.shape[0] != frames[0][0].out.shape[0]:
                frames = [net.frames(rows.shape[0], rng=rng)[:n_layers] for net in networks]
            for net, own, out in zip(networks, frames, raw, strict=True):
                out[start : start + chunk] = net.run(own, rows)

    starts = range(0, n_rows, chunk)
    n_products = n_rows * sum(net.products_per_row(X) for net in networks)
    if n_products < FEW_PRODUCTS:
        pass_through(starts)
    else:
        is_shared = rng is None and n_products >= MANY_PRODUCTS
        work_apart(pass_through, starts, n_threads() if is_shared else 1)
    return raw
