"""Learned functions of each numeric column."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from skdense.engine.checks import check_range
from skdense.engine.layers.base import Frame, Layer
from skdense.engine.typing import Array, Arrays, RandomSource


@dataclass(frozen=True)
class NumericEmbedding(Layer):
    """Base class of layers that append functions of each of the first columns.

    The parameter "lines" of shape (n_columns, n_lines, 2) holds slopes and intercepts of
    straight lines of each column. A subclass applies a function to them, element by element;
    "weights" of shape (n_columns, n_lines + 1, n_units), with an intercept in the last row, map
    the results to `n_units` columns. The output is the input, then these, column by column.

    Parameters
    ----------
    n_columns : int, default=0
        Number of columns to embed, from the first on. An estimator sets it to that of its table.
    n_units : int, default=3
        Number of columns that represent each of them.
    learning_rate : float, default=1.0
        Factor on the learning rate of the parameters.

    Attributes
    ----------
    factor : float
        Factor on the input columns.
    """

    n_columns: int = 0
    n_units: int = field(default=3, kw_only=True)
    learning_rate: float = field(default=1.0, kw_only=True)

    factor: ClassVar[float] = 1.0
    in_place: ClassVar[bool] = False
    is_random: ClassVar[bool] = False
    is_stackable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_range("n_columns", self.n_columns, 0, ends="[)")
        check_range("n_units", self.n_units, 1, ends="[)")
        check_range("the number of lines", self.n_lines, 1, ends="[)")

    @property
    @abstractmethod
    def n_lines(self) -> int:
        """Number of lines of each column."""

    @abstractmethod
    def bend(self, lines: Array, bent: Array) -> None:
        """Write a function of `lines` into `bent`; both are (..., n_columns, n_lines, n_rows)."""

    @abstractmethod
    def backward_bend(self, lines: Array, bent: Array, gradient: Array) -> None:
        """Multiply a gradient for `bent` by the slope; `lines` is free to use."""

    def n_out(self, n_in: int) -> int:
        return n_in + self.n_columns * self.n_units

    def origin(self, n_in: int) -> Array | None:
        embedded = np.repeat(np.arange(self.n_columns), self.n_units)
        return np.concatenate([np.arange(n_in), embedded])

    def shapes(self, n_in: int) -> dict[str, tuple[int, ...]]:
        # intercepts beside their slopes: one product for both, forward and backward
        d, k = self.n_columns, self.n_lines
        return {"lines": (d, k, 2), "weights": (d, k + 1, self.n_units)}

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        bound = self.n_lines**-0.5
        params["weights"][...] = rng.uniform(-bound, bound, params["weights"].shape)

    def learning_rates(self, n_in: int) -> dict[str, float]:
        return dict.fromkeys(("lines", "weights"), self.learning_rate)

    def scratch(self, shape: tuple[int, ...], dtype: DTypeLike) -> dict[str, Array]:
        # rows last: products and element-wise passes then run over long contiguous stretches
        *stack, n_rows, _ = shape
        d, k = self.n_columns, self.n_lines
        return {
            "columns": np.ones((*stack, d, 2, n_rows), dtype),  # and a 1 for the intercepts
            "lines": np.empty((*stack, d, k, n_rows), dtype),
            "bent": np.ones((*stack, d, k + 1, n_rows), dtype),  # likewise
            "d_units": np.empty((d, self.n_units, n_rows), dtype),
            "d_lines": np.empty((d, k, n_rows), dtype),
            "d_columns": np.empty((d, 1, n_rows), dtype),
        }

    def forward(self, frame: Frame) -> None:
        x, out, params, scratch = frame.x, frame.out, frame.params, frame.scratch
        columns, lines, bent = scratch["columns"], scratch["lines"], scratch["bent"]
        numbers = x[..., : self.n_columns].swapaxes(-1, -2)
        np.multiply(numbers, self.factor, out=columns[..., 0, :])
        # a fifth of the time of a broadcast multiplication and addition
        np.matmul(params["lines"], columns, out=lines)
        self.bend(lines, bent[..., :-1, :])
        out[..., : x.shape[-1]] = x
        units = self._units(out).swapaxes(-2, -3)
        np.matmul(bent.swapaxes(-1, -2), params["weights"], out=units)

    def backward(self, frame: Frame) -> None:
        scratch, grads, d_in = frame.scratch, frame.grads, frame.d_in
        d_units, d_lines, bent = scratch["d_units"], scratch["d_lines"], scratch["bent"]
        # a copy in the order of the lines halves the time of both products
        d_units[...] = self._units(frame.d_out).transpose(1, 2, 0)
        np.matmul(bent, d_units.transpose(0, 2, 1), out=grads["weights"])
        learns = "lines" not in self.frozen
        if learns or d_in is not None:
            np.matmul(frame.params["weights"][:, :-1], d_units, out=d_lines)
            self.backward_bend(scratch["lines"], bent[:, :-1], d_lines)
        if learns:
            np.matmul(d_lines, scratch["columns"].transpose(0, 2, 1), out=grads["lines"])
        else:
            grads["lines"].fill(0)
        if d_in is not None:
            self._backward_columns(frame, d_in)

    def _backward_columns(self, frame: Frame, d_in: Array) -> None:
        d_columns, slopes = frame.scratch["d_columns"], frame.params["lines"][:, None, :, 0]
        np.matmul(slopes, frame.scratch["d_lines"], out=d_columns)
        d_columns *= self.factor
        d_in[...] = frame.d_out[:, : d_in.shape[1]]
        d_in[:, : self.n_columns] += d_columns[:, 0].T

    def _units(self, table: Array) -> Array:
        """Return a view of the embeddings in an output, (..., n_rows, n_columns, n_units)."""
        start = table.shape[-1] - self.n_columns * self.n_units
        return table[..., start:].reshape(*table.shape[:-1], self.n_columns, self.n_units)


@dataclass(frozen=True)
class PeriodicEmbedding(NumericEmbedding):
    """An affine map of waves ``sin(2 pi frequency x + phase)``.

    The papers use cosines, whose derivative has a minus sign; with phases uniform over the
    whole circle, the two are equivalent. Frequencies are the slopes of the lines, phases their
    intercepts.

    Parameters
    ----------
    n_frequencies : int, default=16
        Number of waves of each column.
    sigma : float, default=0.1
        Standard deviation of the starting frequencies.

    References
    ----------
    Holzmueller, Grinsztajn & Steinwart (2024), "Better by default: strong pre-tuned MLPs
    and boosted trees on tabular data", section 3 (PBLD embeddings).

    Gorishniy, Rubachev & Babenko (2022), "On embeddings for numerical features in tabular
    deep learning", section 3.3.
    """

    n_frequencies: int = field(default=16, kw_only=True)
    sigma: float = field(default=0.1, kw_only=True)

    factor: ClassVar[float] = 2 * np.pi

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("sigma", self.sigma, 0)

    def in_prediction(self) -> Layer:
        return replace(self, sigma=1.0)

    @property
    def n_lines(self) -> int:
        return self.n_frequencies

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        super().initialize(params, rng)
        frequency, phase = np.moveaxis(params["lines"], -1, 0)
        frequency[...] = rng.normal(0, self.sigma, frequency.shape)
        phase[...] = rng.uniform(-np.pi, np.pi, phase.shape)

    def bend(self, lines: Array, bent: Array) -> None:
        np.sin(lines, out=bent)

    def backward_bend(self, lines: Array, bent: Array, gradient: Array) -> None:
        np.cos(lines, out=lines)
        gradient *= lines


@dataclass(frozen=True)
class PiecewiseLinearEmbedding(NumericEmbedding):
    """An affine map of the fractions of each bin of a column that lie below the value.

    The outer bins extend beyond their ends. Half of the edges are quantiles of the rows that
    `adapt` sees, the others quantiles of the distinct values among them, so that a value that
    many rows have does not take most of the bins; without `adapt` all bins are equally wide.
    A bin of width 0 is always 0.

    Parameters
    ----------
    n_bins : int, default=16
        Number of bins of each column; with an odd number, some may have no width.

    References
    ----------
    Gorishniy, Rubachev & Babenko (2022), "On embeddings for numerical features in tabular
    deep learning", sections 3.2 and 3.2.1.
    """

    n_bins: int = field(default=16, kw_only=True)

    frozen: ClassVar[tuple[str, ...]] = ("lines",)

    @property
    def n_lines(self) -> int:
        return self.n_bins

    def initialize(self, params: Arrays, rng: RandomSource) -> None:
        super().initialize(params, rng)
        self._set_edges(params, np.linspace(-3, 3, self.n_bins + 1)[None])

    def adapt(self, params: Arrays, x: Any, rng: RandomSource) -> None:
        columns = x[:, : self.n_columns].T
        edges = np.array([_edges(column, self.n_bins) for column in columns])
        self._set_edges(params, edges.reshape(self.n_columns, self.n_bins + 1))

    def _set_edges(self, params: Arrays, edges: Array) -> None:
        width = np.diff(edges)
        # with few distinct values, quantiles may be equal up to rounding errors
        is_wide = width > np.finfo(params["lines"].dtype).eps * np.abs(edges[:, 1:])
        slope = np.divide(1, width, out=np.zeros_like(width), where=is_wide)
        params["lines"][..., 0] = slope
        params["lines"][..., 1] = -slope * edges[:, :-1]

    def bend(self, lines: Array, bent: Array) -> None:
        # the first bin has no lower end, the last no upper end
        bent[..., 0, :] = lines[..., 0, :]
        # NumPy's extrema are three times as fast with an array as with a single number
        lower, upper = bent[..., 1:, :], bent[..., :-1, :]
        lower[...] = 0
        np.maximum(lines[..., 1:, :], lower, out=lower)
        np.minimum(upper, 1, out=upper)

    def backward_bend(self, lines: Array, bent: Array, gradient: Array) -> None:
        np.equal(lines, bent, out=lines)
        gradient *= lines


def _edges(column: Array, n_bins: int) -> Array:
    """Return the edges of `n_bins` bins; the values themselves if few are distinct."""
    values = np.unique(column)
    if len(values) <= n_bins + 1:
        return np.append(values, np.full(n_bins + 1 - len(values), values[-1]))
    n_inner = n_bins // 2
    rows = np.quantile(column, np.linspace(0, 1, n_bins - n_inner + 1))
    return np.sort(np.append(rows, np.quantile(values, np.linspace(0, 1, n_inner + 2)[1:-1])))


NUMERIC_EMBEDDINGS: dict[str, Callable[..., NumericEmbedding]] = {
    "pbld": PeriodicEmbedding,
    "piecewise_linear": PiecewiseLinearEmbedding,
}
