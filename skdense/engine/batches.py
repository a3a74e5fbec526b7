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
            part = slice(start, start + n_rows)
            weight = None if self.weight is None else self.weight[part]
            yield Data(self.X[part], self.y[part], weight)


class Batches:
    """Batches of `data` in a given order; each is valid until the next is asked for."""

    def __init__(self, data: Data, batch_size: int) -> None:
        self.data = data
        self.batch_size = batch_size
        self._X = _Gather(data.X, batch_size)
        self._y = _Gather(data.y, batch_size)
        self._weight = None if data.weight is None else _Gather(data.weight, batch_size)

    def __len__(self) -> int:
        return -(-self.data.n_rows // self.batch_size)

    def epoch(self, order: Array | None) -> Iterator[Data]:
        """All rows once, in this order; as they lie if `order` is None."""
        if order is None:
            yield from self.data.slices(self.batch_size)
            return
        for start in range(0, self.data.n_rows, self.batch_size):
            rows = order[start : start + self.batch_size]
            weight = None if self._weight is None else self._weight(rows)
            yield Data(self._X(rows), self._y(rows), weight)


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
