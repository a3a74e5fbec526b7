"""One of several blocks of columns."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skdense.engine.checks import check_range
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array


@dataclass(frozen=True)
class Block(Layer):
    """Keeps one of several adjacent blocks of columns, and the columns before and after them.

    So networks that share a table may each have columns of their own in it.

    Parameters
    ----------
    index : int
        Which block is kept, from 0 on.
    n_blocks : int
    n_columns : int
        Number of columns of each block.
    start : int
        Number of columns before the first block.
    """

    index: int
    n_blocks: int
    n_columns: int
    start: int

    in_place: ClassVar[bool] = False
    is_random: ClassVar[bool] = False
    is_stackable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_range("n_blocks", self.n_blocks, 1, ends="[)")
        check_range("index", self.index, 0, self.n_blocks, ends="[)")
        check_range("n_columns", self.n_columns, 0, ends="[)")
        check_range("start", self.start, 0, ends="[)")

    def n_out(self, n_in: int) -> int:
        return n_in - (self.n_blocks - 1) * self.n_columns

    def origin(self, n_in: int) -> Array | None:
        return np.concatenate([np.arange(n_in)[before] for before, _ in self.parts])

    @property
    def parts(self) -> list[tuple[slice, slice]]:
        """Pairs of equal columns of the input and of the output."""
        first, n, blocks = self.start, self.n_columns, self.n_blocks * self.n_columns
        own = first + self.index * n
        return [
            (slice(first), slice(first)),
            (slice(own, own + n), slice(first, first + n)),
            (slice(first + blocks, None), slice(first + n, None)),
        ]

    def forward(self, frame: Frame) -> None:
        for before, after in self.parts:
            frame.out[..., after] = frame.x[..., before]

    def backward(self, frame: Frame) -> None:
        if frame.d_in is not None:
            frame.d_in.fill(0)
            for before, after in self.parts:
                frame.d_in[:, before] = frame.d_out[:, after]
