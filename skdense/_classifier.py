"""DenseNetClassifier."""

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from skdense._base import BaseDenseNet, is_streaming
from skdense._class_weight import class_weights
from skdense._from_sklearn import adopt_classifier
from skdense._labels import Labels, labels_of
from skdense._model import Model
from skdense._rows import Rows, check_sample_weight
from skdense._targets import Target
from skdense.engine import Epoch, Layer
from skdense.engine.layers import Array


@dataclass(eq=False, repr=False, kw_only=True)
class DenseNetClassifier(ClassifierMixin, BaseDenseNet):
    """Dense neural network for classification."""

    output_activation: Literal["softmax", "logistic"] | None = None
    class_weight: dict[Any, float] | Literal["balanced"] | list[Any] | None = None

    @classmethod
    def from_sklearn(cls, mlp: Any) -> Self:
        """A DenseNetClassifier that trains, or predicts, as an MLPClassifier does.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPClassifier
            Not fitted: the result has its settings, and with the same `random_state`
            draws the same starting parameters and orders of rows. Fitted: the result is
            fitted too, with its parameters.

        Returns
        -------
        classifier : DenseNetClassifier
            Without scaling, in the dtype of the data, as scikit-learn does.
        """
        return adopt_classifier(cls, mlp)

    def predict(self, X: Any) -> Array:
        """Predict the classes.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Classes as `fit` got them; for a multilabel target a matrix of 0 and 1.
        """
        return self._target.predict(self._raw(X))

    def predict_proba(self, X: Any) -> Any:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes), or list of such
            Columns in the order of `classes_`. Multilabel: the probability of each label,
            of shape (n_samples, n_labels). Several outputs of classes: an array for each.
        """
        return self._target.proba(self._raw(X))

    def predict_log_proba(self, X: Any) -> Any:
        """Predict the logarithm of the probability of each class.

        Taken from the network's output itself, so that it is finite where the probability
        rounds to zero.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes), or list of such
            As `predict_proba`.
        """
        return self._target.log_proba(self._raw(X))

    def decision_function(self, X: Any) -> Any:
        """Raw scores: the network's output before the logistic or softmax function.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        score : ndarray of shape (n_samples,) or (n_samples, n_classes), or list of such
            Two classes: one score, positive for ``classes_[1]``, unless
            `output_activation` asks for softmax. Otherwise a score for each class or
            label; several outputs of classes: an array for each.
        """
        return self._target.decision(self._raw(X))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy; with several outputs or labels, the share of rows that are right in all.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), float or None, default=None

        Returns
        -------
        score : float
        """
        prediction = self.predict(X)
        y = y.toarray() if issparse(y) else np.asarray(y)
        weight = check_sample_weight(sample_weight, len(prediction))
        return self._validation_score(y.reshape(prediction.shape), prediction, weight)

    @available_if(is_streaming)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train for one pass over one batch of a stream.

        The optimizer's moments, the random stream and the scaling of the features go on
        from batch to batch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            It may lack classes that `classes` named.
        sample_weight : array-like of shape (n_samples,), float or None, default=None
            Weights keep their meaning from batch to batch.
        classes : array-like of shape (n_classes,), or list of such, default=None
            All classes of the stream, needed at the first call; several outputs of
            classes: those of each. Not needed for a multilabel `y`.

        Returns
        -------
        self : object
        """
        if hasattr(self, "classes_"):
            self._check_same_classes(classes)
        elif classes is None and not type_of_target(y).startswith("multilabel"):
            raise ValueError(
                "classes must be given at the first call of partial_fit: all classes that y "
                "may hold, for example np.unique(y_all)."
            )
        return self._fit_batch(X, y, sample_weight, classes)

    def _check_same_classes(self, classes: Any) -> None:
        if classes is None:
            return
        known = self.classes_ if isinstance(self.classes_, list) else [self.classes_]
        given = classes if isinstance(self.classes_, list) else [classes]
        if not all(map(np.array_equal, map(np.unique, given), known)) or len(given) != len(known):
            raise ValueError(
                f"classes {classes!r} are not those of the first fit, {self.classes_!r}; leave "
                "classes out, or start with a new estimator."
            )

    @property
    def _target(self) -> Labels:
        check_is_fitted(self)
        target = self._model.target
        assert isinstance(target, Labels)
        return target

    def _check_streaming(self) -> None:
        super()._check_streaming()
        if self.class_weight == "balanced":
            raise ValueError(
                "partial_fit does not support class_weight='balanced', as the shares of the "
                "classes in all of the stream are not known; give a dict of weights."
            )

    def _make_target(self, y: Array, classes: Any) -> Target:
        return labels_of(y, self.output_activation, classes)

    def _output_layers(self) -> list[Layer]:
        return []

    def _row_weights(self, rows: Rows, target: Target) -> Array | None:
        assert isinstance(target, Labels)
        codes = target.codes(rows.y)
        return class_weights(self.class_weight, codes, target.classes, rows.weight)

    def _validation_score(self, y: Array, prediction: Array, weight: Array | None) -> float:
        right = (y == prediction).reshape(len(y), -1).all(axis=1)
        return float(np.average(right, weights=weight))

    def _keep(self, model: Model, epochs: list[Epoch]) -> None:
        super()._keep(model, epochs)
        self.classes_ = self._target.public_classes

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
