"""The estimators that train on a Dask cluster."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

import numpy as np
from distributed import Client
from sklearn.base import clone

from skdense._estimators.base import BaseDenseNet
from skdense._estimators.classifier import DenseNetClassifier
from skdense._estimators.regressor import DenseNetRegressor
from skdense._input.typing import ArrayLike, TableLike
from skdense._training.attributes import check_is_predictor
from skdense._training.callbacks import with_callbacks
from skdense._training.tables import Tables
from skdense.dask.cluster import Cluster, client_of
from skdense.dask.fitting import begin
from skdense.dask.partitions import is_collection
from skdense.dask.prediction import float_of, predict_lazily

if TYPE_CHECKING:
    Base = BaseDenseNet
else:
    # its dataclass would set the parameters of the estimators to its own defaults
    Base = object


class OnCluster(Base):
    """What both estimators add to those of skdense."""

    client: Client | None
    _local: ClassVar[type[BaseDenseNet]]

    @property
    def client_(self) -> Client:
        """The client that `fit` uses: the parameter, or the one that was made last."""
        return client_of(self.client)

    def to_local(self) -> Any:
        """Return the estimator of skdense with the same parameters, fitted as this one is.

        It predicts tables in memory, can be saved and exported, and needs no Dask.
        """
        local: Any = self._local(**self._without_client())
        fitted = vars(self).keys() - self.get_params(deep=False).keys()
        vars(local).update({name: vars(self)[name] for name in fitted})
        return local

    def save(self, path: str | PathLike[str], *, training_state: bool = False) -> None:
        """Save the estimator of skdense that `to_local` returns."""
        self.to_local().save(path, training_state=training_state)

    @with_callbacks
    def _fit_with_callbacks(self, tables: Tables) -> str | None:
        bare = self._local(**self._without_client())
        with Cluster(self.client_) as cluster:
            return begin(self, bare, tables, cluster).run(tables.training)

    def _lazily(self, method: Callable[[Any, Any], Any], form: str, X: Any) -> Any:
        """Return what a method of the estimator of skdense returns, as lazy arrays.

        `form` is the method of the target that makes it of raw predictions.
        """
        check_is_predictor(self)
        predictor = self._predictor
        raw = np.zeros((1, predictor.target.n_raw), np.result_type(predictor.dtype, float_of(X)))
        example, local = getattr(predictor.target, form)(raw), partial(method, self.to_local())
        if not isinstance(example, list):
            return predict_lazily(local, X, example.dtype, example.shape[1:])
        return [
            predict_lazily(partial(_one_of, local, i), X, one.dtype, one.shape[1:])
            for i, one in enumerate(example)
        ]

    def _score(self, X: TableLike, y: ArrayLike, sample_weight: ArrayLike) -> float:
        if not is_collection(X):
            return super()._score(X, y, sample_weight)
        target = self._predictor.target
        prediction, y, weight = (_here(values) for values in (self.predict(X), y, sample_weight))
        return target.score(np.asarray(y), prediction, weight)

    # A client belongs to this process, and cannot be copied.

    def _without_client(self) -> dict[str, Any]:
        params = self.get_params(deep=False)
        del params["client"]
        return params

    def __sklearn_clone__(self) -> Any:
        twin = clone(self._local(**self._without_client())).get_params(deep=False)
        kind: Any = type(self)
        return kind(**twin, client=self.client)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        new, args, state = super().__reduce_ex__(protocol)
        return new, args, {**state, "client": None}


def _here(values: Any) -> Any:
    """Return values in memory."""
    return values.compute() if hasattr(values, "compute") else values


def _one_of(method: Callable[[Any], Any], index: int, X: Any) -> Any:
    return method(X)[index]


def _std(regressor: DenseNetRegressor, X: Any) -> Any:
    return regressor.predict(X, return_std=True)[1]


@dataclass(eq=False, repr=False)
class DaskDenseNetClassifier(OnCluster, DenseNetClassifier):
    """`skdense.DenseNetClassifier` that is fitted on a Dask cluster.

    `fit` takes Dask Arrays and DataFrames whose partitions match; these stay on their workers,
    which networks visit in turn. All networks hold out the same rows, at most 50,000, which the
    client gets. The result depends on the partitions and on `random_state`, and not on the number
    of workers. Predictions of Dask collections are lazy Dask Arrays; those of tables in memory are
    made at once.

    Parameters
    ----------
    hidden_layer_sizes, activation, ..., dtype
        As in `skdense.DenseNetClassifier`, without `solver` "lbfgs", `warm_start`, `max_seconds`.
    client : distributed.Client or None, default=None
        None takes the client that was made last. It is not pickled.

    Attributes
    ----------
    client_ : distributed.Client
        The client that `fit` uses.

    See Also
    --------
    DaskDenseNetRegressor : The same for numbers.
    """

    __module__ = "skdense.dask"

    client: Client | None = field(default=None, kw_only=True)
    _local = DenseNetClassifier

    def predict(self, X: TableLike) -> Any:
        """Predict the classes.

        Parameters
        ----------
        X : Dask Array or DataFrame, or a table in memory

        Returns
        -------
        y : Dask Array, or ndarray for a table in memory
            As `skdense.DenseNetClassifier.predict` returns them.
        """
        if not is_collection(X):
            return super().predict(X)
        return self._lazily(DenseNetClassifier.predict, "predict", X)

    def predict_proba(self, X: TableLike) -> Any:
        """Predict the probability of each class.

        Parameters
        ----------
        X : Dask Array or DataFrame, or a table in memory

        Returns
        -------
        proba : Dask Array or list of such, or ndarray for a table in memory
            As `skdense.DenseNetClassifier.predict_proba` returns them.
        """
        if not is_collection(X):
            return super().predict_proba(X)
        return self._lazily(DenseNetClassifier.predict_proba, "proba", X)

    def predict_log_proba(self, X: TableLike) -> Any:
        """Predict the logarithm of the probability of each class, in the form of `predict_proba`.

        Parameters
        ----------
        X : Dask Array or DataFrame, or a table in memory

        Returns
        -------
        log_proba : Dask Array or list of such, or ndarray for a table in memory
        """
        if not is_collection(X):
            return super().predict_log_proba(X)
        return self._lazily(DenseNetClassifier.predict_log_proba, "log_proba", X)

    def decision_function(self, X: TableLike) -> Any:
        """Return raw scores: the network's output before the logistic or softmax function.

        Parameters
        ----------
        X : Dask Array or DataFrame, or a table in memory

        Returns
        -------
        score : Dask Array or list of such, or ndarray for a table in memory
        """
        if not is_collection(X):
            return super().decision_function(X)
        return self._lazily(DenseNetClassifier.decision_function, "decision", X)


@dataclass(eq=False, repr=False)
class DaskDenseNetRegressor(OnCluster, DenseNetRegressor):
    """`skdense.DenseNetRegressor` that is fitted on a Dask cluster.

    `fit` takes Dask Arrays and DataFrames whose partitions match; these stay on their workers,
    which networks visit in turn. All networks hold out the same rows, at most 50,000, which the
    client gets. The result depends on the partitions and on `random_state`, and not on the number
    of workers. Predictions of Dask collections are lazy Dask Arrays; those of tables in memory are
    made at once.

    Parameters
    ----------
    hidden_layer_sizes, activation, ..., dtype
        As in `skdense.DenseNetRegressor`, without `solver` "lbfgs", `warm_start`, `max_seconds`.
    client : distributed.Client or None, default=None
        None takes the client that was made last. It is not pickled.

    Attributes
    ----------
    client_ : distributed.Client
        The client that `fit` uses.

    See Also
    --------
    DaskDenseNetClassifier : The same for classes.
    """

    __module__ = "skdense.dask"

    client: Client | None = field(default=None, kw_only=True)
    _local = DenseNetRegressor

    def predict(self, X: TableLike, return_std: bool = False) -> Any:
        """Predict the target.

        Parameters
        ----------
        X : Dask Array or DataFrame, or a table in memory
        return_std : bool, default=False
            Whether to return the standard deviation too; needs ``loss="gaussian"``.

        Returns
        -------
        y : Dask Array, or ndarray for a table in memory
            As `skdense.DenseNetRegressor.predict` returns them.
        y_std : the same
            Standard deviations; only with `return_std`.
        """
        if not is_collection(X):
            return super().predict(X, return_std)
        mean = self._lazily(DenseNetRegressor.predict, "predict", X)
        return (mean, self._lazily(_std, "std", X)) if return_std else mean
