"""Explanations of predictions, and the importance of columns."""

from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdense._explain.attribution import Attribution, attribute
from skdense._explain.cells import cells_of
from skdense._explain.explanation import Explanation, in_best_form
from skdense._explain.features import first_read
from skdense._input.features import check_X
from skdense._input.typing import TableLike
from skdense._training.attributes import FittedAttributes
from skdense.engine.typing import Array, Matrix

NO_BACKGROUND = (
    "the estimator has no rows of its training table, as after a fit to a sparse table or on a "
    "cluster, from_sklearn, discard_background, or a load from an earlier file"
)


class ExplainMixin(FittedAttributes):
    """Methods and attributes that say what columns contribute to predictions."""

    n_features_in_: int

    def explain(self, X: TableLike, *, background: TableLike = None) -> Any:
        """Explain predictions: what each column of the table contributes to each of them.

        `base_values`, the mean prediction of the background, plus the sum of a row's `values` is
        its prediction: that of `predict` for a regressor, or its logarithm if the loss has a log
        link; for a classifier log-odds as of `decision_function`, or for classes behind a softmax
        log-probabilities as of `predict_log_proba`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to explain.
        background : array-like of shape (n_background, n_features) or None, default=None
            Rows to compare with; a single one answers why predictions differ from its own. None:
            up to 100 random rows of the training table, which `fit` has kept.

        Returns
        -------
        explanation : shap.Explanation or Explanation
            If shap is installed its own class, for its plots; else an object with the same
            attributes, and a method `plot` for a bar plot:

            - `values` : ndarray of shape (n_samples, n_features), with a last axis for several
              outputs, quantiles or classes
            - `base_values` : ndarray of shape (n_samples,), likewise
            - `data` : ndarray of shape (n_samples, n_features); in shap's class categories are
              codes there, and `display_data` has the rows as they are
            - `feature_names`, `output_names` : list of str

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If a table is sparse, or there is no background.

        Notes
        -----
        Gradients of the networks are integrated along a straight line from each background row to
        the mean of the background, and another from there to the row (Sundararajan, Taly & Yan
        2017; Erion et al. 2021). Lines are straight in what each network makes of each column
        alone: scaled numbers, flags, and embeddings of numbers and categories. What the quadrature
        lacks, at most 2% of the predictions' standard deviation, is shared out in proportion to
        the sizes of the contributions; a warning says so if it is more.

        References
        ----------
        Sundararajan, Taly & Yan (2017), "Axiomatic attribution for deep networks".

        Erion et al. (2021), "Improving performance of deep learning models with axiomatic
        attribution priors and expected gradients".
        """
        check_is_fitted(self)
        predictor = self._predictor
        read = _dense(check_X(self, X, predictor.table), "X")
        found = self._attribution(read, self._background(background))
        names = predictor.target.additive_names
        values, base = found.values, np.tile(found.base, (len(read), 1))
        if len(names) == 1:
            values, base = values[:, :, 0], base[:, 0]
        cells = cells_of(self, X)
        outputs = names if len(names) > 1 else None
        explanation = Explanation(values, base, cells, self._feature_names(), outputs)
        return in_best_form(explanation, read[:, first_read(predictor, self.n_features_in_)])

    def discard_background(self) -> Self:
        """Remove the rows of the training table, so that pickles and files contain none.

        `explain` then needs `background`, and `feature_importances_` is not available.

        Returns
        -------
        self : object

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        self._predictor.background = None
        return self

    @property
    def feature_importances_(self) -> Array:
        """Return the importance of each column: its mean absolute contribution, as a fraction.

        Contributions are those of `explain` to the predictions of the rows that `fit` has kept,
        in standard deviations of each predicted value.
        """
        check_is_fitted(self)
        background = self._predictor.background
        if background is None:
            # scikit-learn asks whether an estimator has the attribute
            raise AttributeError(
                f"feature_importances_ is not available: {NO_BACKGROUND}; use explain(X, "
                "background=X_train), or sklearn.inspection.permutation_importance."
            )
        values = self._attribution(background, background).values
        sizes = np.abs(values).mean(axis=0)
        spread = values.sum(axis=1).std(axis=0)
        sizes = np.divide(sizes, spread, out=np.zeros_like(sizes), where=spread > 0).sum(axis=1)
        total = sizes.sum()
        return np.asarray(sizes / total if total > 0 else np.full_like(sizes, 1 / len(sizes)))

    def _background(self, given: TableLike) -> Array:
        own = self._predictor.background
        if given is not None:
            return _dense(check_X(self, given, self._predictor.table), "background")
        if own is None:
            raise ValueError(
                f"background=None needs rows to compare with, but {NO_BACKGROUND}; give some, "
                "for example background=X_train[:100]."
            )
        return own

    def _attribution(self, X: Array, background: Array) -> Attribution:
        return attribute(self._predictor, X, background, self.n_features_in_)

    def _feature_names(self) -> list[str]:
        names = getattr(self, "feature_names_in_", [f"x{i}" for i in range(self.n_features_in_)])
        return list(names)


def _dense(X: Matrix, name: str) -> Array:
    if not isinstance(X, np.ndarray):
        raise ValueError(
            f"{name} is sparse, and explain takes dense tables alone; give some rows as "
            f"{name}.toarray()."
        )
    return X
