"""Numeric targets: their scaling for the loss, and predictions from raw outputs."""

import numpy as np
from sklearn.metrics import d2_pinball_score, r2_score
from sklearn.preprocessing import StandardScaler

from skdense._arrays.moments import fit_scaler
from skdense._arrays.overflow import require_finite, within_range
from skdense._target.base import Target, check_n_outputs
from skdense.engine import Layer, Quantile, RegressionLoss
from skdense.engine.typing import Array, DType

# The largest number of an output that is predicted in float32 lies within these.
TINY, HUGE = 1e-30, 1e37
# In float32, an offset of more standard deviations than this takes digits of the rest.
FAR = 1e4


class PlainNumbers(Target):
    """Numbers without scaling.

    Parameters
    ----------
    y : ndarray
    dtype : dtype
        Of the first table, which predictions have as well; `update` makes it float64 for a
        target that float32 cannot hold.
    loss : RegressionLoss
    out_activation : str
    output_layers : tuple of Layer, default=()
    """

    loss: RegressionLoss
    is_scaled = True

    def __init__(
        self,
        y: Array,
        dtype: DType,
        loss: RegressionLoss,
        out_activation: str,
        output_layers: tuple[Layer, ...] = (),
    ) -> None:
        self.loss = loss
        self.out_activation, self.output_layers = out_activation, output_layers
        self.is_vector, self.dtype = y.ndim == 1, np.dtype(dtype)
        self.n_outputs = 1 if self.is_vector else y.shape[1]
        self.n_raw = loss.n_raw(self.n_outputs)

    def encode(self, y: Array) -> Array:
        check_n_outputs(y, self.n_outputs)
        self.loss.check_target(y)
        return y

    def update(self, y: Array, weight: Array | None) -> None:
        largest = np.abs(_columns(y)).max(axis=0)
        if ((largest > HUGE) | ((largest < TINY) & (largest > 0))).any():
            self.dtype = np.dtype(np.float64)

    def loss_target(self, y: Array, dtype: DType) -> Array:
        offset, scale = self.units()
        with within_range("y", dtype):
            return np.asarray((_columns(y) - offset) / scale, dtype)

    @property
    def n_statistics(self) -> int:
        return self.n_outputs

    def decide(self, raw: Array) -> Array:
        return self.predict(raw)

    def predict(self, raw: Array) -> Array:
        with np.errstate(over="ignore"):
            prediction = self.loss.inverse_link(raw)
        return self._unscaled(raw, prediction, *self.units())

    def std(self, raw: Array) -> Array:
        """Return standard deviations on the scale of the target; ValueError if not learnt."""
        return self._unscaled(raw, self.loss.std(raw), 0.0, self.units()[1])

    @property
    def additive_names(self) -> list[str]:
        outputs = [f"output {i}" for i in range(self.n_outputs)]
        if not isinstance(self.loss, Quantile):
            return outputs
        levels = [f"quantile {level:g}" for level in self.loss.levels]
        if self.n_outputs == 1:
            return levels
        return [f"{output}, {level}" for output in outputs for level in levels]

    def additive_units(self) -> tuple[Array, Array]:
        """Return the units of predictions; of their logarithms with a log link."""
        offset, scale = self.units()
        if self.loss.out_activation == "exp":
            return np.ones_like(scale), np.log(scale)
        n_each = self.loss.levels.size if isinstance(self.loss, Quantile) else 1
        return np.repeat(scale, n_each), np.repeat(offset, n_each)

    @property
    def has_scores(self) -> bool:
        one_row = np.zeros((1, self.n_raw))
        return isinstance(self.loss, Quantile) or self.loss.inverse_link(one_row).ndim == 2

    def scores(self, raw: Array, y: Array) -> Array:
        """Return absolute errors, in the deviations that the loss implies."""
        center, scale = self.loss.center_and_scale(raw.astype(np.float64))
        return np.abs(self.loss_target(y, np.dtype(np.float64)) - center) / scale

    def interval(self, raw: Array, threshold: Array) -> Array:
        """Return the lower and upper bounds of targets whose scores are at most `threshold`."""
        center, scale = self.loss.center_and_scale(raw.astype(np.float64))
        bounds = np.stack([center - threshold * scale, center + threshold * scale], axis=-1)
        if self.loss.positive_only:
            np.maximum(bounds, 0, out=bounds)
        return self._unscaled(raw, bounds, *self.units())

    def score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        if isinstance(self.loss, Quantile):
            return self._quantile_score(self.loss.levels, y, prediction, weight)
        if prediction.ndim > y.ndim:
            raise ValueError(
                f"loss={self.loss} predicts several numbers for each one of y, for which R2 is "
                "not defined; choose another metric, or scoring='loss' for early stopping."
            )
        return float(r2_score(y, prediction, sample_weight=weight))

    def _quantile_score(
        self, levels: Array, y: Array, prediction: Array, weight: Array | None
    ) -> float:
        quantiles = prediction.reshape(*y.shape, -1)
        scores = [
            d2_pinball_score(y, quantiles[..., i], sample_weight=weight, alpha=level)
            for i, level in enumerate(levels)
        ]
        return float(np.mean(scores))

    def _unscaled(self, raw: Array, values: Array, offset: Array | float, scale: Array) -> Array:
        # one entry per output, which is the second axis of two or three
        shape = (-1, *(1,) * (values.ndim - 2))
        with np.errstate(over="ignore", invalid="ignore"):
            values = values * scale.reshape(shape) + np.reshape(offset, shape)
        # float32 only if both this table and the first one are
        values = require_finite(values.astype(np.result_type(raw, self.dtype), copy=False))
        return values[:, 0] if self.is_vector else values

    def units(self) -> tuple[Array, Array]:
        """Return offset and scale of the target, one per output, that the network trains on."""
        return np.zeros(self.n_outputs), np.ones(self.n_outputs)


class StandardNumbers(PlainNumbers):
    """Numbers on the scale that suits the loss, by `StandardScaler`."""

    def __init__(self, y: Array, dtype: DType, loss: RegressionLoss, out_activation: str) -> None:
        super().__init__(y, dtype, loss, out_activation)
        self.scaler = StandardScaler()

    def update(self, y: Array, weight: Array | None) -> None:
        super().update(y, weight)
        fit_scaler(self.scaler, _columns(y), weight, "y")
        deviation = np.sqrt(self.scaler.var_)
        if ((np.abs(self.scaler.mean_) > FAR * deviation) & (deviation > 0)).any():
            self.dtype = np.dtype(np.float64)

    def units(self) -> tuple[Array, Array]:
        return self.loss.target_units(self.scaler.mean_, self.scaler.scale_)


def _columns(y: Array) -> Array:
    return np.asarray(y, np.float64).reshape(len(y), -1)


NUMBERS: dict[str | None, type[PlainNumbers]] = {
    "standard": StandardNumbers,
    None: PlainNumbers,
}
