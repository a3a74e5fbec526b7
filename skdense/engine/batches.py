"""Rows to train on, and mini-batches of them in reused buffers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from skdense.engine.layers import Array


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

    def rows(self, part: slice) -> "Data":
        """Consecutive rows, without a copy."""
        weight = None if self.weight is None else self.weight[part]
        return Data(self.X[part], self.y[part], weight)


class Batches:
    """Batches of `data` in a given order; each is valid until the next is asked for.

    Parameters
    ----------
    data : Data
    batch_size : int
        Rows of a batch, at most; the last one gets the rest.
    even : bool, default=False
        Whether to make as many batches of equal size, but for one row, in place of a short
        last one, and none of a single row.
    """

    def __init__(self, data: Data, batch_size: int, even: bool = False) -> None:
        for name in ("y", "weight"):
            column = getattr(data, name)
            if column is not None and len(column) != data.n_rows:
                raise ValueError(f"{name} has {len(column)} rows, and X has {data.n_rows}.")
        self.data = data
        n_rows, n_batches = data.n_rows, -(-data.n_rows // batch_size)
        ends = [min(n_rows, batch_size * (i + 1)) for i in range(n_batches)]
        if even:
            n_batches = max(1, min(n_batches, n_rows // 2))
            ends = [n_rows * (i + 1) // n_batches for i in range(n_batches)]
        self._parts = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]
        largest = max(part.stop - part.start for part in self._parts)
        self._X = _Gather(data.X, largest)
        self._y = _Gather(data.y, largest)
        self._weight = None if data.weight is None else _Gather(data.weight, largest)

    def __len__(self) -> int:
        return len(self._parts)

    def epoch(self, order: Array | None) -> Iterator[Data]:
        """All rows once, in this order; as they lie if `order` is None."""
        for part in self._parts:
            yield self.data.rows(part) if order is None else self._gather(order[part])

    def _gather(self, rows: Array) -> Data:
        weight = None if self._weight is None else self._weight(rows)
        return Data(self._X(rows), self._y(rows), weight)


class _Gather:
    """Picks rows of one array into a buffer of its own; sparse rows into a new matrix."""

    def __init__(self, array: Any, batch_size: int) -> None:
        self.array = array
        self.buffer = None
        if isinstance(array, np.ndarray):
            self.buffer = np.empty((batch_size, *array.shape[1:]), array.dtype)

    def __call__(self, rows: Array) -> Any:
        if self.buffer is None:
            return self.array[rows]
        # mode="clip" writes straight into `out`, where "raise" would buffer it
        return self.array.take(rows, axis=0, out=self.buffer[: len(rows)], mode="clip")
