"""The gradient of a network's output for its input."""

import numpy as np

from skdense.engine.network import Network
from skdense.engine.typing import Array


class InputGradient:
    """Passes rows forward as in prediction, and a gradient back to the input.

    Parameters
    ----------
    network : Network
    n_rows : int
        Number of rows of each batch; buffers are allocated once.
    """

    def __init__(self, network: Network, n_rows: int) -> None:
        self.network = network
        self.frames = network.frames(n_rows, is_training=True)
        # gradients for the parameters, which nobody reads
        unused = network.bind(np.empty_like(network.params))
        d_out = np.empty_like(self.frames[-1].out)
        n_in = network.widths[0]
        for i, (layer, frame) in reversed(
            list(enumerate(zip(network.layers, self.frames, strict=True)))
        ):
            # what training tracks, such as running means, is used here and not changed
            frame.is_training = not layer.tracked
            frame.grads, frame.d_out = unused[i], d_out
            frame.learns = False
            in_place = layer.in_place and i > 0
            shape = (n_rows, n_in) if i == 0 else self.frames[i - 1].out.shape
            frame.d_in = d_out if in_place else np.empty(shape, d_out.dtype)
            d_out = frame.d_in

    def forward(self, x: Array) -> Array:
        """Return the output, in a buffer that the next call overwrites."""
        return self.network.run(self.frames, x)

    def backward(self, gradient: Array) -> Array:
        """Return the gradient for the input of the last call of `forward`, in a buffer.

        Layers may overwrite what `forward` left, so each call needs a `forward` of its own.
        """
        self.frames[-1].d_out[...] = gradient
        pairs = zip(self.network.layers, self.frames, strict=True)
        for layer, frame in reversed(list(pairs)):
            layer.backward(frame)
        d_in = self.frames[0].d_in
        assert d_in is not None
        return d_in
