"""What both estimators share: parameters, and the one way from a table to a fitted network."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, ClassVar, Literal, Self
from warnings import warn

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags

from skdense._attributes import (
    copy_as_if_ended,
    fitted_attributes,
    fitted_model,
    unchanged_on_error,
)
from skdense._build import build_schedule, build_stopping
from skdense._callbacks import CallbackSupportMixin, FitMonitor, Reporter, with_callbacks
from skdense._hold_out import hold_out
from skdense._inspection import InspectionMixin
from skdense._model import Model
from skdense._parameters import Rule, check_lbfgs, check_parameters
from skdense._rows import Rows, check_rows, check_sample_weight, check_X, check_y
from skdense._targets import Target, check_n_outputs
from skdense._validation import GIVEN, HELD_OUT, Validation, given_validation, validator
from skdense.engine import BatchNorm, Epoch, Layer, LayerNorm, Optimizer, Stopping
from skdense.engine.layers import Array
from skdense.engine.training import Validate

Activation = str | Layer
Normalization = Literal["batch", "layer"] | BatchNorm | LayerNorm | None


@dataclass(eq=False, repr=False)
class BaseDenseNet(InspectionMixin, CallbackSupportMixin, BaseEstimator, ABC):
    """Parameters and training of both estimators; they say what each parameter means."""

    hidden_layer_sizes: int | Sequence[int] = (100,)
    _: KW_ONLY
    activation: Activation | Sequence[Activation] = "relu"
    output_activation: Activation | None = None
    normalization: Normalization | Sequence[Normalization] = None
    dropout: float | Sequence[float] = 0.0
    solver: Literal["adam", "sgd", "lbfgs"] | Optimizer = "adam"
    alpha: float = 0.0001
    weight_decay: float = 0.0
    max_grad_norm: float | None = None
    ema_decay: float = 0.0
    batch_size: int | Literal["auto"] = "auto"
    learning_rate: str | Callable[[float], float] = "constant"
    learning_rate_init: float = 0.001
    power_t: float = 0.5
    max_iter: int = 200
    shuffle: bool = True
    random_state: int | np.random.RandomState | None = None
    tol: float = 1e-4
    verbose: bool | int = False
    warm_start: bool = False
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    scoring: str | Callable[..., float] | None = None
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    n_iter_no_change: float = 10
    max_fun: int = 15000
    feature_scaling: Literal["standard"] | None = "standard"
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

    @abstractmethod
    def _output_layers(self) -> list[Layer]:
        """What follows the last dense layer."""

    def _weigher(self, rows: Rows, target: Target) -> Callable[[Rows], Rows]:
        """What gives rows, as `target` reads them, all their weight, learnt from `rows`."""
        return lambda rows: rows

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
            Finite numbers, in any unit.
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
        with unchanged_on_error(self):
            val = X_val, y_val, sample_weight_val
            trouble = self._fit_with_callbacks(X, y, sample_weight, val)
            if trouble is not None:
                warn(trouble, ConvergenceWarning, stacklevel=2)
        return self

    @with_callbacks
    def _fit_with_callbacks(self, X: Any, y: Any, sample_weight: Any, val: Any) -> str | None:
        """The fit; what kept it from converging, if anything."""
        self._check_parameters()
        is_new = not (self.warm_start and hasattr(self, "_model"))
        rows, given = self._read(X, y, sample_weight, val, reset=is_new)
        model = self._new_model(rows) if is_new else self._model_to_go_on()
        rows, validation = self._ready(rows, given, model)
        rows = model.weigh(rows, anew=True)
        if is_new:
            model.learn_units(rows)
        stopping = build_stopping(self._parameters(), validation is not None)
        monitor = FitMonitor(
            self,
            self._report,
            self.max_iter,
            X,
            y,
            sample_weight,
            lambda epochs: self._fitted(epochs, *copy_as_if_ended(model, stopping)),
        )
        epochs, trouble = self._train(model, rows, validation, stopping, monitor)
        model.end_fit(self._parameters())
        self.__dict__.update(self._fitted(epochs, model, stopping))
        monitor.fit_ends()
        return trouble

    def _fit_batch(
        self, X: Any, y: Any, sample_weight: Any, val: Any, classes: Any = None
    ) -> Self:
        """One epoch over one batch of a stream."""
        with unchanged_on_error(self):
            self._check_parameters()
            if self.early_stopping and val[0] is None:
                raise ValueError(
                    "partial_fit with early_stopping=True needs X_val and y_val at each call, as "
                    "no rows of a batch are held out; give them, or set early_stopping=False."
                )
            is_new = not hasattr(self, "_model")
            rows, given = self._read(X, y, sample_weight, val, reset=is_new)
            if is_new:
                model = self._new_model(rows, classes, is_batch=True)
            else:
                model = self._model_to_go_on()
            rows, validation = self._ready(rows, given, model)
            # weights keep their unit, and the scaling goes on
            rows = model.weigh(rows, anew=is_new)
            model.learn_units(rows)
            validate, monitor = self._validator(model, validation), Reporter(self._report)
            epochs = model.train(self._resolved(), rows, 1, model.stream, validate, monitor)
            model.end_batch()
            if is_new:
                model.own_rng()
            self.__dict__.update(self._fitted(epochs, model, model.stream))
        return self

    def _read(
        self, X: Any, y: Any, sample_weight: Any, val: Any, *, reset: bool
    ) -> tuple[Rows, Rows | None]:
        """Checked rows to train on, and those given to validate on."""
        rows = check_rows(self, X, y, sample_weight, y_dtype=self._y_dtype, reset=reset)
        return rows, given_validation(self, val, self._y_dtype)

    def _new_model(self, rows: Rows, classes: Any = None, *, is_batch: bool = False) -> Model:
        target = self._make_target(rows.y, classes, is_batch=is_batch)
        return Model.new(self._resolved(), rows.X, target, self._output_layers())

    def _model_to_go_on(self) -> Model:
        return self._model.copy_to_go_on(self._resolved(), self._output_layers())

    def _ready(
        self, rows: Rows, given: Rows | None, model: Model
    ) -> tuple[Rows, Validation | None]:
        """Rows to train on, as the target reads them, and those to validate on; all weighed."""
        rows, held_out = self._split(rows, given, model)
        weigher = self._weigher(rows, model.target)
        if held_out is None:
            return weigher(rows), None
        origin = HELD_OUT if given is None else GIVEN
        return weigher(rows), Validation.of(held_out, model, weigher, origin)

    def _parameters(self) -> dict[str, Any]:
        # get_params of scikit-learn reads the signature anew each time
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _resolved(self) -> dict[str, Any]:
        """The parameters, with the loss as an object."""
        return self._parameters() | {"loss": self._loss()}

    def _check_parameters(self) -> None:
        """Raise ValueError for values, and for combinations, that cannot work."""
        parameters = self._parameters()
        check_parameters(type(self).__name__, parameters, self._rules)
        if self.solver == "lbfgs":
            check_lbfgs(parameters)

    def _split(self, rows: Rows, given: Rows | None, model: Model) -> tuple[Rows, Rows | None]:
        """Rows to train on, as the target reads them, and those to validate on, as they are."""
        read = model.read(rows)
        if given is not None or not self.early_stopping or self.solver == "lbfgs":
            return read, given
        n_rows = rows.X.shape[0]
        if model.split is None or sum(map(len, model.split)) != n_rows:
            strata = model.target.strata(read.y)
            model.split = hold_out(n_rows, self.validation_fraction, strata, model.state.rng)
        kept, held_out = model.split
        return read.select(kept), rows.take(held_out)

    def _validator(self, model: Model, validation: Validation | None) -> Validate | None:
        if validation is None:
            return None
        # a look at the model in training, whose rows are an array without names
        view = copy(self)
        view.__dict__.update(self._fitted([], model, model.stream))
        view.__dict__.pop("feature_names_in_", None)
        return validator(model, validation, self.scoring, view)

    def _train(
        self,
        model: Model,
        rows: Rows,
        validation: Validation | None,
        stopping: Stopping,
        monitor: FitMonitor,
    ) -> tuple[list[Epoch], str | None]:
        """The epochs, and what kept them from converging, if anything."""
        parameters, validate = self._resolved(), self._validator(model, validation)
        if self.solver == "lbfgs":
            epochs, trouble = model.minimize(parameters, rows, stopping, validate, monitor)
        else:
            epochs = model.train(parameters, rows, self.max_iter, stopping, validate, monitor)
            ends_by_plan = build_schedule(parameters).needs_end
            is_open = len(epochs) == self.max_iter and not (stopping.is_over or ends_by_plan)
            trouble = self._still_improving() if is_open else None
        stopping.restore(model.state.vectors)
        return epochs, trouble

    def _still_improving(self) -> str:
        watched = "validation score" if self.early_stopping else "loss"
        return (
            f"Training ended after max_iter={self.max_iter} epochs while the {watched} "
            f"was still improving by more than tol={self.tol} at least every "
            f"n_iter_no_change={self.n_iter_no_change} epochs. Raise max_iter to go on."
        )

    def _report(self, epoch: Epoch) -> None:
        if self.verbose:
            score = "" if epoch.score is None else f", validation score = {epoch.score:.6f}"
            print(f"Iteration {epoch.number}, loss = {epoch.loss:.8f}{score}")

    def _fitted(self, epochs: list[Epoch], model: Model, stopping: Stopping) -> dict[str, Any]:
        """The fitted attributes, by name."""
        return fitted_attributes(model, epochs, stopping)

    def _raw(self, X: Any) -> Array:
        return fitted_model(self).raw(check_X(self, X))

    def _score(self, X: Any, y: Any, sample_weight: Any) -> float:
        prediction, target = self.predict(X), self._model.target
        y = check_y(self, y, len(prediction), self._y_dtype)
        check_n_outputs(y, target.n_outputs)
        return target.score(y, prediction, check_sample_weight(sample_weight, len(prediction)))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.multi_output = True
        return tags
