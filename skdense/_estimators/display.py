"""A picture of the losses in the course of training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sklearn.pipeline import Pipeline

from skdense._estimators.base import BaseDenseNet
from skdense._training.attributes import check_is_predictor


@dataclass(eq=False, repr=False, kw_only=True)
class LossCurveDisplay:
    """Training and validation loss over the epochs.

    Make it by `from_estimator` or `from_estimators`. Each estimator has a color: its training loss
    is a full line, the loss of its validation rows, if it had some, a dashed one. With early
    stopping a dot marks the epoch whose parameters were kept; without, these are the last
    epoch's. All parameters are stored as attributes.

    The two lines of an estimator need not meet: the training loss is that of the network with
    dropout and penalty, each batch's before its step, the other is without them, after the epoch.

    Parameters
    ----------
    loss_curves : sequence of sequence of float
        Training loss of each epoch, for each estimator: its `loss_curve_`.
    validation_loss_curves : sequence of (sequence of float or None), default=None
        Its `validation_loss_curve_`.
    kept_iters : sequence of (int or None), default=None
        Epoch, from 1 on, that early stopping kept: its `best_iter_`.
    names : sequence of (str or None), default=None
        What the legend calls it.
    x_label : str, default="Epoch"
        Label of the horizontal axis.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where the curves are.
    figure_ : matplotlib Figure
        The figure around it.
    lines_ : list of matplotlib Line2D
        The training loss of each estimator.
    validation_lines_ : list of (matplotlib Line2D or None)
        The loss of its validation rows.
    kept_ : list of (matplotlib Line2D or None)
        The dot at the epoch that was kept.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Scores over numbers of rows.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skdense import DenseNetClassifier, LossCurveDisplay
    >>> X, y = load_wine(return_X_y=True)
    >>> classifier = DenseNetClassifier(n_estimators=1, early_stopping=True, random_state=0)
    >>> display = LossCurveDisplay.from_estimator(classifier.fit(X, y))
    >>> len(display.lines_[0].get_ydata())
    48
    """

    __module__ = "skdense"

    loss_curves: Sequence[Sequence[float]]
    validation_loss_curves: Sequence[Sequence[float] | None] | None = None
    kept_iters: Sequence[int | None] | None = None
    names: Sequence[str | None] | None = None
    x_label: str = "Epoch"

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, name: str | None = None, ax: Any = None, **line_kw: Any
    ) -> Self:
        """Draw the curves of one estimator.

        Parameters
        ----------
        estimator : DenseNetClassifier, DenseNetRegressor, or a Pipeline that ends in one
            It must be fitted.
        name : str or None, default=None
            What the legend calls it. None: the legend names the curves alone.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a new figure.
        **line_kw
            Passed to `matplotlib.axes.Axes.plot`, for all lines.

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
        estimators: Mapping[str, Any] | Sequence[Any],
        *,
        names: Sequence[str] | None = None,
        ax: Any = None,
        **line_kw: Any,
    ) -> Self:
        """Draw the curves of several estimators in one picture.

        Losses can be compared where they are the same loss of the same target.

        Parameters
        ----------
        estimators : dict or sequence of fitted estimators
            As `from_estimator` takes them; the keys of a dict are their names.
        names : sequence of str or None, default=None
            Their names. None: the keys, or else the classes, numbered.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a new figure.
        **line_kw
            Passed to `matplotlib.axes.Axes.plot`, for all lines.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        NotFittedError
            If an estimator is not fitted.
        ValueError
            If there are no estimators, or fewer or more names than estimators.
        ImportError
            If matplotlib is not installed.
        """
        if isinstance(estimators, Mapping):
            names = list(estimators) if names is None else names
            estimators = list(estimators.values())
        if not estimators:
            raise ValueError("estimators is empty; give at least one.")
        if names is None:
            nets = map(_net, estimators)
            names = [f"{type(net).__name__} {number}" for number, net in enumerate(nets, 1)]
        return cls._from(estimators, names, ax, line_kw)

    @classmethod
    def _from(
        cls,
        estimators: Sequence[Any],
        names: Sequence[str | None],
        ax: Any,
        line_kw: dict[str, Any],
    ) -> Self:
        nets = [_net(estimator) for estimator in estimators]
        units = {"iteration" if net.solver == "lbfgs" else "epoch" for net in nets}
        display = cls(
            loss_curves=[net.loss_curve_ for net in nets],
            validation_loss_curves=[net.validation_loss_curve_ for net in nets],
            # without early stopping it is the epoch of the smallest loss, and the last is kept
            kept_iters=[net.best_iter_ if net.best_loss_ is None else None for net in nets],
            names=names,
            x_label=" or ".join(sorted(units)).capitalize(),
        )
        return display.plot(ax, **line_kw)

    def plot(
        self, ax: Any = None, *, names: Sequence[str | None] | None = None, **line_kw: Any
    ) -> Self:
        """Draw the curves, once more or elsewhere.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a new figure.
        names : sequence of (str or None), default=None
            What the legend calls the estimators, in place of the names known so far.
        **line_kw
            Passed to `matplotlib.axes.Axes.plot`, for all lines.

        Returns
        -------
        self : LossCurveDisplay

        Raises
        ------
        ValueError
            If there are fewer or more names than estimators.
        ImportError
            If matplotlib is not installed.
        """
        try:
            import matplotlib.pyplot as plt
            from matplotlib.cbook import normalize_kwargs
            from matplotlib.lines import Line2D
            from matplotlib.ticker import MaxNLocator
        except ImportError as error:
            raise ImportError(
                "LossCurveDisplay needs matplotlib; install it by `pip install skdense[plot]`."
            ) from error
        n = len(self.loss_curves)
        names = names or self.names or [None] * n
        if len(names) != n:
            raise ValueError(f"names has {len(names)} entries for {n} estimators; give {n}.")
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
        # one epoch, as of partial_fit, makes no line
        marker = {"marker": "."} if len(curve) == 1 else {}
        (line,) = self.ax_.plot(range(1, len(curve) + 1), curve, **marker | default | style)
        return line


def _net(estimator: Any) -> Any:
    """The fitted network that an estimator is, or that a pipeline ends in."""
    net = estimator
    while isinstance(net, Pipeline):
        net = net.steps[-1][1]
    if not isinstance(net, BaseDenseNet):
        raise TypeError(
            "LossCurveDisplay draws a DenseNetClassifier, a DenseNetRegressor or a Pipeline that "
            f"ends in one, got {type(net).__name__}."
        )
    check_is_predictor(net)
    return net
