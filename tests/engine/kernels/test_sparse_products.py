"""Products of sparse matrices, added to what is there."""

import numpy as np
import pytest
from scipy import sparse

from skdense.engine.kernels.sparse_products import add_product, add_transposed_product


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("container", [sparse.csr_array, sparse.csr_matrix, sparse.csc_array])
def test_sparse_products_are_added_to_what_is_there(container, index, dtype, rng):
    table = rng.standard_normal((7, 5)) * (rng.uniform(size=(7, 5)) < 0.4)
    x = container(table.astype(dtype))
    x.indices, x.indptr = x.indices.astype(index), x.indptr.astype(index)
    coef, delta = rng.standard_normal((5, 3)).astype(dtype), np.ones((7, 3), dtype)
    out, grads = np.ones((7, 3), dtype), np.full((5, 3), 2, dtype)
    add_product(x, coef, out)
    add_transposed_product(x, delta, grads)
    np.testing.assert_allclose(out, 1 + table @ coef, rtol=1e-5)
    np.testing.assert_allclose(grads, 2 + table.T @ delta, rtol=1e-5, atol=1e-6)
    for n_columns in (4, 6, 100_000):
        other = container(np.ones((7, n_columns), dtype))
        with pytest.raises(ValueError, match=rf"shape \(7, {n_columns}\) and an array of shape"):
            add_product(other, coef, out)
        with pytest.raises(ValueError, match=rf"shape \({n_columns}, 7\) and an array of shape"):
            add_transposed_product(other, delta, grads)
    with pytest.raises(ValueError, match="out must be contiguous"):
        add_product(x, coef, np.ones((7, 6), dtype)[:, ::2])
