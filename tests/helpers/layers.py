"""Layers with one parameter a column, and frames for them."""

import numpy as np

from skdense.engine import ACTIVATIONS, Block, Frame
from skdense.engine.layers.category_embedding import CategoryEmbedding
from skdense.engine.layers.numeric_embedding import (
    NUMERIC_EMBEDDINGS,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
)
from skdense.engine.layers.scale import Scale

N_LEVELS = (3, 1, 4)
LAYERS = {
    **{name: make(2, learning_rate=0.1) for name, make in NUMERIC_EMBEDDINGS.items()},
    "one bin": PiecewiseLinearEmbedding(2, n_bins=1),
    "no columns": PeriodicEmbedding(0),
    "wider": PeriodicEmbedding(3, n_frequencies=4, n_units=5, sigma=2.0),
    "categories": CategoryEmbedding(N_LEVELS, n_units=2, learning_rate=0.1),
    "scale": Scale(0.1),
    "block": Block(1, 2, 1, 1),
    **{name: ACTIVATIONS[f"parametric_{name}"] for name in ("relu", "selu", "mish")},
}
EMBEDDINGS = [PeriodicEmbedding(2), PiecewiseLinearEmbedding(2)]


def rows_for(layer, rng, dtype=float):
    """Two columns of numbers, and a column of codes of each kind or two more of numbers."""
    x = rng.standard_normal((7, 4))
    if isinstance(layer, CategoryEmbedding):
        x = np.column_stack([x[:, :2], *(rng.randint(n + 2, size=7) for n in N_LEVELS)])
    return x.astype(dtype)


def frame_for(layer, x, rng, *, asks_for_d_in=True):
    shape = (len(x), layer.n_out(x.shape[1]))
    params = {name: np.empty(size, x.dtype) for name, size in layer.shapes(x.shape[1]).items()}
    layer.initialize(params, rng)
    for name, values in params.items():
        if name in ("scale", "fraction"):  # which start at 1
            values *= rng.uniform(0.5, 1.5, values.shape).astype(x.dtype)
    grads = {name: np.full_like(values, np.nan) for name, values in params.items()}
    d_out, out = rng.standard_normal(shape).astype(x.dtype), np.full(shape, np.nan, x.dtype)
    d_in = np.full_like(x, np.nan) if asks_for_d_in else None
    scratch = layer.scratch(shape, x.dtype)
    return Frame(params, x, out, scratch, None, True, grads=grads, d_out=d_out, d_in=d_in)


def run(layer, z, *, in_place, rng=None, is_training=True):
    x = z.copy()
    out = x if in_place else np.empty_like(z)
    params = {name: np.empty(shape, z.dtype) for name, shape in layer.shapes(z.shape[1]).items()}
    layer.initialize(params, np.random.RandomState(0))
    frame = Frame(params, x, out, layer.scratch(z.shape, z.dtype), rng, is_training)
    frame.grads = {name: np.full_like(values, np.nan) for name, values in params.items()}
    layer.forward(frame)
    return frame
