"""From a checked table to the float matrix that the network is fed with."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils.sparsefuncs import inplace_column_scale, min_max_axis

from skdense._expansion import Expansion, chunks, has_missing
from skdense.engine.layers import Array

# Rows that a scaler learns from at once.
CHUNK = 4_096
# Quantiles are found of copies of some columns at once: at least so many, or of so many cells.
BLOCK, BLOCK_CELLS = 16, 2**22
QUANTILES = (0, 0.25, 0.5, 0.75, 1)
ROUNDING = 1e-12
# What robust scaling squeezes all numbers between, and minus that.
BOUND = 3


class Columns(ABC):
    """How columns become numbers of a size that networks train well on.

    The numbers of an `Expansion` less `center` and over `scale`, with 0, the centre, for what
    is missing; then the codes of categories as they are.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        The first table, with codes for categories and NaN for what is missing.
    n_levels : sequence of int, default=()
        Number of categories of each column, 0 for numbers; empty if there are none.

    Attributes
    ----------
    n_out : int
        Columns of the matrix.
    is_sparse : bool
        Whether the first table was.
    n_numeric : int
        How many of the first ones are numeric columns; 0 if the first table was sparse.
    n_embedded : tuple of int
        Levels of the categories whose codes come last.
    center, scale : ndarray of float
        Of each column but the codes; the scale of what never varied is infinite.
    """

    center: Array
    scale: Array

    def __init__(self, X: Any, n_levels: Sequence[int] = ()) -> None:
        self.expansion = expansion = Expansion(X, n_levels)
        self.is_sparse = sparse.issparse(X)
        self.n_numeric = 0 if self.is_sparse else len(expansion.numeric)
        self.n_embedded = tuple(expansion.n_levels[expansion.embedded].tolist())
        self.n_out = expansion.n_numbers + len(self.n_embedded)

    @abstractmethod
    def update(self, X: Any, weight: Array | None) -> None:
        """Learn from the columns, or go on learning from more rows."""

    def transform(self, X: Any, dtype: np.dtype[Any]) -> Any:
        """The matrix in `dtype`, C-contiguous or CSR."""
        with within_range("X", dtype):
            if sparse.issparse(X) and self._keeps_zeros():
                return self._scaled_entries(X, dtype)
            return self._dense(X, dtype)

    def names(self, feature_names: Sequence[str], categories: Sequence[Array] = ()) -> list[str]:
        """The names of the matrix's columns, `categories` being those of the table."""
        return self.expansion.names(feature_names, categories)

    def _keeps_zeros(self) -> bool:
        return self.expansion.is_identity

    @abstractmethod
    def _scaled_entries(self, X: Any, dtype: np.dtype[Any]) -> Any:
        """A sparse matrix whose zeros stay what they are."""

    def _dense(self, X: Any, dtype: np.dtype[Any]) -> Array:
        matrix = np.empty((X.shape[0], self.n_out), dtype)
        for rows in chunks(X):
            self._write(X[rows].toarray() if sparse.issparse(X) else X[rows], matrix[rows])
        return matrix

    def _write(self, X: Array, out: Array) -> None:
        numbers = out[:, : self.expansion.n_numbers] if self.n_embedded else out
        self._scale(self.expansion.numbers(X), numbers)
        _center_missing(numbers)
        if self.n_embedded:
            out[:, self.expansion.n_numbers :] = self.expansion.codes(X)

    @abstractmethod
    def _scale(self, X: Array, out: Array) -> None:
        """Write some rows of numbers; NaN stays."""


class PlainColumns(Columns):
    """Columns as they are."""

    def __init__(self, X: Any, n_levels: Sequence[int] = ()) -> None:
        super().__init__(X, n_levels)
        self.center = np.zeros(self.expansion.n_numbers)
        self.scale = np.ones(self.expansion.n_numbers)

    def update(self, X: Any, weight: Array | None) -> None:
        pass

    def _scaled_entries(self, X: Any, dtype: np.dtype[Any]) -> Any:
        return X.astype(dtype, copy=False)

    def _dense(self, X: Any, dtype: np.dtype[Any]) -> Array:
        if self.expansion.is_identity and not sparse.issparse(X):
            matrix = np.ascontiguousarray(X, dtype)
            if not has_missing(matrix):
                return matrix
        return super()._dense(X, dtype)

    def _scale(self, X: Array, out: Array) -> None:
        out[:] = X


class ScaledColumns(Columns):
    """Each column less a centre and over a scale; sparse ones keep their zeros."""

    # nothing is learnt from one yet
    factor: Array

    def _set_units(self, center: Array, factor: Array) -> None:
        """From now on, columns less `center` are multiplied by `factor`."""
        self.center, self.factor = center, factor
        with np.errstate(divide="ignore"):
            self.scale = 1 / factor
        self.units32 = _in_float32(center, factor)

    # What follows from the units need not be in a pickle.

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in _DERIVED}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        if "factor" in state:
            self._set_units(self.center, self.factor)

    def _keeps_zeros(self) -> bool:
        return self.expansion.is_identity and not self.center.any()

    def _scaled_entries(self, X: Any, dtype: np.dtype[Any]) -> Any:
        matrix = X.astype(np.float64)
        inplace_column_scale(matrix, self.factor)
        self._bound(matrix.data)
        return matrix.astype(dtype, copy=False)

    def _scale(self, X: Array, out: Array) -> None:
        if self.units32 is not None and X.dtype == out.dtype == np.float32:
            center, lost, factor = self.units32
            np.subtract(X, center, out)
            out -= lost
            out *= factor
            self._bound(out)
        else:
            # in float64, so that float32 does not round a large centre away
            wide = out if out.dtype == np.float64 else np.empty(out.shape)
            np.subtract(X, self.center, out=wide, dtype=np.float64)
            wide *= self.factor
            self._bound(wide)
            if wide is not out:
                out[:] = wide

    def _bound(self, values: Array) -> None:
        """Squeeze scaled numbers in place."""


_DERIVED = ("scale", "units32")


class StandardColumns(ScaledColumns):
    """Each column less its mean and over its standard deviation."""

    def __init__(self, X: Any, n_levels: Sequence[int] = ()) -> None:
        super().__init__(X, n_levels)
        self.scaler = StandardScaler(with_mean=not sparse.issparse(X))

    def update(self, X: Any, weight: Array | None) -> None:
        if self.scaler.with_mean == sparse.issparse(X):
            raise ValueError(
                "X changed between sparse and dense; give partial_fit every batch in the "
                "same form, or set feature_scaling=None."
            )
        fit_scaler(self.scaler, self.expansion.expand(X), weight, "X", self.expansion.origin)
        self._set_units(*_standard_units(self.scaler))


class RobustColumns(ScaledColumns):
    """Each column less its median and over its quartiles' distance, squeezed between -3 and 3.

    The smooth clip of RealMLP (Holzmueller et al. 2024, arXiv 2407.04491). Where the quartiles
    agree, half the distance of the extremes takes their place. Of a sparse table, whose zeros
    stay, entries are over their column's standard deviation. In a stream the first batch
    decides.
    """

    def update(self, X: Any, weight: Array | None) -> None:
        if hasattr(self, "factor"):
            return
        if sparse.issparse(X):
            scaler = StandardScaler(with_mean=False)
            fit_scaler(scaler, X, weight, "X")
            self._set_units(*_standard_units(scaler))
        else:
            numbers = self.expansion.expand(X)
            self._set_units(*_robust_units(numbers, weight, self.expansion.origin))

    def _bound(self, values: Array) -> None:
        # x / sqrt(1 + (x / BOUND)**2)
        divisor = values * values
        divisor *= 1 / BOUND**2
        divisor += 1
        np.sqrt(divisor, out=divisor)
        values /= divisor


def _standard_units(scaler: StandardScaler) -> tuple[Array, Array]:
    """Centre and factor of each column; the factor of a constant one is 0."""
    # the scaler leaves the scale of a column 1 that it finds constant, rounding apart
    is_constant = scaler.scale_ != np.sqrt(scaler.var_)
    factor = np.where(is_constant, 0.0, 1 / scaler.scale_)
    return (scaler.mean_ if scaler.with_mean else np.zeros_like(factor)), factor


def _robust_units(X: Any, weight: Array | None, origin: Array) -> tuple[Array, Array]:
    """Median and factor of each column; the factor of a constant one is 0."""
    smallest, low, median, high, largest = _quantiles(X, weight).T
    with np.errstate(over="ignore", divide="ignore"):
        spread = np.where(high > low, high - low, (largest / 2 - smallest / 2))
        factor = np.where(spread > 0, 1 / spread, 0.0)
    unusable = np.flatnonzero(~np.isfinite(factor) | ~np.isfinite(spread))
    if unusable.size:
        raise _beyond_range("X", "spread", origin[unusable[0]], spread[unusable[0]] < 1)
    return median, factor


def _quantiles(X: Any, weight: Array | None) -> Array:
    """QUANTILES of each column of a table, of what is not missing."""
    parts, n_columns = [], max(BLOCK, BLOCK_CELLS // X.shape[0])
    for start in range(0, X.shape[1], n_columns):
        block = slice(start, start + n_columns)
        columns = np.concatenate([X[rows][:, block].T for rows in chunks(X)], axis=1)
        parts += [_weighted_quantiles(column, weight) for column in columns.astype(np.float64)]
    return np.array(parts).reshape(-1, len(QUANTILES))


def _weighted_quantiles(values: Array, weight: Array | None) -> Array:
    """QUANTILES by the inverse of the distribution function, the mean of both ends of a step.

    So a row of weight 2 counts as two rows.
    """
    if has_missing(values):
        present = ~np.isnan(values)
        values, weight = values[present], None if weight is None else weight[present]
    if len(values) == 0:
        return np.zeros(len(QUANTILES))
    if weight is None:
        values, counts = np.sort(values), np.arange(1, len(values) + 1)
    else:
        order = np.argsort(values)
        values, counts = values[order], np.cumsum(weight[order])
    # a sum of weights that ends a step but for its rounding does end it
    at, last = np.array(QUANTILES) * counts[-1], len(values) - 1
    lower = np.searchsorted(counts, at * (1 - ROUNDING))
    upper = np.minimum(np.searchsorted(counts, at * (1 + ROUNDING), side="right"), last)
    return values[lower] / 2 + values[upper] / 2


def _in_float32(center: Array, factor: Array) -> Array | None:
    """Centre, what float32 loses of it, and factor; None if these are beyond float32.

    With both parts of the centre, float32 is as exact as float64 and takes 0.6 of its time.
    """
    limits, used = np.finfo(np.float32), factor[factor > 0]
    # well within them, as the difference of a number and its centre may be larger than both
    largest = limits.max / 100
    if max(np.abs(center).max(initial=0), used.max(initial=0)) > largest:
        return None
    if used.min(initial=1) < 1 / largest:
        return None
    rounded = center.astype(np.float32)
    return np.array([rounded, center - rounded, factor], np.float32)


def _center_missing(matrix: Array) -> None:
    """What is missing stands at the centre of its column."""
    if has_missing(matrix):
        np.copyto(matrix, 0, where=np.isnan(matrix))


@contextmanager
def within_range(name: str, dtype: np.dtype[Any]) -> Iterator[None]:
    """Turns an overflow into a ValueError that names the argument."""
    try:
        with np.errstate(over="raise", invalid="ignore", under="ignore"):
            yield
    except FloatingPointError as error:
        raise ValueError(
            f"{name} is beyond the range of {dtype}, in which the network computes, or too "
            "far from what fit saw; check its units, or set dtype='float64'."
        ) from error


def require_finite(prediction: Array) -> Array:
    """The prediction, or ValueError: no NaN and no infinity is ever handed out."""
    finite = np.isfinite(prediction)
    if not finite.all():
        row = int(finite.reshape(len(prediction), -1).all(axis=1).argmin())
        raise ValueError(
            f"X is so far from what fit saw that the prediction overflows, first in row "
            f"{row}; check the units of its columns. If this is what fit saw, "
            "training diverged: lower learning_rate_init."
        )
    return prediction


def fit_scaler(
    scaler: StandardScaler,
    values: Any,
    weight: Array | None,
    name: str,
    origin: Array | None = None,
) -> None:
    """Take more rows into a scaler, or say which argument cannot be scaled.

    `origin` is the position of each column in that argument, if it is another there.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in _rows_of(values):
            # float64: float32 has no room for the squares of large and of small numbers
            part = values[rows].astype(np.float64)
            try:
                _take_in(scaler, part, None if weight is None else weight[rows])
            except OverflowError as error:
                raise ValueError(
                    f"sample_weight is too far from what fit saw to scale {name}; check its unit."
                ) from error
    vanished = scaler.var_ == 0
    if vanished.any():
        vanished &= _varies(values)
    unusable = np.flatnonzero(vanished | ~np.isfinite(scaler.var_))
    if unusable.size:
        column = unusable[0]
        position = column if origin is None else origin[column]
        raise _beyond_range(name, "variance", position, vanished[column])


def _take_in(scaler: StandardScaler, part: Any, weight: Array | None) -> None:
    """More rows; a column of which all is missing leaves its mean and variance as they were."""
    zeros, ones = np.zeros(part.shape[1]), np.ones(part.shape[1])
    known = getattr(scaler, "var_", None) is not None
    before = (scaler.mean_, scaler.var_, scaler.scale_) if known else (zeros, zeros, ones)
    scaler.partial_fit(part, sample_weight=weight)
    if not sparse.issparse(part) and has_missing(part):
        blank = np.isnan(part).all(axis=0)
        for learnt, old in zip((scaler.mean_, scaler.var_, scaler.scale_), before, strict=True):
            learnt[blank] = old[blank]


def _beyond_range(name: str, spread: str, position: int, is_small: bool) -> ValueError:
    remedy = "multiply" if is_small else "divide"
    return ValueError(
        f"{name} cannot be standardized: the {spread} of column {position} is beyond the range "
        f"of float64; {remedy} {name} by a large number first."
    )


def _rows_of(values: Any) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, values.shape[0], CHUNK))


def _varies(values: Any) -> Array:
    """Whether a column holds different values."""
    if sparse.issparse(values):
        smallest, largest = min_max_axis(values, axis=0)
        return np.asarray(largest != smallest)
    parts = [values[rows] for rows in _rows_of(values)]
    smallest = np.fmin.reduce([np.fmin.reduce(part, axis=0) for part in parts])
    largest = np.fmax.reduce([np.fmax.reduce(part, axis=0) for part in parts])
    return np.asarray(largest > smallest)


COLUMNS: dict[str | None, type[Columns]] = {
    "standard": StandardColumns,
    "robust": RobustColumns,
    None: PlainColumns,
}
