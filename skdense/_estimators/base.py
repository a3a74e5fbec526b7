"""What both estimators share: `fit`, `resume`, batches of a stream, and scoring."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from warnings import warn

from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags

from skdense._estimators.inspection import InspectionMixin
from skdense._estimators.persistence import PersistenceMixin
from skdense._input.features import check_X
from skdense._input.rows import Given
from skdense._input.target import check_y
from skdense._input.weights import check_sample_weight
from skdense._settings.parameters import Parameters
from skdense._target.base import check_n_outputs
from skdense._target.labels import Classes
from skdense._training.attributes import (
    FittedAttributes,
    check_is_predictor,
    unchanged_on_error,
)
from skdense._training.callbacks import CallbackSupportMixin, with_callbacks
from skdense._training.fitting import Fit, Tables
from skdense.engine.typing import Array


@dataclass(eq=False, repr=False)
class BaseDenseNet(
    FittedAttributes,
    InspectionMixin,
    PersistenceMixin,
    CallbackSupportMixin,
    Parameters,
    BaseEstimator,
    ABC,
):
    """Training and scoring of both estimators; they say what each parameter means."""

    @abstractmethod
    def predict(self, X: Any) -> Array:
        """Predict the target."""

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Fit the network to a table and its target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Numbers in any unit, categories (see `categorical_features`), and NaN where
            something is missing.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Not negative, not all zero. A row of weight 0 counts as absent.
        X_val, y_val : as `X` and `y`, or None, default=None
            Validation data, scored after each epoch. With `early_stopping` they stand in
            for the rows that would be held out. In a pipeline,
            ``Pipeline(..., transform_input=["X_val"])`` transforms them as it does `X`.
        sample_weight_val : array-like of shape (n_val,), float or None, default=None
            Their weights.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If an argument cannot be used or the training diverges. The estimator is then
            as it was before, as it also is after Ctrl-C.
        """
        tables = Tables(Given(X, y, sample_weight), Given(X_val, y_val, sample_weight_val))
        return self._trained(self._fit_with_callbacks, tables)

    def resume(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Go on with a fit that was cut off, from a file that `Checkpoint` saved.

        The epochs that were still to come, by the settings that the fit began with. The
        result is that of a fit which nothing had cut off, to the last bit.

        Parameters
        ----------
        X, y, sample_weight, X_val, y_val, sample_weight_val
            As `fit` had them.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If the estimator is not from such a file, or `X` has other rows.
        """
        tables = Tables(Given(X, y, sample_weight), Given(X_val, y_val, sample_weight_val))
        return self._trained(self._resume_with_callbacks, tables)

    @with_callbacks
    def _fit_with_callbacks(self, tables: Tables) -> str | None:
        before = self._trainer if self.warm_start and hasattr(self, "_trainer") else None
        return Fit.begin(self, tables, before).run(tables.training)

    @with_callbacks
    def _resume_with_callbacks(self, tables: Tables) -> str | None:
        if not hasattr(self, "_fit_state"):
            raise ValueError(
                "resume goes on with a fit that Checkpoint saved, and this estimator is not from "
                "such a file; use fit, or partial_fit."
            )
        return Fit.resumed(self, tables, self._fit_state).run(tables.training)

    def _trained(self, training: Callable[[Tables], str | None], tables: Tables) -> Self:
        """Train, and warn of what that returns; after an error all is as it was before."""
        with unchanged_on_error(self):
            warning = training(tables)
            if warning is not None:
                # of the line that called fit or resume
                warn(warning, ConvergenceWarning, stacklevel=3)
        return self

    def _fit_batch(self, tables: Tables, classes: Classes = None) -> Self:
        """Train for one pass over one batch of a stream."""
        with unchanged_on_error(self):
            Fit.batch(self, tables, getattr(self, "_trainer", None), classes).run_batch()
        return self

    def _raw(self, X: Any) -> Array:
        """Return the raw predictions for a user's table."""
        check_is_predictor(self)
        return self._predictor.raw(check_X(self, X, self._predictor.table))

    def _score(self, X: Any, y: Any, sample_weight: Any) -> float:
        prediction, target = self.predict(X), self._predictor.target
        y = check_y(self, y, len(prediction), self._y_dtype)
        check_n_outputs(y, target.n_outputs)
        return target.score(y, prediction, check_sample_weight(sample_weight, len(prediction)))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.target_tags.multi_output = True
        return tags

    # Where scikit-learn's HTML representation leads: to the docstring in the source.

    _doc_link_module = "skdense"
    _doc_link_template = "{url}"

    def _doc_link_url_param_generator(self) -> dict[str, str]:
        return {"url": Path(inspect.getfile(type(self).predict)).resolve().as_uri()}
