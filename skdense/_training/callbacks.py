"""Support for callbacks of scikit-learn 1.9, and progress messages."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import sklearn
from sklearn.base import BaseEstimator

from skdense._input.rows import Given
from skdense._training.pace import Pace, duration
from skdense.engine import Epoch, Monitor

Method = TypeVar("Method")

try:
    from sklearn.callback import CallbackSupportMixin as CallbackSupportMixin
    from sklearn.callback import with_callbacks as with_callbacks
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stand-in for a scikit-learn without callbacks."""

        def set_callbacks(self, *callbacks: object) -> NoReturn:
            """Raise ImportError: callbacks need scikit-learn 1.9."""
            raise ImportError(
                "set_callbacks needs scikit-learn 1.9 or newer, and this is "
                f"{sklearn.__version__}; upgrade it by `pip install -U scikit-learn`."
            )

    def with_callbacks(method: Method) -> Method:
        """Return the method unchanged."""
        return method


class Reporter(Monitor):
    """Print each epoch if `verbose`.

    Parameters
    ----------
    verbose : bool or int
    pace : Pace or None, default=None
        Knows how many epochs and seconds there are; None for a stream.
    """

    def __init__(self, verbose: bool | int, pace: Pace | None = None) -> None:
        self.verbose, self.pace = verbose, pace

    def training_begins(self) -> None:
        """Print how long the training takes, if that is known."""
        pace = self.pace
        if self.verbose and pace is not None and pace.seconds_left is not None:
            epochs = f"{pace.n_epochs} epoch{'s' * (pace.n_epochs != 1)}"
            print(f"Training for {epochs} takes {duration(pace.seconds_left)}")

    def epoch_ends(self, epoch: Epoch) -> bool:
        if self.verbose:
            of = "" if self.pace is None else f" of {self.pace.n_epochs}"
            score = "" if epoch.score is None else f", validation score = {epoch.score:.6f}"
            print(f"Epoch {epoch.number}{of}, loss = {epoch.loss:.8f}{score}{self._left()}")
        return False

    def _left(self) -> str:
        seconds = None if self.pace is None else self.pace.seconds_left
        return f", {duration(seconds)} left" if seconds else ""  # nothing after the last epoch


class FitMonitor(Monitor):
    """Report the epochs of a fit to a reporter and to the estimator's callbacks.

    Parameters
    ----------
    estimator : BaseEstimator
    reporter : Reporter
    pace : Pace
    given : Given
    fitted : callable
        Returns copies of the fitted attributes as if the fit ended now.
    epochs : list of Epoch
        The epochs done; each further one is appended.
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        reporter: Reporter,
        pace: Pace,
        given: Given,
        fitted: Callable[[], dict[str, object]],
        epochs: list[Epoch],
    ) -> None:
        self.reporter, self.pace, self.fitted, self.epochs = reporter, pace, fitted, epochs
        self._estimator = estimator
        self._context: Any = None
        self._tell_time()
        weight = given.sample_weight
        metadata = None if weight is None else {"sample_weight": weight}
        self._data = {"estimator": estimator, "X": given.X, "y": given.y, "metadata": metadata}
        if getattr(estimator, "_skl_callbacks", None):
            # scikit-learn documents this method for third-party estimators
            self._context = estimator._init_callback_context(max_subtasks=pace.n_epochs)
            self._context.call_on_fit_task_begin(**self._data)
        pace.training_begins()
        reporter.training_begins()

    def epoch_begins(self, number: int) -> None:
        if self._context is not None:
            self._task = self._context.subcontext(task_name="epoch")
            self._task.call_on_fit_task_begin(**self._data, **self._so_far())

    def epoch_ends(self, epoch: Epoch) -> bool:
        is_cut_off = self.pace.epoch_ends()
        self._tell_time()
        self.reporter.epoch_ends(epoch)
        self.epochs.append(epoch)
        stops = self._context is not None and bool(
            self._task.call_on_fit_task_end(**self._data, **self._so_far())
        )
        return stops or is_cut_off

    def fit_ends(self) -> None:
        """Tell the callbacks that the fit has ended."""
        if self._context is not None:
            self._context.call_on_fit_task_end(**self._data, **self._so_far())
        del vars(self._estimator)["remaining_seconds_"]

    def _tell_time(self) -> None:
        """Set the attribute from which callbacks learn how long the fit still takes."""
        vars(self._estimator)["remaining_seconds_"] = self.pace.seconds_left

    def _so_far(self) -> dict[str, object]:
        # computed only if a callback calls it
        return {"reconstruction_attributes": self.fitted}
