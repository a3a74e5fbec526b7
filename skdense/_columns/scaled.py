"""Centered and scaled columns: standard and robust."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils.sparsefuncs import inplace_column_scale

from skdense._arrays.missing import Sliceable
from skdense._arrays.moments import fit_scaler
from skdense._arrays.overflow import beyond_range
from skdense._arrays.quantiles import quantiles
from skdense._columns.base import Columns, PlainColumns
from skdense._columns.target_encoding import TargetEncoding
from skdense.engine.typing import CSR, Array, DType, Matrix

# Robust scaling clips all numbers smoothly to between -BOUND and BOUND.
BOUND = 3


class ScaledColumns(Columns):
    """Centered and scaled columns; sparse ones keep their zeros."""

    # not set until `update`
    factor: Array

    def _set_scaling(self, center: Array, factor: Array) -> None:
        """Set what is subtracted from each column, and the factor that then multiplies it."""
        self.center, self.factor = center, factor
        with np.errstate(divide="ignore"):
            self.scale = 1 / factor
        self.scaling32 = _in_float32(center, factor)

    # What follows from center and factor is not pickled.

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name not in _DERIVED}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if "factor" in state:
            self._set_scaling(self.center, self.factor)

    def _keeps_zeros(self) -> bool:
        return self.expansion.is_identity and not self.center.any()

    def _scaled_entries(self, X: Any, dtype: DType) -> CSR:
        matrix = X.astype(np.float64)
        inplace_column_scale(matrix, self.factor)
        self._bound(matrix.data)
        return matrix.astype(dtype, copy=False)

    def _scale(self, X: Array, out: Array) -> None:
        if self.scaling32 is not None and X.dtype == out.dtype == np.float32:
            center, lost, factor = self.scaling32
            np.subtract(X, center, out)
            out -= lost
            out *= factor
            self._bound(out)
        else:
            # in float64, as float32 would round off what a large center leaves
            wide = out if out.dtype == np.float64 else np.empty(out.shape)
            np.subtract(X, self.center, out=wide, dtype=np.float64)
            wide *= self.factor
            self._bound(wide)
            if wide is not out:
                out[:] = wide

    def _bound(self, values: Array) -> None:
        """Clip scaled numbers in place."""


_DERIVED = ("scale", "scaling32")


class StandardColumns(ScaledColumns):
    """Columns with mean 0 and standard deviation 1, by `StandardScaler`."""

    def __init__(
        self, X: Matrix, n_levels: Sequence[int] = (), encoding: TargetEncoding | None = None
    ) -> None:
        super().__init__(X, n_levels, encoding)
        self.scaler = StandardScaler(with_mean=not sparse.issparse(X))

    def update(self, X: Sliceable, weight: Array | None) -> None:
        if self.scaler.with_mean == sparse.issparse(X):
            raise ValueError(
                "X changed between sparse and dense; give partial_fit every batch in the "
                "same form, or set feature_scaling=None."
            )
        fit_scaler(self.scaler, self.expansion.expand(X), weight, "X", self.expansion.origin)
        self._set_scaling(*_standard_scaling(self.scaler))


class RobustColumns(ScaledColumns):
    """Columns less their median, divided by their interquartile range, smoothly clipped to 3.

    The robust scaling and smooth clipping of RealMLP (Holzmueller et al. 2024, arXiv 2407.04491).
    If the interquartile range is 0, half the range replaces it. The entries of a sparse table,
    which keeps its zeros, are divided by the standard deviation of their column. In a stream,
    the first batch sets the scaling.
    """

    def update(self, X: Sliceable, weight: Array | None) -> None:
        if hasattr(self, "factor"):
            return
        if sparse.issparse(X):
            scaler = StandardScaler(with_mean=False)
            fit_scaler(scaler, X, weight, "X")
            self._set_scaling(*_standard_scaling(scaler))
        else:
            self.learn_quantiles(quantiles(self.expansion.expand(X), weight))

    def learn_quantiles(self, quantiles: Array) -> None:
        """Learn center and scale from the QUANTILES of each column of the expanded table."""
        self._set_scaling(*_robust_scaling(quantiles, self.expansion.origin))

    def _bound(self, values: Array) -> None:
        # x / sqrt(1 + (x / BOUND)**2)
        divisor = values * values
        divisor *= 1 / BOUND**2
        divisor += 1
        np.sqrt(divisor, out=divisor)
        values /= divisor


def _standard_scaling(scaler: StandardScaler) -> tuple[Array, Array]:
    """Return the center and the factor of each column; the factor of a constant one is 0."""
    # the scaler sets the scale of columns that are constant up to rounding to 1
    is_constant = scaler.scale_ != np.sqrt(scaler.var_)
    factor = np.where(is_constant, 0.0, 1 / scaler.scale_)
    return (scaler.mean_ if scaler.with_mean else np.zeros_like(factor)), factor


def _robust_scaling(quantiles: Array, origin: Array) -> tuple[Array, Array]:
    """Return the median and the factor of each column; the factor of a constant one is 0."""
    smallest, low, median, high, largest = quantiles.T
    with np.errstate(over="ignore", divide="ignore"):
        spread = np.where(high > low, high - low, (largest / 2 - smallest / 2))
        factor = np.where(spread > 0, 1 / spread, 0.0)
    unusable = np.flatnonzero(~np.isfinite(factor) | ~np.isfinite(spread))
    if unusable.size:
        raise beyond_range("X", "spread", origin[unusable[0]], spread[unusable[0]] < 1)
    return median, factor


def _in_float32(center: Array, factor: Array) -> Array | None:
    """Return the center, its rounding error in float32, and the factor; None if out of range.

    With both parts of the center, float32 is as exact as float64 and takes 0.6 of its time.
    """
    limits, used = np.finfo(np.float32), factor[factor > 0]
    # leave a margin, as the difference of a number and its center may be larger than both
    largest = limits.max / 100
    if max(np.abs(center).max(initial=0), used.max(initial=0)) > largest:
        return None
    if used.min(initial=1) < 1 / largest:
        return None
    rounded = center.astype(np.float32)
    return np.array([rounded, center - rounded, factor], np.float32)


COLUMNS: dict[str | None, type[Columns]] = {
    "standard": StandardColumns,
    "robust": RobustColumns,
    None: PlainColumns,
}
