"""What a column of the first table is read as."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from skdense._table.cells.column import Column
from skdense.engine.typing import Array


class Kind(ABC):
    """A way to read a column as numbers, learnt from the column in the first table.

    Attributes
    ----------
    n_levels : tuple of int
        Number of categories of each column that is read, 0 where it is of numbers.
    """

    n_levels: tuple[int, ...] = (0,)
    is_categorical: ClassVar[bool] = False

    @abstractmethod
    def read(self, column: Column) -> Array:
        """Return float64 numbers of shape (n_rows, len(n_levels)); NaN where they are missing."""

    def names(self, name: str) -> list[str]:
        """Return the names of the columns that are read from the column `name`."""
        return [name]

    @property
    @abstractmethod
    def description(self) -> str:
        """What the column is read as, in a few words."""


class LeftOut(Kind):
    """A column that is not read.

    Parameters
    ----------
    reason : str
    is_own_text : bool
        Whether nearly every row has a text of its own.
    advice : str, default=""
        How the column can be read after all.
    """

    n_levels = ()
    advice = ""  # in files of November 2026 a part of the reason

    def __init__(self, reason: str, *, is_own_text: bool, advice: str = "") -> None:
        self.reason, self.is_own_text, self.advice = reason, is_own_text, advice

    def read(self, column: Column) -> Array:
        return np.empty((len(column), 0))

    def names(self, name: str) -> list[str]:
        return []

    @property
    def description(self) -> str:
        return ": ".join(filter(None, ("left out", self.reason, self.advice)))
