"""Prediction: a table becomes a matrix, raw outputs of the networks, and predictions."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Generic, Self, TypeVar

import numpy as np

from skdense._arrays.missing import Sliceable
from skdense._arrays.overflow import require_finite, within_range
from skdense._columns.base import Columns
from skdense._input.rows import Rows
from skdense._table.table import Table
from skdense._target.base import Target
from skdense.engine import Data, Network, forward_all
from skdense.engine.stack import Stack
from skdense.engine.typing import Array, DType, Matrix, RandomSource

KindOfTarget = TypeVar("KindOfTarget", bound=Target, covariant=True)


@dataclass
class Predictor(Generic[KindOfTarget]):
    """Trained networks, with the transformations of their input and output.

    The networks must not change once it has predicted.

    Attributes
    ----------
    table : Table
        Encodes the user's table.
    columns : Columns
        Transforms the encoded table to the matrix that the networks take.
    target : Target
    networks : list of Network
    inverse_temperature : float
        Factor on raw predictions.
    background : ndarray of shape (n_background, n_read) or None
        Some encoded rows of the training table, for explanations.
    scores : ndarray of shape (n_scores, n_outputs) or None
        Sorted scores of rows that networks held out, for intervals and sets of classes.
    """

    table: Table
    columns: Columns
    target: KindOfTarget
    networks: list[Network]
    inverse_temperature: float = 1.0
    background: Array | None = None
    scores: Array | None = None

    @property
    def dtype(self) -> DType:
        """The dtype of the networks."""
        return self.networks[0].params.dtype

    @cached_property
    def stack(self) -> Stack | None:
        """The networks side by side, for few rows; None if they cannot be."""
        return Stack.of(self.networks)

    # It follows from the networks, and is neither copied nor pickled.

    def __getstate__(self) -> dict[str, Any]:
        # a copy, to which no other thread adds the stack meanwhile
        state = vars(self).copy()
        state.pop("stack", None)
        return state

    def member(self, i: int) -> Self:
        """Return a predictor with one of the networks, which shares everything with this one."""
        return replace(self, networks=[self.networks[i]])

    def in_training(self) -> Self:
        """Return a predictor of encoded tables, whose networks change from call to call."""
        predictor = replace(self, table=Table())
        vars(predictor)["stack"] = None
        return predictor

    def data(self, rows: Rows) -> Data:
        """Return encoded rows in the form that the engine takes."""
        return self.data_of(self.columns.encoding.of_new(rows.X), rows)

    def data_of(self, X: Sliceable, rows: Rows) -> Data:
        """Return the same for rows with the statistics of levels, which are in `X`."""
        weight, X = self.weight(rows.weight), self.columns.matrix(X, self.dtype)
        return Data(X, self.target.loss_target(rows.y, self.dtype), weight)

    def weight(self, weight: Array | None) -> Array | None:
        """Return weights in the dtype of the networks."""
        with within_range("sample_weight", self.dtype):
            return None if weight is None else weight.astype(self.dtype)

    def forward(
        self, X: Matrix, *, n_layers: int | None = None, rng: RandomSource | None = None
    ) -> Array:
        """Return the outputs of each network, as `forward_all` does, for a checked table."""
        prepare = partial(self.columns.transform, dtype=self.dtype)
        stack = self.stack if n_layers is None and rng is None else None
        with np.errstate(over="ignore", invalid="ignore"):
            if stack is not None and stack.takes(X):
                return stack.forward(prepare(X))
            return forward_all(self.networks, X, prepare=prepare, n_layers=n_layers, rng=rng)

    def raw(self, X: Matrix, rng: RandomSource | None = None) -> Array:
        """Return finite raw predictions, in float32 if both the table and the networks are."""
        raw = self.join(self.inverse_temperature * self.forward(X, rng=rng))
        return require_finite(raw.astype(np.result_type(raw, X.dtype), copy=False))

    def join(self, raws: Array) -> Array:
        """Combine the raw predictions of all networks."""
        if len(raws) == 1:
            return np.asarray(raws[0])
        with np.errstate(over="ignore", invalid="ignore"):
            return self.target.loss.join(raws)
