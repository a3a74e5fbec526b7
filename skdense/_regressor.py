"""DenseNetRegressor."""

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.metaestimators import available_if

from skdense._base import BaseDenseNet, is_streaming, require_finite
from skdense._build import output_layers
from skdense._from_sklearn import adopt_regressor
from skdense._targets import NUMBERS, Target
from skdense.engine import REGRESSION_LOSSES, Layer
from skdense.engine.layers import Array


@dataclass(eq=False, repr=False, kw_only=True)
class DenseNetRegressor(RegressorMixin, BaseDenseNet):
    """Dense neural network for regression."""

    loss: Literal["squared_error", "poisson"] = "squared_error"
    target_scaling: Literal["standard"] | None = "standard"

    @classmethod
    def from_sklearn(cls, mlp: Any) -> Self:
        """A DenseNetRegressor that trains, or predicts, as an MLPRegressor does.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPRegressor
            Not fitted: the result has its settings, and with the same `random_state`
            draws the same starting parameters and orders of rows. Fitted: the result is
            fitted too, with its parameters.

        Returns
        -------
        regressor : DenseNetRegressor
            Without scaling, in the dtype of the data, as scikit-learn does.
        """
        return adopt_regressor(cls, mlp)

    def predict(self, X: Any) -> Array:
        """Predict the target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            In the target's unit; float32 if `X` is, else float64.
        """
        raw = self._raw(X)
        with np.errstate(over="ignore"):
            return require_finite(self._model.target.predict(raw).astype(raw.dtype, copy=False))

    @available_if(is_streaming)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one pass over one batch of a stream.

        The optimizer's moments, the random stream and the scaling of features and target
        go on from batch to batch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Weights keep their meaning from batch to batch.

        Returns
        -------
        self : object
        """
        return self._fit_batch(X, y, sample_weight)

    def _make_target(self, y: Array, classes: Any) -> Target:
        loss = REGRESSION_LOSSES[self.loss]
        # a stated output activation also states the target's units
        if self._output_layers():
            if self.loss != "squared_error":
                raise ValueError(
                    f"output_activation works with loss='squared_error', got loss={self.loss!r}, "
                    "whose own link is the output activation; leave it None."
                )
            name = self.output_activation
            return NUMBERS[None](y, loss, name if isinstance(name, str) else repr(name))
        link = {"squared_error": "identity", "poisson": "exp"}[self.loss]
        return NUMBERS[self.target_scaling](y, loss, link)

    def _output_layers(self) -> list[Layer]:
        return output_layers(self.output_activation)

    def _validation_score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        return float(r2_score(y, prediction, sample_weight=weight))
