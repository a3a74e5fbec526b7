"""A plot of the sizes of contributions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from skdense._extras import extra
from skdense.engine.typing import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(eq=False, repr=False)
class ContributionDisplay:
    """Bars of the mean absolute contribution of each column, largest first.

    Create it with `from_estimator`. All parameters are stored as attributes.

    Parameters
    ----------
    mean_sizes : ndarray of shape (n_features,) or (n_features, n_values)
        Mean absolute contributions; for several predicted values, bars are stacked.
    feature_names : sequence of str
    output_names : sequence of str or None, default=None
        Names of several predicted values.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the bars.
    figure_ : matplotlib Figure
        Figure containing the axes.
    bars_ : list of matplotlib BarContainer
        One for each predicted value.

    See Also
    --------
    sklearn.inspection.PartialDependenceDisplay : Predictions along one or two columns.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdense import ContributionDisplay, DenseNetClassifier
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> classifier = DenseNetClassifier(max_iter=8, random_state=0).fit(X, y)
    >>> display = ContributionDisplay.from_estimator(classifier, X)
    """

    mean_sizes: Array
    feature_names: Sequence[str]
    output_names: Sequence[str] | None = None

    __module__ = "skdense"

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        *,
        background: Any = None,
        max_features: int = 10,
        ax: "Axes | None" = None,
        **bar_kw: Any,
    ) -> Self:
        """Explain rows, and draw the mean absolute contribution of each column.

        Parameters
        ----------
        estimator : DenseNetClassifier or DenseNetRegressor
            A fitted estimator.
        X : array-like of shape (n_samples, n_features)
        background : array-like of shape (n_background, n_features) or None, default=None
            As for `explain`.
        max_features : int, default=10
            Number of columns to draw.
        ax : matplotlib Axes or None, default=None
            Axes to draw on. None: a new figure is created.
        **bar_kw
            Keyword arguments of `matplotlib.axes.Axes.barh`.

        Returns
        -------
        display : ContributionDisplay

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ImportError
            If matplotlib is not installed.
        """
        found = estimator.explain(X, background=background)
        sizes = np.abs(found.values).mean(axis=0)
        display = cls(sizes, found.feature_names, found.output_names)
        return display.plot(ax, max_features=max_features, **bar_kw)

    def plot(self, ax: "Axes | None" = None, *, max_features: int = 10, **bar_kw: Any) -> Self:
        """Draw the bars, again or on other axes.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Axes to draw on. None: a new figure is created.
        max_features : int, default=10
            Number of columns to draw.
        **bar_kw
            Keyword arguments of `matplotlib.axes.Axes.barh`.

        Returns
        -------
        self : ContributionDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        with extra("plot", "ContributionDisplay"):
            import matplotlib.pyplot as plt
        if ax is None:
            _, ax = plt.subplots()
        self.ax_, self.figure_ = ax, ax.figure
        sizes = self.mean_sizes.reshape(len(self.feature_names), -1)
        # barh draws from below
        order = np.argsort(-sizes.sum(axis=1), kind="stable")[:max_features][::-1]
        names = [self.feature_names[i] for i in order.tolist()]
        labels: Sequence[str | None] = self.output_names or [None] * sizes.shape[1]
        self.bars_, left = [], np.zeros(len(order))
        for label, own in zip(labels, sizes[order].T, strict=True):
            self.bars_.append(ax.barh(names, own, left=left, label=label, **bar_kw))
            left = left + own
        ax.set(xlabel="Mean absolute contribution")
        if self.output_names:
            ax.legend()
        return self
