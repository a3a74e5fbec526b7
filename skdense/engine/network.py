"""The network: layers, one vector of parameters, and prediction."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.layers.base import Frame, Layer
from skdense.engine.threads import n_threads, one_blas_thread, work_apart
from skdense.engine.typing import Array, RandomSource

# Values of a layer predicted at once: enough for full speed, and they stay in the cache.
CHUNK = 200_000
# With fewer products (rows times coefficients) BLAS takes one thread by itself, and with fewer
# than many they are done before other threads have begun.
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
        How many parameters penalties shrink.
    learning_rates : ndarray of shape (n_params,) or None
        What the learning rate of each parameter is multiplied by; None if all by 1.
    params : ndarray of shape (n_params,)
        First the `n_penalized` parameters that penalties shrink (the coefficients of all
        layers, in order), then the others. Zero until `initialize`.
    views : list of dict of ndarray
        The same memory, by layer and name.
    widths : list of int
        Columns in front of, between and behind the layers.
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
        self.learning_rates = self._learning_rates()

    def _slots(self) -> list[tuple[bool, int, str, tuple[int, ...]]]:
        """(penalized, layer's position, name, shape) in the order of `params`."""
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

    def bind(self, vector: Array) -> list[dict[str, Array]]:
        """Views of a vector laid out as `params`, by layer and name."""
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

    def adapt(self, X: Any, rng: RandomSource) -> None:
        """Fit the starting parameters to rows of input, layer by layer."""
        frames = self.frames(X.shape[0])
        frames[0].x = X
        with one_blas_thread:
            for layer, frame in zip(self.layers, frames, strict=True):
                layer.adapt(frame.params, frame.x, rng)
                layer.forward(frame)

    def frames(self, n_rows: int, **common: Any) -> list[Frame]:
        """Freshly allocated frames for `n_rows` rows, each layer's `out` the next one's `x`.

        `common` are attributes that all of them get.
        """
        frames: list[Frame] = []
        for i, layer in enumerate(self.layers):
            shape = (n_rows, self.widths[i + 1])
            # the first layer's input is the caller's, so it is never written over
            in_place = bool(frames) and layer.in_place
            x = frames[-1].out if frames else None
            out = frames[-1].out if in_place else np.empty(shape, self.params.dtype)
            scratch = layer.scratch(shape, self.params.dtype)
            frames.append(Frame(self.views[i], x, out, scratch, **common))
        return frames

    def forward(self, X: Any, **how: Any) -> Array:
        """Output of the network: `forward_all` of this one alone."""
        return np.asarray(forward_all([self], X, **how)[0])

    def run(self, frames: list[Frame], X: Any) -> Array:
        """Forward pass through the frames, of all layers or the first; the last one's `out`."""
        if X.dtype != self.params.dtype:
            raise TypeError(f"X must be in the network's {self.params.dtype}, got {X.dtype}.")
        frames[0].x = X
        for layer, frame in zip(self.layers, frames, strict=False):
            layer.forward(frame)
        return frames[-1].out

    # A copy or a pickle would turn the views into arrays of their own.
    def __getstate__(self) -> dict[str, Any]:
        derived = ("views", "n_penalized", "learning_rates")
        return {name: value for name, value in vars(self).items() if name not in derived}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if self.widths != self._widths(self.widths[0]):
            raise ValueError(f"a network has the widths {self.widths}, which are not its layers'.")
        if self.params.shape != (self._n_params(),):
            raise ValueError(
                f"the layers have {self._n_params()} parameters, got {self.params.shape}."
            )
        self._derive()


def repeated_forward(networks: Sequence[Network], X: Any) -> Callable[[], Array]:
    """A function that does `forward_all` of a table, as often as it is called.

    Of a small table it keeps the buffers, which take longer to get than to fill; what it
    returns is then written over by the next call.
    """
    n_rows, n_out = X.shape[0], networks[0].widths[-1]
    if n_rows * sum(net.n_penalized for net in networks) >= MANY_PRODUCTS:
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
    X: Any,
    *,
    prepare: Callable[[Any], Any] | None = None,
    n_layers: int | None = None,
    rng: RandomSource | None = None,
) -> Array:
    """Outputs of networks, or of their first layers, for an array or a CSR matrix.

    Changes nothing in the networks: threads may share them. Large tables it shares out among
    threads itself, unless it draws from `rng`; that changes no bit.

    Parameters
    ----------
    networks : sequence of Network
        With as many columns in, and out, as each other.
    X : ndarray or CSR matrix of shape (n_rows, n_in)
    prepare : callable, default=None
        Turns some rows of `X` into input of the networks; None takes them as they are.
    n_layers : int, default=None
        Layers to pass, at least 1; None passes all.
    rng : RandomState, Generator or None, default=None
        Switches on layers that are random in training, such as `Dropout`.

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
    n_products = n_rows * sum(net.n_penalized for net in networks)
    if n_products < FEW_PRODUCTS:
        pass_through(starts)
    else:
        is_shared = rng is None and n_products >= MANY_PRODUCTS
        work_apart(pass_through, starts, n_threads() if is_shared else 1)
    return raw
