"""A learned vector for each category."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from math import prod
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.checks import check_range
from skdense.engine.kernels.sparse_products import add_rows_at
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array, Arrays, RandomSource


@dataclass(frozen=True)
class CategoryEmbedding(Layer):
    """Replaces each of the last columns, which hold codes, by learned vectors.

    The codes of a column are 0, 1, ...; its number of levels stands for a missing level, whose
    vector starts at zero, and the next number for an unknown level, which has the mean of the
    vectors of the known ones. A code out of range is taken for the nearest one. The output is
    the other columns, then the vectors, column by column.

    Parameters
    ----------
    n_levels : tuple of int
        Number of levels of each of the last columns, not counting the missing one.
    n_units : int, default=8
        Number of columns that represent each of them.
    learning_rate : float, default=1.0
        Factor on the learning rate of the vectors.

    References
    ----------
    Guo & Berkhahn (2016), "Entity embeddings of categorical variables".
    """

    n_levels: tuple[int, ...]
    n_units: int = field(default=8, kw_only=True)
    learning_rate: float = field(default=1.0, kw_only=True)

    in_place: ClassVar[bool] = False
    is_random: ClassVar[bool] = False
    is_stackable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_range("n_units", self.n_units, 1, ends="[)")
        for n_levels in self.n_levels:
            check_range("n_levels", n_levels, 0, ends="[)")

    def n_out(self, n_in: int) -> int:
        return n_in + len(self.n_levels) * (self.n_units - 1)

    def origin(self, n_in: int) -> Array | None:
        n_numbers = n_in - len(self.n_levels)
        codes = np.repeat(np.arange(n_numbers, n_in), self.n_units)
        return np.concatenate([np.arange(n_numbers), codes])

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        return {"vectors": (sum(self.n_levels) + len(self.n_levels), self.n_units)}

    def n_products(self, n_in: int) -> int:
        return 0  # vectors are looked up

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        params["vectors"][...] = rng.standard_normal(params["vectors"].shape)
        params["vectors"][self._missing] = 0

    def learning_rates(self, n_in: int) -> dict[str, float]:
        return {"vectors": self.learning_rate}

    @property
    def _missing(self) -> list[int]:
        """Rows of the vectors for missing levels: each column's last one."""
        return [end - 1 for end in accumulate(n + 1 for n in self.n_levels)]

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        *stack, n_rows, _ = shape
        n_codes, n_vectors = len(self.n_levels), self.shapes(0)["vectors"][0]
        # where the vectors of each network of a stack begin
        begin = n_vectors * np.arange(prod(stack), dtype=np.int32).reshape(*stack, 1, 1)
        last = np.array(self._missing, np.int32) + (begin if stack else 0)
        n_units = prod(shape[:-1]) * n_codes
        return {
            "first": last - np.array(self.n_levels, np.int32),
            "last": last,
            "codes": np.empty((*stack, n_rows, n_codes), np.int32),
            "is_unknown": np.empty((*stack, n_rows, n_codes), bool),
            "units": np.empty((n_units, self.n_units), dtype),
            "ends": np.arange(n_units + 1, dtype=np.int32),
            "ones": np.ones(n_units, dtype),
        }

    def forward(self, frame: Frame) -> None:
        scratch, start = frame.scratch, frame.x.shape[-1] - len(self.n_levels)
        codes, units, vectors = scratch["codes"], scratch["units"], self._vectors(frame)
        codes[...] = frame.x[..., start:]
        codes += scratch["first"]
        np.greater(codes, scratch["last"], out=scratch["is_unknown"])
        # no code may reach another column's vectors, or memory beyond them
        np.clip(codes, scratch["first"], scratch["last"], out=codes)
        np.take(vectors, codes.ravel(), axis=0, out=units, mode="clip")
        for known, at in self._unknown(frame):
            units[at] = vectors[known].mean(axis=0) if known.stop > known.start else 0
        frame.out[..., :start] = frame.x[..., :start]
        frame.out[..., start:] = units.reshape(*codes.shape[:-1], -1)

    def _vectors(self, frame: Frame) -> Array:
        """Return the vectors of all networks of a stack, one after the other."""
        return frame.params["vectors"].reshape(-1, self.n_units)

    def _unknown(self, frame: Frame) -> Iterator[tuple[slice, Array]]:
        """Yield, for each column with unknown levels, the known vectors and which units to set."""
        is_unknown, scratch = frame.scratch["is_unknown"], frame.scratch
        if not is_unknown.any():
            return
        units = np.arange(is_unknown.size).reshape(is_unknown.shape)
        columns = is_unknown.any(axis=-2, keepdims=True)
        for column in zip(*np.nonzero(columns), strict=True):
            at = (*column[:-2], slice(None), column[-1])
            first, last = (np.broadcast_to(scratch[n], columns.shape) for n in ("first", "last"))
            yield slice(first[column], last[column]), units[at][is_unknown[at]]

    def backward(self, frame: Frame) -> None:
        scratch, grads = frame.scratch, frame.grads["vectors"]
        units = scratch["units"]
        n_rows, width = len(frame.out), len(self.n_levels) * self.n_units
        start = frame.out.shape[1] - width
        units.reshape(n_rows, width)[...] = frame.d_out[:, start:]
        grads.fill(0)
        for known, at in self._unknown(frame):
            grads[known] += units[at].sum(axis=0) / max(1, known.stop - known.start)
            units[at] = 0
        add_rows_at(scratch["codes"].ravel(), units, scratch["ends"], scratch["ones"], grads)
        if frame.d_in is not None:
            frame.d_in[:, :start] = frame.d_out[:, :start]
            frame.d_in[:, start:] = 0
