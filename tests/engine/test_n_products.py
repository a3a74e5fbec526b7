"""How many products a row needs, against the multiplications of matrix products counted."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import sparse

from skdense.engine import (
    ACTIVATIONS,
    NORMALIZATIONS,
    CategoryEmbedding,
    Dense,
    Dropout,
    Layer,
    Network,
    NTKDense,
    PeriodicEmbedding,
    PiecewiseLinearEmbedding,
    Relu,
    Scale,
)

N_IN, N_ROWS = 6, 7
LAYERS = {
    "dense": (Dense(5), N_IN * 5),
    "ntk": (NTKDense(5), N_IN * 5),
    "dropout": (Dropout(0.5), 0),
    "scale": (Scale(), 0),
    # of each column: lines of slope and intercept, then weights with an intercept
    "pbld": (PeriodicEmbedding(4, n_units=3, n_frequencies=8), 4 * (8 * 2 + 9 * 3)),
    "bins": (PiecewiseLinearEmbedding(2, n_units=1, n_bins=5), 2 * (5 * 2 + 6 * 1)),
    "categories": (CategoryEmbedding((3, 2), n_units=4), 0),
    **{name: (layer, 0) for name, layer in (ACTIVATIONS | NORMALIZATIONS).items()},
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_count_their_products(name, monkeypatch):
    layer, expected = LAYERS[name]
    assert layer.n_products(N_IN) == expected
    counted = []

    def watch(module, name):
        multiply = getattr(np, name)

        def watched(a, b, out=None):
            # rows of a stack of matrices, times their length, times columns
            counted.append(np.prod(np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), dtype=int))
            counted[-1] *= a.shape[-2] * a.shape[-1] * b.shape[-1]
            return multiply(a, b, out=out)

        monkeypatch.setattr(np, name, watched)

    network = Network([layer], N_IN)
    network.initialize(np.random.RandomState(0))
    for function in ("dot", "matmul"):
        watch(np, function)
    network.forward(np.random.RandomState(0).uniform(0, 2, (N_ROWS, N_IN)).round())
    assert sum(counted) == N_ROWS * expected


def test_a_network_sums_its_layers():
    network = Network([PeriodicEmbedding(2, n_units=3), Dense(4), Relu(), Dense(2)], N_IN)
    products = [
        layer.n_products(n) for layer, n in zip(network.layers, [6, 12, 4, 4], strict=True)
    ]
    assert network.n_products == sum(products) > network.n_penalized
    assert network.products_per_row(np.zeros((3, N_IN))) == network.n_products


def test_only_the_entries_of_a_sparse_table_count():
    network = Network([Dense(5), Relu(), Dense(3)], N_IN)
    X = np.zeros((4, N_IN))
    X[1, :3] = X[2, 5] = 1
    # one entry a row
    assert network.products_per_row(sparse.csr_array(X)) == pytest.approx(1 * 5 + 5 * 3)
    assert network.products_per_row(sparse.csr_matrix((0, N_IN))) == 5 * 3


def test_a_layer_of_ones_own_counts_its_matrices():
    @dataclass(frozen=True)
    class Own(Layer):
        def shapes(self, n_in):
            return {"matrix": (n_in, 9), "offset": (9,)}

        def forward(self, frame): ...

        def backward(self, frame): ...

    assert Own().n_products(4) == 36
