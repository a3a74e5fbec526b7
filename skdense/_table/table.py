"""The columns of the first table, and how any further table is read."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from skdense._table.cells.user_warning import warn_user
from skdense._table.choice import kinds_of, kinds_of_array, left_out
from skdense._table.frame import Frame
from skdense._table.kinds.categories import Categories
from skdense._table.kinds.kind import Kind
from skdense._table.kinds.numbers import Numbers, is_plain
from skdense.engine.typing import Array


class Table:
    """How the columns of a table are read; `Table()` is of numbers alone.

    Parameters
    ----------
    kinds : sequence of Kind, default=()
        One for each column of the first table; empty if all columns are numbers.
    """

    def __init__(self, kinds: Sequence[Kind] = ()) -> None:
        self.kinds = tuple(kinds)

    @classmethod
    def learn(cls, frame: Frame, categorical_features: object) -> "Table":
        """Learn from the first table; warn of columns that are left out."""
        kinds = kinds_of(frame, categorical_features)
        if not any(kind.n_levels for kind in kinds):
            why = ", ".join(f"{c.label} is {k.description}" for c, k in left_out(frame, kinds)[:5])
            raise ValueError(
                f"X has no column to learn from ({why}); give one that has values, name those "
                "that are categories in categorical_features, or turn text into numbers first."
            )
        _warn_of_left_out(frame, kinds)
        return cls(() if all(map(is_plain, kinds)) else kinds)

    @classmethod
    def of_array(cls, frame: Frame, categorical_features: object) -> "Table":
        """Learn from an array: the named columns are categories, all others numbers."""
        return cls(kinds_of_array(frame, categorical_features))

    def read(self, frame: Frame) -> Array:
        """Return the columns that are read, in float64; float32 if all columns are.

        Categories become codes from 0, missing ones their number of levels. NaN stands for
        missing numbers, and for categories that are not in the first table.
        """
        if not self.kinds:
            return _numbers_of(frame)
        read = np.empty((frame.n_rows, len(self.n_levels)))
        done = self._read_block(frame, read)
        ends = np.cumsum([len(kind.n_levels) for kind in self.kinds]).tolist()
        for i, (kind, column) in enumerate(zip(self.kinds, frame.columns, strict=True)):
            if i not in done:
                read[:, ends[i] - len(kind.n_levels) : ends[i]] = kind.read(column)
        return read

    def _read_block(self, frame: Frame, out: Array) -> set[int]:
        """Write the columns of plain numbers; return the positions of those that are."""
        numbers = [i for i, kind in enumerate(self.kinds) if is_plain(kind)]
        block = frame.block(numbers) if numbers else None
        if block is None:
            return set()
        plain, values = block
        out[:, np.isin(self.origin, plain)] = values
        return set(plain)

    @property
    def n_levels(self) -> tuple[int, ...]:
        """Number of categories of each column that is read, 0 for numbers; () without kinds."""
        return tuple(chain.from_iterable(kind.n_levels for kind in self.kinds))

    @property
    def origin(self) -> list[int]:
        """Position in the user's table of each column that is read."""
        return [i for i, kind in enumerate(self.kinds) for _ in kind.n_levels]

    @property
    def is_categorical(self) -> Array | None:
        """Which of the user's columns are categorical; None if none are."""
        mask = np.array([kind.is_categorical for kind in self.kinds], bool)
        return mask if mask.any() else None

    @property
    def categories(self) -> list[Array]:
        """The sorted levels of each categorical column."""
        return [kind.levels for kind in self.kinds if isinstance(kind, Categories)]

    def names(self, names: Sequence[str]) -> list[str]:
        """Return the names of the columns that are read, from those of the user's table."""
        if not self.kinds:
            return list(names)
        pairs = zip(self.kinds, names, strict=True)
        return list(chain.from_iterable(kind.names(name) for kind, name in pairs))


def _numbers_of(frame: Frame) -> Array:
    """Return a frame of numbers, in float32 if all its columns are, else in float64."""
    columns = frame.columns
    plain, block = frame.block(list(range(len(columns)))) or ([], np.empty((frame.n_rows, 0)))
    others = sorted(set(range(len(columns))) - set(plain))
    are_32 = (not plain or block.dtype == np.float32) and all(
        columns[i].is_float32 for i in others
    )
    dtype = np.float32 if are_32 else np.float64
    if not others:
        return np.asarray(block, dtype)
    read = np.empty((frame.n_rows, len(columns)), dtype)
    read[:, plain] = block
    for i in others:
        read[:, [i]] = Numbers().read(columns[i])
    return read


def _warn_of_left_out(frame: Frame, kinds: list[Kind]) -> None:
    """Warn of columns in which nearly every row has a text of its own."""
    found = [(column, kind) for column, kind in left_out(frame, kinds) if kind.is_own_text]
    # without counts of rows, so that all fits of a search say the same
    for column, kind in found:
        if kind.advice:
            warn_user(f"X is used without {column.label}, which holds {kind.advice}.")
    labels = ", ".join(column.label for column, kind in found if not kind.advice)
    if labels:
        warn_user(
            f"X is used without {labels}, as nearly every row has a text of its own there; drop "
            f"[{labels}], or turn it into numbers first, for example by skrub.StringEncoder or "
            "skrub.TableVectorizer."
        )
