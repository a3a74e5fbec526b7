"""Products of a sparse batch, added to existing arrays.

SciPy's operators allocate a new array for each product, which takes longer than the product
itself where a table is wide. The functions they call are private; all uses are in this file.
"""

from scipy.sparse import _sparsetools

from skdense.engine.typing import CSR, Array


def add_product(x: CSR, dense: Array, out: Array) -> None:
    """Add ``x @ dense`` to `out`, for contiguous arrays of the dtype of `x`."""
    _check_shapes(x.shape, dense, out)
    _sparsetools.csr_matvecs(*x.shape, out.shape[1], *_csr(x), dense.ravel(), _flat(out))


def add_transposed_product(x: CSR, dense: Array, out: Array) -> None:
    """Add ``x.T @ dense`` to `out`, for contiguous arrays of the dtype of `x`."""
    _check_shapes(x.shape[::-1], dense, out)
    # the transpose of a CSR matrix is the same numbers read as CSC
    _sparsetools.csc_matvecs(*x.shape[::-1], out.shape[1], *_csr(x), dense.ravel(), _flat(out))


def add_rows_at(
    codes: Array,
    rows: Array,
    ends: Array,
    ones: Array,
    out: Array,
) -> None:
    """Add each row to the row of `out` that its code points to, for contiguous arrays.

    `ends` is 0, 1, ... up to the number of rows, in the dtype of the codes; `ones` are as
    many ones as there are rows, in the dtype of `out`. The caller makes sure that all codes
    are rows of `out`.
    """
    n_rows = len(codes)
    _check_shapes((len(out), n_rows), rows, out)
    if len(ends) != n_rows + 1 or len(ones) != n_rows:
        raise ValueError(f"{n_rows} codes need as many ones, and one more end.")
    # a product with the transpose of the codes' one-hot matrix, a twentieth of np.add.at's time
    shape = (len(out), n_rows, out.shape[1])
    _sparsetools.csc_matvecs(*shape, ends, codes, ones, rows.ravel(), _flat(out))


def _check_shapes(shape: tuple[int, int], dense: Array, out: Array) -> None:
    # SciPy checks nothing here, and would read and write beyond the arrays
    if (*shape, dense.shape[1]) != (len(out), len(dense), out.shape[1]):
        raise ValueError(
            f"a sparse matrix of shape {shape} and an array of shape {dense.shape} have no "
            f"product of shape {out.shape}."
        )


def _csr(x: CSR) -> tuple[Array, Array, Array]:
    x = x.tocsr()
    return x.indptr, x.indices, x.data


def _flat(out: Array) -> Array:
    if not out.flags.c_contiguous:
        raise ValueError("out must be contiguous: a product would be added to a copy of it.")
    return out.reshape(-1)
