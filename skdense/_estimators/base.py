"""The base of both estimators: `fit`, `resume`, batches of a stream, and scoring."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, Self
from warnings import warn

from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags

from skdense._estimators.inspection import InspectionMixin
from skdense._estimators.persistence import PersistenceMixin
from skdense._input.features import check_X
from skdense._input.rows import Given
from skdense._input.target import check_y
from skdense._input.typing import ArrayLike, TableLike
from skdense._input.weights import check_sample_weight
from skdense._settings.parameters import Parameters
from skdense._target.base import check_n_outputs
from skdense._target.labels import Classes
from skdense._training.attributes import check_is_predictor, unchanged_on_error
from skdense._training.budget import Budget
from skdense._training.callbacks import CallbackSupportMixin, with_callbacks
from skdense._training.fitting import Fit
from skdense._training.tables import Tables
from skdense.engine.typing import Array

# Metadata that methods use if they are given.
OF_FIT = ("sample_weight", "X_val", "y_val", "sample_weight_val")
AUTO_REQUESTS = {"fit": OF_FIT, "partial_fit": OF_FIT, "score": ("sample_weight",)}


class MethodElsewhere:
    """A method that the other estimator has; asking for it raises an AttributeError that says so.

    So `hasattr` tells the truth, and neither documentation nor completion lists the method.

    Parameters
    ----------
    advice : str
        What to use instead.
    """

    def __init__(self, advice: str) -> None:
        self.advice = advice

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> NoReturn:
        raise AttributeError(f"{owner.__name__} has no {self.name}; {self.advice}.")


class BaseDenseNet(
    InspectionMixin,
    PersistenceMixin,
    CallbackSupportMixin,
    Parameters,
    BaseEstimator,
    ABC,
):
    """Base of both estimators, which document each parameter."""

    @abstractmethod
    def predict(self, X: TableLike) -> Array:
        """Predict the target."""

    def fit(
        self,
        X: TableLike,
        y: ArrayLike,
        sample_weight: ArrayLike = None,
        *,
        X_val: TableLike = None,
        y_val: ArrayLike = None,
        sample_weight_val: ArrayLike = None,
    ) -> Self:
        """Fit the network to a table and its target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            A table as it is: numbers in any unit, text, booleans, dates, categories and
            missing values. `categorical_features` says how its columns are read.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target values.
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Sample weights: not negative, and not all zero. Rows of weight 0 are ignored.
        X_val, y_val : as `X` and `y`, or None, default=None
            Validation data, scored after each epoch. With `early_stopping` they replace the
            rows that would otherwise be held out. In a pipeline,
            ``Pipeline(..., transform_input=["X_val"])`` transforms them as it does `X`.
        sample_weight_val : array-like of shape (n_val,), float or None, default=None
            Sample weights of the validation data.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If an argument is invalid or training diverges. The estimator is then unchanged,
            as it also is after Ctrl-C.
        """
        tables = Tables(Given(X, y, sample_weight), Given(X_val, y_val, sample_weight_val))
        return self._trained(self._fit_with_callbacks, tables)

    def resume(
        self,
        X: TableLike,
        y: ArrayLike,
        sample_weight: ArrayLike = None,
        *,
        X_val: TableLike = None,
        y_val: ArrayLike = None,
        sample_weight_val: ArrayLike = None,
    ) -> Self:
        """Resume an interrupted fit, from a file that `Checkpoint` saved.

        Trains the remaining epochs, with the settings that the fit started with. The result
        is bit for bit that of an uninterrupted fit.

        Parameters
        ----------
        X, y, sample_weight, X_val, y_val, sample_weight_val
            The arguments of the interrupted `fit`.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If the estimator was not loaded from such a file, or the number of rows of `X`
            differs.
        """
        tables = Tables(Given(X, y, sample_weight), Given(X_val, y_val, sample_weight_val))
        return self._trained(self._resume_with_callbacks, tables)

    @with_callbacks
    def _fit_with_callbacks(self, tables: Tables) -> str | None:
        budget = Budget.of(self.max_seconds)
        before = self._trainer if self.warm_start and hasattr(self, "_trainer") else None
        return Fit.begin(self, tables, before, budget).run(tables.training)

    @with_callbacks
    def _resume_with_callbacks(self, tables: Tables) -> str | None:
        if not hasattr(self, "_fit_state"):
            raise ValueError(
                "resume needs an estimator loaded from a file that Checkpoint saved, which this "
                "one is not; use fit or partial_fit."
            )
        return Fit.resumed(self, tables, self._fit_state).run(tables.training)

    def _trained(self, training: Callable[[Tables], str | None], tables: Tables) -> Self:
        """Train, and issue the returned warning; restore the estimator after an error."""
        with unchanged_on_error(self):
            warning = training(tables)
            if warning is not None:
                # reported at the line that called fit or resume
                warn(warning, ConvergenceWarning, stacklevel=3)
        return self

    def _fit_batch(self, tables: Tables, classes: Classes = None) -> Self:
        """Train for one pass over one batch of a stream."""
        with unchanged_on_error(self):
            Fit.batch(self, tables, getattr(self, "_trainer", None), classes).run_batch()
        return self

    def _raw(self, X: TableLike) -> Array:
        """Return the raw predictions for a table given by the user."""
        check_is_predictor(self)
        return self._predictor.raw(check_X(self, X, self._predictor.table))

    def _score(self, X: TableLike, y: ArrayLike, sample_weight: ArrayLike) -> float:
        prediction, target = self.predict(X), self._predictor.target
        y = check_y(self, y, len(prediction), self._y_dtype)
        check_n_outputs(y, target.n_outputs)
        return target.score(y, prediction, check_sample_weight(sample_weight, len(prediction)))

    def get_metadata_routing(self) -> Any:
        """Return the requests for metadata.

        From scikit-learn 1.10 on, weights and validation data are requested unless set otherwise,
        with ``sklearn.set_config(metadata_request_policy="auto")``.

        Returns
        -------
        routing : MetadataRequest
        """
        routing = super().get_metadata_routing()
        for method, names in AUTO_REQUESTS.items():
            request: Any = getattr(routing, method, None)
            if hasattr(request, "add_auto_request"):
                for name in names:
                    request.add_auto_request(name)
        return routing

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.target_tags.multi_output = True
        return tags

    # scikit-learn's HTML representation links to the docstring in the source file.

    _doc_link_module = "skdense"
    _doc_link_template = "{url}"

    def _doc_link_url_param_generator(self) -> dict[str, str]:
        return {"url": Path(inspect.getfile(type(self).predict)).resolve().as_uri()}
