"""The types that the whole engine uses."""

from collections.abc import Mapping
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = Mapping[str, Array]
DType = np.dtype[Any]
Number = float | np.floating[Any]
RandomSource = np.random.RandomState | np.random.Generator


class CSR(Protocol):
    """What the engine uses of SciPy's sparse matrices and arrays, which have no stubs."""

    @property
    def shape(self) -> tuple[int, int]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    @property
    def nnz(self) -> int: ...

    @property
    def indptr(self) -> Array: ...

    @property
    def indices(self) -> Array: ...

    @property
    def data(self) -> Array: ...

    def tocsr(self) -> Self: ...

    def __getitem__(self, rows: slice | Array) -> Self: ...

    def __matmul__(self, other: Array) -> Array: ...


# Rows and columns of numbers: an array of two dimensions, or a CSR matrix.
Matrix = Array | CSR


# Row indices: an array of them, or a range without a copy.
RowIndices = Array | slice
