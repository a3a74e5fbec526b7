"""What predicts: a table becomes a matrix, goes through the networks, becomes predictions."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, Self, TypeVar

import numpy as np

from skdense._arrays.overflow import require_finite, within_range
from skdense._columns.base import Columns
from skdense._input.categories import Table
from skdense._input.rows import Rows
from skdense._target.base import Target
from skdense.engine import Data, Network, forward_all
from skdense.engine.typing import Array, DType, Matrix, RandomSource

KindOfTarget = TypeVar("KindOfTarget", bound=Target, covariant=True)


@dataclass
class Predictor(Generic[KindOfTarget]):
    """Columns to matrix, matrix through the networks, raw outputs to the target.

    Attributes
    ----------
    table : Table
        From the user's table to numbers.
    columns : Columns
        From these to the matrix that the networks see.
    target : Target
    networks : list of Network
    inverse_temperature : float
        What raw predictions are multiplied by.
    """

    table: Table
    columns: Columns
    target: KindOfTarget
    networks: list[Network]
    inverse_temperature: float = 1.0

    @property
    def dtype(self) -> DType:
        """What the networks compute in."""
        return self.networks[0].params.dtype

    def member(self, i: int) -> Self:
        """Return a predictor of one of the networks alone, which shares all with this one."""
        return replace(self, networks=[self.networks[i]])

    def on_numbers(self) -> Self:
        """Return one for tables that are checked already."""
        return replace(self, table=Table())

    def data(self, rows: Rows) -> Data:
        """Return encoded rows as the engine takes them."""
        weight = self.weight(rows.weight)
        X = self.columns.transform(rows.X, self.dtype)
        return Data(X, self.target.loss_target(rows.y, self.dtype), weight)

    def weight(self, weight: Array | None) -> Array | None:
        """Return weights as the engine takes them."""
        with within_range("sample_weight", self.dtype):
            return None if weight is None else weight.astype(self.dtype)

    def forward(
        self, X: Matrix, *, n_layers: int | None = None, rng: RandomSource | None = None
    ) -> Array:
        """Return the outputs of each network, as `forward_all` does, for a checked table."""
        prepare = partial(self.columns.transform, dtype=self.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            return forward_all(self.networks, X, prepare=prepare, n_layers=n_layers, rng=rng)

    def raw(self, X: Matrix, rng: RandomSource | None = None) -> Array:
        """Return finite raw predictions; float32 where both table and network are."""
        raw = self.join(self.inverse_temperature * self.forward(X, rng=rng))
        return require_finite(raw.astype(np.result_type(raw, X.dtype), copy=False))

    def join(self, raws: Array) -> Array:
        """Return the raw predictions that those of all networks make together."""
        if len(raws) == 1:
            return np.asarray(raws[0])
        with np.errstate(over="ignore", invalid="ignore"):
            return self.target.loss.join(raws)
