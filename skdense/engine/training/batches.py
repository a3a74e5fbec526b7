"""Rows to train on: how they are cut into batches and copied into reused buffers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdense.engine.typing import Array, Matrix, RowIndices


@dataclass(frozen=True)
class Data:
    """A table with its target.

    Attributes
    ----------
    X : ndarray or CSR matrix of shape (n_rows, n_features)
    y : ndarray of shape (n_rows, ...)
        Encoded as the loss expects it.
    weight : ndarray of shape (n_rows,) or None
        None counts every row once.
    """

    X: Matrix
    y: Array
    weight: Array | None = None

    def __post_init__(self) -> None:
        for name in ("y", "weight"):
            column = getattr(self, name)
            if column is not None and len(column) != self.n_rows:
                raise ValueError(f"{name} has {len(column)} rows, and X has {self.n_rows}.")

    @property
    def n_rows(self) -> int:
        return int(self.X.shape[0])

    @property
    def total_weight(self) -> float:
        return float(self.n_rows if self.weight is None else self.weight.sum(dtype=np.float64))

    def slices(self, n_rows: int) -> Iterator["Data"]:
        """Yield consecutive parts of `n_rows` rows, without a copy; the last may be shorter."""
        for start in range(0, self.n_rows, n_rows):
            yield self.rows(slice(start, start + n_rows))

    def take(self, rows: Array) -> "Data":
        """Return copies of the rows at these positions."""
        weight = None if self.weight is None else self.weight[rows]
        return Data(self.X[rows], self.y[rows], weight)

    def rows(self, part: slice) -> "Data":
        """Return consecutive rows, without a copy."""
        weight = None if self.weight is None else self.weight[part]
        return Data(self.X[part], self.y[part], weight)


def batches_of(n_rows: int, batch_size: int, *, even: bool = False) -> list[slice]:
    """Cut rows into consecutive batches of `batch_size`; the last one gets the rest.

    With `even`, the sizes of as many batches differ by one row at most, and none has a
    single row.
    """
    n_batches = -(-n_rows // batch_size)
    ends = [min(n_rows, batch_size * (i + 1)) for i in range(n_batches)]
    if even:
        n_batches = max(1, min(n_batches, n_rows // 2))
        ends = [n_rows * (i + 1) // n_batches for i in range(n_batches)]
    return [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]


class Gather:
    """Copies rows of `data` into buffers of its own, which the next call overwrites."""

    def __init__(self, data: Data, n_rows: int) -> None:
        self.data = data
        self._pick_X = _picker(data.X, n_rows)
        self._pick_y = _picker(data.y, n_rows)
        self._pick_weight = _picker(data.weight, n_rows)

    def __call__(self, rows: RowIndices) -> tuple[Matrix, Array, Array | None]:
        """Return X, y and weight of the rows; a slice is not copied."""
        if isinstance(rows, slice):
            part = self.data.rows(rows)
            return part.X, part.y, part.weight
        return self._pick_X(rows), self._pick_y(rows), self._pick_weight(rows)


def _picker(column: Matrix | None, n_rows: int) -> Callable[[Array], Any]:
    """Return a function from row indices to rows; only sparse rows are a new matrix."""
    if column is None:
        return lambda rows: None
    if not isinstance(column, np.ndarray):
        return lambda rows: column[rows]
    # `take` copies all of an array that is not aligned, such as come over a network, at each call
    take = np.require(column, requirements=["C_CONTIGUOUS", "ALIGNED"]).take
    buffer = np.empty((n_rows, *column.shape[1:]), column.dtype)
    # mode="clip" writes straight into the buffer, where "raise" needs another one
    return lambda rows: take(rows, 0, buffer[: len(rows)], "clip")
