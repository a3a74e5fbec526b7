"""Rows to train on, cut into batches, and picked into reused buffers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdense.engine.typing import Array


@dataclass(frozen=True)
class Data:
    """A table with its target.

    Attributes
    ----------
    X : ndarray or CSR matrix of shape (n_rows, n_features)
    y : ndarray of shape (n_rows, ...)
        As the loss wants it.
    weight : ndarray of shape (n_rows,) or None
        None counts every row once.
    """

    X: Any
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
        """Consecutive parts of `n_rows` rows, the last one maybe shorter, without a copy."""
        for start in range(0, self.n_rows, n_rows):
            yield self.rows(slice(start, start + n_rows))

    def take(self, rows: Array) -> "Data":
        """Return copies of the rows at these positions."""
        weight = None if self.weight is None else self.weight[rows]
        return Data(self.X[rows], self.y[rows], weight)

    def rows(self, part: slice) -> "Data":
        """Consecutive rows, without a copy."""
        weight = None if self.weight is None else self.weight[part]
        return Data(self.X[part], self.y[part], weight)


def batches_of(n_rows: int, batch_size: int, *, even: bool = False) -> list[slice]:
    """Consecutive batches of `batch_size` rows; the last one gets the rest.

    With `even` there are as many, but of equal size, but for one row, and none of a single
    row.
    """
    n_batches = -(-n_rows // batch_size)
    ends = [min(n_rows, batch_size * (i + 1)) for i in range(n_batches)]
    if even:
        n_batches = max(1, min(n_batches, n_rows // 2))
        ends = [n_rows * (i + 1) // n_batches for i in range(n_batches)]
    return [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]


class Gather:
    """Picks rows of `data` into buffers of its own; each pick is valid until the next."""

    def __init__(self, data: Data, n_rows: int) -> None:
        self.data = data
        self._pick_X = _picker(data.X, n_rows)
        self._pick_y = _picker(data.y, n_rows)
        self._pick_weight = _picker(data.weight, n_rows)

    def __call__(self, rows: Array | slice) -> tuple[Any, Array, Array | None]:
        """X, y and weight of these rows; a slice is not copied."""
        if isinstance(rows, slice):
            part = self.data.rows(rows)
            return part.X, part.y, part.weight
        return self._pick_X(rows), self._pick_y(rows), self._pick_weight(rows)


def _picker(column: Any, n_rows: int) -> Callable[[Array], Any]:
    """A function from positions to rows; only sparse rows come as a new matrix."""
    if column is None:
        return lambda rows: None
    if not isinstance(column, np.ndarray):
        return lambda rows: column[rows]
    take, buffer = column.take, np.empty((n_rows, *column.shape[1:]), column.dtype)
    # mode="clip" writes straight into the buffer, where "raise" would go by another
    return lambda rows: take(rows, 0, buffer[: len(rows)], "clip")
