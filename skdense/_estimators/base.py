"""What both estimators share: parameters, and the one way from a table to a fitted network."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy, deepcopy
from dataclasses import KW_ONLY, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal, Self
from warnings import warn

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags

from skdense._estimators.inspection import InspectionMixin
from skdense._estimators.persistence import PersistenceMixin
from skdense._input.categories import Table
from skdense._input.features import check_X
from skdense._input.rows import Rows, check_rows
from skdense._input.target import check_y
from skdense._input.weights import check_sample_weight
from skdense._settings.auto import is_auto, leaves_enough, resolve
from skdense._settings.optimization import build_stopping
from skdense._settings.parameters import check_lbfgs, check_parameters
from skdense._settings.rule import Rule
from skdense._target.base import Target, check_n_outputs
from skdense._training.attributes import (
    FittedAttributes,
    copy_as_if_ended,
    fitted_attributes,
    fitted_model,
    unchanged_on_error,
)
from skdense._training.callbacks import CallbackSupportMixin, FitMonitor, Reporter, with_callbacks
from skdense._training.fit_state import Paused
from skdense._training.trainer import Model
from skdense._training.validation import GIVEN, HELD_OUT, Validation, given_validation, validator
from skdense.engine import BatchNorm, Epoch, Layer, LayerNorm, Optimizer, Stopping
from skdense.engine.training.loop import Validate
from skdense.engine.typing import Array

Activation = str | Layer


Normalization = Literal["batch", "layer"] | BatchNorm | LayerNorm | None


@dataclass(eq=False, repr=False)
class BaseDenseNet(
    FittedAttributes, InspectionMixin, PersistenceMixin, CallbackSupportMixin, BaseEstimator, ABC
):
    """Parameters and training of both estimators; they say what each parameter means."""

    hidden_layer_sizes: int | Sequence[int] = (128, 128, 128)
    _: KW_ONLY
    activation: Activation | Sequence[Activation] = "relu"
    output_activation: Activation | None = None
    normalization: Normalization | Sequence[Normalization] = None
    n_estimators: int | Literal["auto"] = "auto"
    categorical_features: Any = "from_dtype"
    feature_scaling: Literal["auto", "robust", "standard"] | None = "auto"
    numeric_embedding: str | Sequence[str | None] | None = "auto"
    category_embedding_size: int = 8
    input_scale: bool | Literal["auto"] = "auto"
    parametrization: Literal["ntk", "standard"] = "ntk"
    initialization: Literal["auto", "data", "random"] = "auto"
    dropout: float | Sequence[float] | Literal["auto"] = "auto"
    dropout_schedule: str | Callable[[float], float] = "auto"
    solver: Literal["adam", "sgd", "lbfgs"] | Optimizer = "adam"
    alpha: float = 0.0
    weight_decay: float | Literal["auto"] = "auto"
    weight_decay_schedule: str | Callable[[float], float] = "auto"
    max_grad_norm: float | None = None
    ema_decay: float = 0.0
    batch_size: int | Literal["auto"] = "auto"
    learning_rate: str | Callable[[float], float] = "auto"
    learning_rate_init: float | Literal["auto"] = "auto"
    power_t: float = 0.5
    max_iter: int | Literal["auto"] = "auto"
    shuffle: bool = True
    random_state: int | np.random.RandomState | None = None
    tol: float = 1e-4
    verbose: bool | int = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool | Literal["auto"] = "auto"
    validation_fraction: float = 0.1
    scoring: str | Callable[..., float] | None = None
    beta_1: float = 0.9
    beta_2: float = 0.95
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    dtype: Literal["auto", "float32", "float64"] | None = "auto"

    # What training needs to know of the kind of target.

    _rules: ClassVar[dict[str, Rule]]
    _y_dtype: ClassVar[Any]

    @abstractmethod
    def predict(self, X: Any) -> Array:
        """Predict the target."""

    @abstractmethod
    def _make_target(self, y: Array, classes: Any = None, *, is_batch: bool = False) -> Target:
        """The kind of target that `y` is; a batch may lack some of the classes."""

    @abstractmethod
    def _loss(self) -> Any:
        """The loss that the parameters name, as an object."""

    @property
    def _peak_rate(self) -> float:
        """The learning rate that "auto" stands for, at its highest."""
        return 0.04

    @property
    def _initialization(self) -> str:
        """The start that "auto" stands for, of more than a few rows."""
        return "data"

    @abstractmethod
    def _output_layers(self) -> list[Layer]:
        """What follows the last dense layer."""

    def _weigher(self, rows: Rows, target: Target) -> Callable[[Rows], Rows]:
        """What gives rows, as `target` reads them, all their weight, learnt from `rows`."""
        return lambda rows: rows

    def _calibrate(
        self, parameters: dict[str, Any], model: Model, validations: list[Validation]
    ) -> None:
        """What validation rows say of how sure predictions should be."""

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
        val = X_val, y_val, sample_weight_val
        return self._trained(self._fit_with_callbacks, X, y, sample_weight, val)

    @with_callbacks
    def _fit_with_callbacks(self, X: Any, y: Any, sample_weight: Any, val: Any) -> str | None:
        """The fit; what kept it from converging, if anything."""
        self._check_parameters()
        is_new = not (self.warm_start and hasattr(self, "_model"))
        table = self._table(X, is_new=is_new)
        rows, given = self._read(X, y, sample_weight, val, table, reset=is_new)
        parameters = self._resolved(rows, given, is_new=is_new)
        if is_new:
            model = self._new_model(parameters, rows, table)
        else:
            model = self._model_to_go_on(parameters)
        n_rows = rows.X.shape[0]
        rows, validations = self._ready(parameters, rows, given, model)
        rows = model.weigh(rows, anew=True)
        if is_new:
            model.learn_units(rows)
        stopping = build_stopping(parameters, bool(validations))
        paused = Paused(model, parameters, stopping, [], n_rows)
        return self._go_on(paused, rows, validations, (X, y, sample_weight))

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
        val = X_val, y_val, sample_weight_val
        return self._trained(self._resume_with_callbacks, X, y, sample_weight, val)

    @with_callbacks
    def _resume_with_callbacks(self, X: Any, y: Any, sample_weight: Any, val: Any) -> str | None:
        """The rest of a fit; what kept it from converging, if anything."""
        if not hasattr(self, "_paused"):
            raise ValueError(
                "resume goes on with a fit that Checkpoint saved, and this estimator is not from "
                "such a file; use fit, or partial_fit."
            )
        paused = deepcopy(self._paused)
        rows, given = self._read(X, y, sample_weight, val, paused.model.table, reset=False)
        paused.check_rows(rows.X.shape[0])
        rows, validations = self._ready(paused.parameters, rows, given, paused.model)
        rows = paused.model.weigh(rows, anew=False)
        return self._go_on(paused, rows, validations, (X, y, sample_weight))

    def _trained(self, training: Callable[..., str | None], *data: Any) -> Self:
        """Train, and warn of what that returns; after an error all is as it was before."""
        with unchanged_on_error(self):
            trouble = training(*data)
            if trouble is not None:
                # of the line that called fit or resume
                warn(trouble, ConvergenceWarning, stacklevel=3)
        return self

    def _go_on(
        self,
        paused: Paused,
        rows: Rows,
        validations: list[Validation],
        given: tuple[Any, Any, Any],
    ) -> str | None:
        """From the first epoch, or where it was cut off, to the fitted attributes."""
        model, parameters, stopping = paused.model, paused.parameters, paused.stopping
        monitor = FitMonitor(
            self,
            partial(self._report, n_epochs=parameters["max_iter"]),
            parameters["max_iter"],
            *given,
            lambda epochs: self._fitted(epochs, *copy_as_if_ended(model, stopping)),
            paused.epochs,
        )
        self._paused = paused
        epochs, trouble = paused.train(rows, self._validator(validations), monitor)
        del self._paused
        self._calibrate(parameters, model, validations)
        model.end_fit(parameters)
        self._become(parameters, epochs, model, stopping)
        monitor.fit_ends()
        return trouble

    def _as_if_ended(self) -> None:
        """Predict as a fit would that ended where this one was cut off."""
        paused = self._paused
        ended = copy_as_if_ended(paused.model, paused.stopping)
        self._become(paused.parameters, paused.epochs, *ended)

    def _fit_batch(
        self, X: Any, y: Any, sample_weight: Any, val: Any, classes: Any = None
    ) -> Self:
        """One epoch over one batch of a stream."""
        with unchanged_on_error(self):
            self._check_parameters()
            is_new = not hasattr(self, "_model")
            table = self._table(X, is_new=is_new)
            rows, given = self._read(X, y, sample_weight, val, table, reset=is_new)
            parameters = self._resolved(rows, given, is_new=is_new, is_stream=True)
            if parameters["early_stopping"] and given is None:
                raise ValueError(
                    "partial_fit with early_stopping=True needs X_val and y_val at each call, as "
                    "no rows of a batch are held out; give them, or set early_stopping=False."
                )
            if is_new:
                model = self._new_model(parameters, rows, table, classes, is_batch=True)
            else:
                model = self._model_to_go_on(parameters)
            rows, validations = self._ready(parameters, rows, given, model)
            # weights keep their unit, and the scaling goes on
            rows = model.weigh(rows, anew=is_new)
            model.learn_units(rows)
            validate, monitor = self._validator(validations), Reporter(self._report)
            epochs = model.train(parameters, rows, 1, model.stream, validate, monitor)
            model.end_batch()
            if is_new:
                model.own_rng()
            self._become(parameters, epochs, model, model.stream)
        return self

    def _table(self, X: Any, *, is_new: bool) -> Table:
        return Table.learn(X, self.categorical_features) if is_new else self._model.table

    def _read(
        self, X: Any, y: Any, sample_weight: Any, val: Any, table: Table, *, reset: bool
    ) -> tuple[Rows, Rows | None]:
        """Checked rows to train on, and those given to validate on."""
        how = {"table": table, "y_dtype": self._y_dtype}
        rows = check_rows(self, X, y, sample_weight, **how, reset=reset)
        return rows, given_validation(self, val, **how)

    def _new_model(
        self,
        parameters: dict[str, Any],
        rows: Rows,
        table: Table,
        classes: Any = None,
        *,
        is_batch: bool = False,
    ) -> Model:
        target = self._make_target(rows.y, classes, is_batch=is_batch)
        return Model.new(parameters, rows.X, table, target, self._output_layers(), self._asked())

    def _model_to_go_on(self, parameters: dict[str, Any]) -> Model:
        return self._model.copy_to_go_on(parameters, self._output_layers(), self._asked())

    def _ready(
        self, parameters: dict[str, Any], rows: Rows, given: Rows | None, model: Model
    ) -> tuple[Rows, list[Validation]]:
        """Rows to train on, as the target reads them, and those to validate on; all weighed."""
        read = model.read(rows)
        weigher = self._weigher(read, model.target)
        model.train_on_all()
        if given is not None:
            return weigher(read), [Validation.of(given, model, weigher, GIVEN)]
        return weigher(read), [
            Validation.of(rows.take(mine), model.member(i), weigher, HELD_OUT)
            for i, mine in enumerate(self._hold_out(parameters, read, model))
        ]

    def _hold_out(self, parameters: dict[str, Any], read: Rows, model: Model) -> list[Array]:
        """Positions of the rows that each network does without; empty if there are none."""
        n_rows, strata = read.X.shape[0], model.target.strata(read.y)
        fraction = self.validation_fraction
        if is_auto(self.early_stopping):
            parameters["early_stopping"] &= leaves_enough(n_rows, fraction, strata)
        if not parameters["early_stopping"] or self.solver == "lbfgs":
            return []
        return model.split(fraction, strata, n_rows)

    def _parameters(self) -> dict[str, Any]:
        # get_params of scikit-learn reads the signature anew each time
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _asked(self) -> dict[str, Any]:
        """The parameters, with the loss as an object."""
        return self._parameters() | {"loss": self._loss()}

    def _resolved(
        self, rows: Rows, given: Rows | None, *, is_new: bool, is_stream: bool = False
    ) -> dict[str, Any]:
        """The parameters with what "auto" stands for, and the loss as an object."""
        return resolve(
            self._asked(),
            self._peak_rate,
            self._initialization,
            rows.X.shape[0],
            is_stream=is_stream,
            has_validation=given is not None,
            before={} if is_new else getattr(self, "resolved_params_", {}),
        )

    def _what_auto_was(self, parameters: dict[str, Any]) -> dict[str, Any]:
        known = {name: v for name, v in parameters.items() if not is_auto(v)}
        return {name: known[name] for name in known if is_auto(getattr(self, name))}

    def _check_parameters(self) -> None:
        """Raise ValueError for values, and for combinations, that cannot work."""
        parameters = self._parameters()
        check_parameters(type(self).__name__, parameters, self._rules)
        if self.solver == "lbfgs":
            check_lbfgs(parameters)

    def _validator(self, validations: list[Validation]) -> Validate | None:
        if not validations:
            return None
        return validator(validations, self.scoring, self._view)

    def _view(self, model: Model) -> Self:
        """A look at a model in training, whose rows are an array without names."""
        view = copy(self)
        view.__dict__.update(self._fitted([], model.on_numbers(), model.stream))
        view.__dict__.pop("feature_names_in_", None)
        return view

    def _report(self, epoch: Epoch, n_epochs: int | None = None) -> None:
        if self.verbose:
            of = "" if n_epochs is None else f" of {n_epochs}"
            score = "" if epoch.score is None else f", validation score = {epoch.score:.6f}"
            print(f"Iteration {epoch.number}{of}, loss = {epoch.loss:.8f}{score}")

    def _become(
        self, parameters: dict[str, Any], epochs: list[Epoch], model: Model, stopping: Stopping
    ) -> None:
        """Take over the fitted attributes."""
        self.__dict__.update(self._fitted(epochs, model, stopping))
        self.resolved_params_ = self._what_auto_was(parameters)

    def _fitted(self, epochs: list[Epoch], model: Model, stopping: Stopping) -> dict[str, Any]:
        """The fitted attributes, by name."""
        return fitted_attributes(model, epochs, stopping)

    def _raw(self, X: Any) -> Array:
        model = fitted_model(self)
        return model.raw(check_X(self, X, model.table))

    def _score(self, X: Any, y: Any, sample_weight: Any) -> float:
        prediction, target = self.predict(X), self._model.target
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
