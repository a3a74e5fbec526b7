"""Products of a sparse batch, added to arrays that are there.

SciPy's operators make a new array of each, which takes longer than the product where a table
is wide. What they call is private; this file holds all of it.
"""

from typing import Any

from numpy.typing import NDArray
from scipy.sparse import _sparsetools


def add_product(x: Any, dense: NDArray[Any], out: NDArray[Any]) -> None:
    """Add ``x @ dense`` to `out`, for contiguous arrays of the dtype of `x`."""
    _check_shapes(x.shape, dense, out)
    _sparsetools.csr_matvecs(*x.shape, out.shape[1], *_csr(x), dense.ravel(), _flat(out))


def add_transposed_product(x: Any, dense: NDArray[Any], out: NDArray[Any]) -> None:
    """Add ``x.T @ dense`` to `out`, for contiguous arrays of the dtype of `x`."""
    _check_shapes(x.shape[::-1], dense, out)
    # the transpose of a CSR matrix is the same numbers read as CSC
    _sparsetools.csc_matvecs(*x.shape[::-1], out.shape[1], *_csr(x), dense.ravel(), _flat(out))


def add_rows_at(
    codes: NDArray[Any],
    rows: NDArray[Any],
    ends: NDArray[Any],
    ones: NDArray[Any],
    out: NDArray[Any],
) -> None:
    """Add each of the rows to the row of `out` that its code names, for contiguous arrays.

    `ends` holds 0, 1, ... up to the number of rows, in the dtype of the codes, `ones` that
    many ones in the dtype of `out`. That the codes are rows of `out` is the caller's to see to.
    """
    n_rows = len(codes)
    _check_shapes((len(out), n_rows), rows, out)
    if len(ends) != n_rows + 1 or len(ones) != n_rows:
        raise ValueError(f"{n_rows} codes need as many ones, and an end more.")
    # a product with the transpose of the codes' one-hot matrix, a twentieth of np.add.at's time
    shape = (len(out), n_rows, out.shape[1])
    _sparsetools.csc_matvecs(*shape, ends, codes, ones, rows.ravel(), _flat(out))


def _check_shapes(shape: tuple[int, int], dense: NDArray[Any], out: NDArray[Any]) -> None:
    # nothing below checks them, nor keeps from reading and writing beyond the arrays
    if (*shape, dense.shape[1]) != (len(out), len(dense), out.shape[1]):
        raise ValueError(
            f"a sparse matrix of shape {shape} and an array of shape {dense.shape} have no "
            f"product of shape {out.shape}."
        )


def _csr(x: Any) -> tuple[Any, Any, Any]:
    x = x.tocsr()
    return x.indptr, x.indices, x.data


def _flat(out: NDArray[Any]) -> NDArray[Any]:
    if not out.flags.c_contiguous:
        raise ValueError("out must be contiguous: a product would be added to a copy of it.")
    return out.reshape(-1)
