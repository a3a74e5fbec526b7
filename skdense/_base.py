"""What both estimators share: parameters, and the one way from a table to a fitted network."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, ClassVar, Literal, Self
from warnings import warn

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from skdense._build import build_optimizer, build_schedule, build_stopping
from skdense._hold_out import hold_out
from skdense._model import Model
from skdense._parameters import Rule, check_parameters
from skdense._rows import Rows, check_rows, check_X
from skdense._targets import Target
from skdense.engine import Epoch, Layer, Optimizer, Stopping
from skdense.engine.layers import Array

Activation = str | Layer


@dataclass(eq=False, repr=False)
class BaseDenseNet(BaseEstimator, ABC):
    """Parameters and training of both estimators; they say what each parameter means."""

    hidden_layer_sizes: int | Sequence[int] = (100,)
    _: KW_ONLY
    activation: Activation | Sequence[Activation] = "relu"
    output_activation: Activation | None = None
    dropout: float | Sequence[float] = 0.0
    solver: Literal["adam", "sgd", "lbfgs"] | Optimizer = "adam"
    alpha: float = 0.0001
    weight_decay: float = 0.0
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
    def _make_target(self, y: Array, classes: Any = None, *, is_batch: bool = False) -> Target:
        """The kind of target that `y` is; a batch may lack some of the classes."""

    @abstractmethod
    def _output_layers(self) -> list[Layer]:
        """What follows the last dense layer."""

    @abstractmethod
    def _validation_score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        """What early stopping watches; more is better."""

    def _with_class_weights(self, rows: Rows, target: Target) -> Rows:
        """Rows, as `target` reads them, with all that weighs them."""
        return rows

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the network to a table and its target.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Finite numbers, in any unit.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Not negative, not all zero. A row of weight 0 counts as absent.

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
        with self._unchanged_on_error():
            self._check_parameters()
            is_new = not (self.warm_start and hasattr(self, "_model"))
            rows = self._check_rows(X, y, sample_weight, is_new)
            model = self._model_for(rows, is_new)
            rows, held_out = self._split(model.read(rows), model)
            rows = model.weigh(self._with_class_weights(rows, model.target), anew=True)
            if is_new:
                model.learn_units(rows)
            stopping = build_stopping(self._parameters())
            epochs = self._train(model, rows, held_out, stopping)
            if not self.warm_start:
                # only a training that goes on has a use for moments and order
                model.state.optimizer = build_optimizer(self._parameters())
                model.state.order = None
            self._keep(model, epochs, stopping)
        return self

    def _fit_batch(self, X: Any, y: Any, sample_weight: Any, classes: Any = None) -> Self:
        """One epoch over one batch of a stream; the units are learnt as the stream goes on."""
        with self._unchanged_on_error():
            self._check_parameters()
            self._check_streaming()
            is_new = not hasattr(self, "_model")
            rows = self._check_rows(X, y, sample_weight, is_new)
            model = self._model_for(rows, is_new, classes=classes, is_batch=True)
            rows = self._with_class_weights(model.read(rows), model.target)
            rows = model.weigh(rows, anew=is_new)
            model.learn_units(rows)
            epochs = model.train(self._parameters(), rows, 1, model.stream, self._report)
            model.state.order = None
            self._keep(model, epochs, model.stream)
        return self

    def _parameters(self) -> dict[str, Any]:
        # get_params of scikit-learn reads the signature anew each time
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _check_parameters(self) -> None:
        """Raise ValueError for values, and for combinations, that cannot work."""
        check_parameters(type(self).__name__, self._parameters(), self._rules)
        if self.solver == "lbfgs":
            for name in ("dropout", "weight_decay"):
                if np.any(getattr(self, name)):
                    raise ValueError(
                        f"{name} does not work with solver='lbfgs', which needs one smooth loss; "
                        f"set {name}=0 or choose solver='adam'."
                    )

    def _check_streaming(self) -> None:
        """Raise ValueError for settings that need all the data."""
        if self.early_stopping:
            raise ValueError(
                "partial_fit does not support early_stopping=True, as one batch holds nothing "
                "out; score batches before you train on them instead."
            )
        if build_schedule(self._parameters()).needs_end:
            raise ValueError(
                f"partial_fit does not support learning_rate={self.learning_rate!r}, as a "
                "stream has no known end; use 'constant', 'invscaling' or 'adaptive'."
            )

    def _model_for(self, rows: Rows, is_new: bool, **batch: Any) -> Model:
        parameters, output_layers = self._parameters(), self._output_layers()
        if is_new:
            target = self._make_target(rows.y, **batch)
            return Model.new(parameters, rows.X, target, output_layers)
        return self._model.copy_to_go_on(parameters, output_layers)

    def _check_rows(self, X: Any, y: Any, sample_weight: Any, is_new: bool) -> Rows:
        return check_rows(self, X, y, sample_weight, y_dtype=self._y_dtype, reset=is_new)

    def _split(self, rows: Rows, model: Model) -> tuple[Rows, Rows | None]:
        if not self.early_stopping or self.solver == "lbfgs":
            return rows, None
        strata, rng = model.target.strata(rows.y), model.state.rng
        kept, held_out = hold_out(rows.X.shape[0], self.validation_fraction, strata, rng)
        return rows.take(kept), rows.take(held_out)

    def _train(
        self, model: Model, rows: Rows, held_out: Rows | None, stopping: Stopping
    ) -> list[Epoch]:
        parameters, validate = self._parameters(), None
        if self.solver == "lbfgs":
            return model.minimize(parameters, rows, self._report)
        if held_out is not None:
            validate = model.validator(held_out, self._validation_score)
        epochs = model.train(parameters, rows, self.max_iter, stopping, self._report, validate)
        if not stopping.is_over and not build_schedule(parameters).needs_end:
            watched = "loss" if held_out is None else "validation score"
            warn(
                f"Training ended after max_iter={self.max_iter} epochs while the {watched} "
                f"was still improving by more than tol={self.tol} at least every "
                f"n_iter_no_change={self.n_iter_no_change} epochs. Raise max_iter to go on.",
                ConvergenceWarning,
                stacklevel=3,
            )
        return epochs

    def _report(self, epoch: Epoch) -> None:
        if self.verbose:
            score = "" if epoch.score is None else f", validation score = {epoch.score:.6f}"
            print(f"Iteration {epoch.number}, loss = {epoch.loss:.8f}{score}")

    def _keep(self, model: Model, epochs: list[Epoch], stopping: Stopping) -> None:
        """Set the fitted attributes."""
        self._model, self.network_ = model, model.network
        self.n_iter_ = len(epochs)
        self.t_ = model.state.n_seen
        self.n_layers_ = sum("coef" in views for views in model.network.views) + 1
        self.n_outputs_ = model.target.n_raw
        self.out_activation_ = model.target.out_activation
        self.loss_ = epochs[-1].loss
        self.loss_curve_ = [epoch.loss for epoch in epochs]
        self.best_loss_ = self.validation_scores_ = self.best_validation_score_ = None
        if epochs[-1].score is None:
            # that of all the stream, where there is one
            self.best_loss_ = min(-stopping.best_score, *self.loss_curve_)
        else:
            self.validation_scores_ = [epoch.score for epoch in epochs]
            self.best_validation_score_ = stopping.best_score

    @property
    def coefs_(self) -> list[Array]:
        """Coefficients of each dense layer, of shape (n_in, n_out): views, in network units."""
        return [views["coef"] for views in self.network_.views if "coef" in views]

    @property
    def intercepts_(self) -> list[Array]:
        """Intercepts of each dense layer, of shape (n_out,): views, in network units."""
        return [views["intercept"] for views in self.network_.views if "coef" in views]

    def _raw(self, X: Any) -> Array:
        """Raw predictions, in float32 where both table and network are, else in float64."""
        check_is_fitted(self)
        X = check_X(self, X)
        raw = self._model.raw(X)
        return require_finite(raw.astype(np.result_type(raw, X.dtype), copy=False))

    @contextmanager
    def _unchanged_on_error(self) -> Iterator[None]:
        before = vars(self).copy()
        try:
            yield
        except BaseException:
            self.__dict__ = before
            raise

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.multi_output = True
        return tags


def require_finite(prediction: Array) -> Array:
    """The prediction, or ValueError: no NaN and no infinity is ever handed out."""
    finite = np.isfinite(prediction).reshape(len(prediction), -1).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"X is so far from what fit saw that the prediction overflows, first in row "
            f"{int(finite.argmin())}; check the units of its columns."
        )
    return prediction


def is_streaming(estimator: BaseDenseNet) -> bool:
    """Whether partial_fit is offered."""
    if estimator.solver == "lbfgs":
        raise AttributeError(
            "partial_fit is not available with solver='lbfgs', which needs all rows at once; "
            "use 'adam' or 'sgd'."
        )
    return True
