"""A plot of the losses during training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sklearn.pipeline import Pipeline

from skdense._estimators.base import BaseDenseNet
from skdense._extras import extra
from skdense._training.attributes import check_is_predictor

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(eq=False, repr=False, kw_only=True)
class LossCurveDisplay:
    """Training and validation loss over the epochs.

    Create it with `from_estimator` or `from_estimators`. Each estimator has a color: its training
    loss is a solid line, its validation loss, if any, a dashed one. With early stopping, a dot
    marks the epoch whose parameters were kept; without it, those of the last epoch are kept. All
    parameters are stored as attributes.

    The two losses of an estimator are not directly comparable: the training loss includes dropout
    and penalty, and is evaluated on each batch before its step; the validation loss includes
    neither, and is evaluated after the epoch.

    Parameters
    ----------
    loss_curves : sequence of sequence of float
        `loss_curve_` of each estimator.
    validation_loss_curves : sequence of (sequence of float or None), default=None
        `validation_loss_curve_` of each estimator.
    kept_iters : sequence of (int or None), default=None
        Epoch, counted from 1, that early stopping kept: `best_iter_` of each estimator.
    names : sequence of (str or None), default=None
        Name of each estimator in the legend.
    x_label : str, default="Epoch"
        Label of the horizontal axis.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the curves.
    figure_ : matplotlib Figure
        Figure containing the axes.
    lines_ : list of matplotlib Line2D
        Training loss of each estimator.
    validation_lines_ : list of (matplotlib Line2D or None)
        Validation loss of each estimator.
    kept_ : list of (matplotlib Line2D or None)
        Dot at the epoch that was kept, for each estimator.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Scores for different numbers of rows.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skdense import DenseNetClassifier, LossCurveDisplay
    >>> X, y = load_wine(return_X_y=True)
    >>> classifier = DenseNetClassifier(n_estimators=1, early_stopping=True, random_state=0)
    >>> display = LossCurveDisplay.from_estimator(classifier.fit(X, y))
    >>> len(display.lines_[0].get_ydata())
    50
    """

    __module__ = "skdense"

    loss_curves: Sequence[Sequence[float]]
    validation_loss_curves: Sequence[Sequence[float] | None] | None = None
    kept_iters: Sequence[int | None] | None = None
    names: Sequence[str | None] | None = None
    x_label: str = "Epoch"

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseDenseNet | Pipeline,
        *,
        name: str | None = None,
        ax: "Axes | None" = None,
        **line_kw: object,
    ) -> Self:
        """Draw the curves of one estimator.

        Parameters
        ----------
        estimator : DenseNetClassifier, DenseNetRegressor, or a Pipeline that ends in one
            Fitted estimator.
        name : str or None, default=None
            Name of the estimator in the legend. None: the legend names only the curves.
        ax : matplotlib Axes or None, default=None
            Axes to draw on. None: a new figure is created.
        **line_kw
            Keyword arguments of `matplotlib.axes.Axes.plot`, for all lines.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ImportError
            If matplotlib is not installed.
        """
        return cls._from([estimator], [name], ax, line_kw)

    @classmethod
    def from_estimators(
        cls,
        estimators: Mapping[str, BaseDenseNet | Pipeline] | Sequence[BaseDenseNet | Pipeline],
        *,
        names: Sequence[str] | None = None,
        ax: "Axes | None" = None,
        **line_kw: object,
    ) -> Self:
        """Draw the curves of several estimators in one plot.

        Losses are comparable only if the estimators have the same loss and target.

        Parameters
        ----------
        estimators : dict or sequence of fitted estimators
            As for `from_estimator`; the keys of a dict are their names.
        names : sequence of str or None, default=None
            Names of the estimators. None: the keys of the dict, or else numbered class names.
        ax : matplotlib Axes or None, default=None
            Axes to draw on. None: a new figure is created.
        **line_kw
            Keyword arguments of `matplotlib.axes.Axes.plot`, for all lines.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        NotFittedError
            If an estimator is not fitted.
        ValueError
            If there are no estimators, or not as many names as estimators.
        ImportError
            If matplotlib is not installed.
        """
        if isinstance(estimators, Mapping):
            names = list(estimators) if names is None else names
            estimators = list(estimators.values())
        if not estimators:
            raise ValueError("estimators is empty; pass at least one.")
        if names is None:
            nets = map(_net, estimators)
            names = [f"{type(net).__name__} {number}" for number, net in enumerate(nets, 1)]
        return cls._from(estimators, names, ax, line_kw)

    @classmethod
    def _from(
        cls,
        estimators: Sequence[BaseDenseNet | Pipeline],
        names: Sequence[str | None],
        ax: "Axes | None",
        line_kw: dict[str, Any],
    ) -> Self:
        nets = [_net(estimator) for estimator in estimators]
        units = {"iteration" if net.solver == "lbfgs" else "epoch" for net in nets}
        display = cls(
            loss_curves=[net.loss_curve_ for net in nets],
            validation_loss_curves=[net.validation_loss_curve_ for net in nets],
            # without early stopping the last epoch is kept; best_iter_ has the smallest loss
            kept_iters=[net.best_iter_ if net.best_loss_ is None else None for net in nets],
            names=names,
            x_label=" or ".join(sorted(units)).capitalize(),
        )
        return display.plot(ax, **line_kw)

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        names: Sequence[str | None] | None = None,
        **line_kw: object,
    ) -> Self:
        """Draw the curves, again or on other axes.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Axes to draw on. None: a new figure is created.
        names : sequence of (str or None), default=None
            Names of the estimators in the legend, instead of the attribute `names`.
        **line_kw
            Keyword arguments of `matplotlib.axes.Axes.plot`, for all lines.

        Returns
        -------
        self : LossCurveDisplay

        Raises
        ------
        ValueError
            If there are not as many names as estimators.
        ImportError
            If matplotlib is not installed.
        """
        with extra("plot", "LossCurveDisplay"):
            import matplotlib.pyplot as plt
            from matplotlib.cbook import normalize_kwargs
            from matplotlib.lines import Line2D
            from matplotlib.ticker import MaxNLocator
        n = len(self.loss_curves)
        names = names or self.names or [None] * n
        if len(names) != n:
            raise ValueError(
                f"names must have {n} entries, one for each estimator, got {len(names)}."
            )
        style = normalize_kwargs(line_kw, Line2D)
        if ax is None:
            _, ax = plt.subplots()
        self.ax_, self.figure_ = ax, ax.figure
        self.lines_: list[Any] = []
        self.validation_lines_: list[Any] = []
        self.kept_: list[Any] = []
        validations, kept = self.validation_loss_curves, self.kept_iters
        columns = self.loss_curves, validations or [None] * n, kept or [None] * n, names
        for row in zip(*columns, strict=True):
            self._plot_one(*row, style)
        if ax.get_xscale() == "linear":
            ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
        ax.set(xlabel=self.x_label, ylabel="Loss")
        ax.legend()
        return self

    def _plot_one(
        self,
        curve: Sequence[float],
        validation: Sequence[float] | None,
        kept: int | None,
        name: str | None,
        style: dict[str, Any],
    ) -> None:
        """Draw the lines of an estimator in the next color."""
        name = "" if name is None else f"{name}, "
        note = "" if kept is None else f" (kept: {kept})"
        label = f"{name}training" + (note if validation is None else "")
        first = self._line(curve, style, label=label)
        second, dot, color = None, None, first.get_color()
        if validation is not None:
            label = f"{name}validation{note}"
            second = self._line(validation, style, color=color, linestyle="--", label=label)
        if kept is not None:
            height = (curve if validation is None else validation)[kept - 1]
            (dot,) = self.ax_.plot([kept], [height], "o", color=color, label="_kept")
        self.lines_.append(first)
        self.validation_lines_.append(second)
        self.kept_.append(dot)

    def _line(self, curve: Sequence[float], style: dict[str, Any], **default: Any) -> Any:
        # a single epoch, as after partial_fit, needs a marker to be visible
        marker = {"marker": "."} if len(curve) == 1 else {}
        (line,) = self.ax_.plot(range(1, len(curve) + 1), curve, **marker | default | style)
        return line


def _net(estimator: object) -> BaseDenseNet:
    """Return a fitted estimator, or the last step of a pipeline; TypeError for another kind."""
    net = estimator
    while isinstance(net, Pipeline):
        net = net.steps[-1][1]
    if not isinstance(net, BaseDenseNet):
        raise TypeError(
            "estimator must be a DenseNetClassifier, a DenseNetRegressor or a Pipeline that ends "
            f"in one, got {type(net).__name__}."
        )
    check_is_predictor(net)
    return net
