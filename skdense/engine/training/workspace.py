"""The buffers of a training, and the backward pass through them."""

import numpy as np

from skdense.engine.layers.base import Frame
from skdense.engine.losses.base import Loss
from skdense.engine.network import Network
from skdense.engine.typing import Array, Matrix, Number, RandomSource


class Workspace:
    """Gradients and buffers for training one network; allocated once for each batch size.

    Parameters
    ----------
    network : Network
        Of its parameters, only those that layers track are written.
    rng : RandomState, Generator or None, default=None
        For layers that are random in training.

    Attributes
    ----------
    strength : float
        Fraction of their full strength at which random layers act.
    grads : ndarray of shape (n_params,)
        Sum over the rows of the last batch of the loss's gradient, laid out as
        `network.params`.
    """

    def __init__(self, network: Network, rng: RandomSource | None = None) -> None:
        self.network = network
        self.rng, self.strength = rng, 1.0
        self._random = [i for i, layer in enumerate(network.layers) if layer.is_random]
        self.grads = np.zeros_like(network.params)
        self._views = network.bind(self.grads)
        self._frames: dict[int, list[Frame]] = {}

    def loss_and_gradient(
        self,
        X: Matrix,
        y: Array,
        weight: Array | None,
        loss: Loss,
        factor: Number | None = None,
    ) -> float:
        """Return the weighted sum of the losses; write its gradient, times the factor.

        Parameters
        ----------
        X : ndarray or CSR matrix of shape (n_rows, n_in)
        y : ndarray
            Encoded as the loss expects it.
        weight : ndarray of shape (n_rows,) or None
        loss : Loss
        factor : floating number of the network's dtype or None, default=None
            None means 1.
        """
        n_rows = X.shape[0]
        if n_rows not in self._frames:
            self._frames[n_rows] = self._allocate(n_rows)
        frames = self._frames[n_rows]
        if frames[0].weight is not weight:
            for frame in frames:
                frame.weight = weight
        for i in self._random:
            frames[i].strength = self.strength
        raw, d_out = self.network.run(frames, X), frames[-1].d_out
        value = loss.value_and_gradient(raw, y, weight, d_out)
        if factor is not None:
            # fewer numbers than there are in `grads`
            d_out *= factor
        for layer, frame in zip(reversed(self.network.layers), reversed(frames), strict=True):
            layer.backward(frame)
        return value

    def _allocate(self, n_rows: int) -> list[Frame]:
        frames = self.network.frames(n_rows, rng=self.rng, is_training=True)
        # NaN, so that a loss that fails to write it does not train on leftover values
        d_out = np.full_like(frames[-1].out, np.nan)
        for i in reversed(range(len(frames))):
            frame = frames[i]
            frame.grads, frame.d_out = self._views[i], d_out
            if i > 0:
                in_place = self.network.layers[i].in_place
                frame.d_in = d_out if in_place else np.empty_like(frames[i - 1].out)
                d_out = frame.d_in
        return frames
